import { expect, test } from 'vitest'
import { COLUMNS, columnsThatFit } from './columns.ts'

const ids = (widthPx: number, hidden: string[] = []) => columnsThatFit(widthPx, hidden).map(({ id }) => id)

test('a wide window shows all columns in their order', () => {
  expect(ids(2000)).toEqual(COLUMNS.map(({ id }) => id))
})

test('the list beside a detail at 1440 pixels shows what the picture shows', () => {
  // Nothing was checked in it: the list hides the column of logins then.
  expect(ids(812, ['login'])).toEqual(['status', 'name', 'account', 'kind', 'format', 'dc', 'key', 'peers', 'updated'])
})

test('names stay when nothing else fits', () => {
  expect(ids(60)).toEqual(['status', 'name'])
})

test('hidden columns make room for others', () => {
  expect(ids(812, ['key', 'kind', 'login'])).toContain('source')
  expect(ids(2000, ['name', 'status', 'peers'])).toEqual(COLUMNS.map(({ id }) => id).filter((id) => id !== 'peers'))
})

test('what Telegram said stays longer than numbers do', () => {
  expect(ids(812)).toContain('login')
  expect(ids(560)).toEqual(['status', 'name', 'account', 'login', 'format'])
})
