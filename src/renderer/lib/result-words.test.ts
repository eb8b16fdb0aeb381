import { expect, test } from 'vitest'
import { loginResult } from '../../../test/support/telegram/window-login.ts'
import type { LoginResult, ResultItem } from '../../shared/contract/telegram.ts'
import { type LoginStatus, loginStatuses } from '../../shared/login-statuses.ts'
import {
  countGroups,
  deadCount,
  groupOf,
  groupWords,
  newestFirst,
  resultReason,
  unknownThere,
  weightiestFirst,
  withoutAnswer,
} from './result-words.ts'

const login = (status: LoginStatus): LoginResult => loginResult({ status, evidence: `evidence of ${status}` })

const item = (name: string, change: Partial<ResultItem> = {}): ResultItem => ({
  ref: { sourceId: 's', key: name },
  name,
  outcome: 'checked',
  skipped: null,
  login: null,
  reason: '',
  copies: 0,
  trashId: null,
  ...change,
})

const checked = (status: LoginStatus): ResultItem => item(status, { login: login(status) })
const names = (items: readonly ResultItem[]) => items.map(({ name }) => name)

const all: readonly ResultItem[] = [
  item('left out', { outcome: 'skipped', skipped: 'no-key', reason: 'It has no key.' }),
  ...loginStatuses.map(checked),
  item('twin', { outcome: 'skipped', skipped: 'same-key', login: login('revoked') }),
  item('ours', { outcome: 'logged-out', login: login('logged-out') }),
  item('before', { outcome: 'already', login: login('expired') }),
  item('doubt', { outcome: 'in-doubt', reason: 'Lost.' }),
  item('broken', { outcome: 'failed', reason: 'Could not be read.' }),
]

test('every result has a group with words, and none is lost in counting', () => {
  const counts = countGroups(all)
  expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(all.length)
  for (const { group } of counts) expect(groupWords(group).label, group).not.toBe('')
  expect(counts[0]?.group).toBe('in-doubt')
  expect(counts.at(-1)?.group).toBe('skipped')
})

test('a copy of a key shares what was said of it', () => {
  const twin = all.find(({ name }) => name === 'twin')
  expect(twin && groupOf(twin)).toBe('revoked')
  expect(twin && resultReason(twin)).toMatch(/same key/i)
})

test('only logins that Telegram says have ended are dead', () => {
  const dead = loginStatuses.filter((status) => deadCount([checked(status)]) === 1)
  expect(dead).toEqual([
    'logged-out',
    'revoked',
    'expired',
    'duplicated',
    'account-deleted',
    'account-banned',
    'key-invalid',
    'key-unknown',
    'temporary-key',
  ])
})

test('asking again is offered where nothing was learned, never where Telegram answered', () => {
  expect(withoutAnswer(all).map(({ key }) => key)).toEqual([
    'rate-limited',
    'app-rejected',
    'app-outdated',
    'server-error',
    'network',
    'unknown',
    'broken',
  ])
  expect(unknownThere(all)).toEqual([{ sourceId: 's', key: 'key-unknown' }])
})

test('while it runs the newest is on top and what was left out below; at the end the weightiest', () => {
  const some = [all[0], checked('alive'), checked('revoked'), checked('network')].filter((one) => one !== undefined)
  expect(names(newestFirst(some))).toEqual(['network', 'revoked', 'alive', 'left out'])
  expect(names(weightiestFirst(some))).toEqual(['revoked', 'network', 'alive', 'left out'])
  expect(names(some)).toEqual(['left out', 'alive', 'revoked', 'network'])
})

test('at the end those with the same result are in the order of their names', () => {
  const same = ['bot 10', 'bot 9', 'Ada'].map((name) => item(name, { login: login('alive') }))
  expect(names(weightiestFirst(same))).toEqual(['Ada', 'bot 9', 'bot 10'])
})

test('behind a check stands what Telegram answered, behind the others why', () => {
  expect(resultReason(checked('revoked'))).toBe('evidence of revoked')
  const before = all.find(({ name }) => name === 'before')
  expect(before && resultReason(before)).toBe('Expired from disuse')
  expect(resultReason(item('x', { outcome: 'failed', reason: 'Could not be read.' }))).toBe('Could not be read.')
})
