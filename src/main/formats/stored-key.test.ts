import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Problem } from '../domain/problem.ts'
import { damagedKeyProblem, storedKeyFrom, stringKeyFrom } from './stored-key.ts'

const key = new Uint8Array(randomBytes(256))

test('a stored key is a copy of its bytes', () => {
  const problems: Problem[] = []
  const stored = key.slice()
  const found = storedKeyFrom(stored, problems)
  stored.fill(1)
  expect(found?.open()).toEqual(key)
  expect(problems).toEqual([])
})

test.each([
  ['nothing', null],
  ['no bytes', new Uint8Array()],
  ['zeros', new Uint8Array(256)],
])('%s: a problem only where the format says so', (_name, bytes) => {
  const problems: Problem[] = []
  expect(storedKeyFrom(bytes, problems)).toBe(null)
  expect(problems).toEqual([])
  expect(storedKeyFrom(bytes, problems, { noKey: 'No key.' })).toBe(null)
  expect(problems).toEqual([{ code: 'session.no-key', message: 'No key.' }])
})

test('a damaged one is named, with its length and what to restore, and is not taken for none', () => {
  const problems: Problem[] = []
  expect(storedKeyFrom(key.subarray(0, 12), problems, { noKey: 'No key.' })).toBe(null)
  expect(problems).toEqual([
    {
      code: 'session.damaged-key',
      message:
        'The auth key has 12 bytes instead of 256 and is of no use. Restore the file from a backup, or log in again.',
    },
  ])
  expect(damagedKeyProblem(null, { dcId: -2, holder: 'database' }).message).toBe(
    'The auth key of DC -2 has 0 bytes instead of 256 and is of no use. Restore the database from a backup, or log in again.',
  )
})

test('zeros in a string are named, with what they mean where that is known', () => {
  const problems: Problem[] = []
  expect(stringKeyFrom(key, problems)?.open()).toEqual(key)
  expect(problems).toEqual([])
  expect(stringKeyFrom(new Uint8Array(256), problems)).toBe(null)
  expect(stringKeyFrom(new Uint8Array(256), problems, 'it was saved before any login')).toBe(null)
  expect(problems.map(({ message }) => message)).toEqual([
    'The string holds 256 zero bytes where the key should be.',
    'The string holds 256 zero bytes where the key should be: it was saved before any login.',
  ])
})
