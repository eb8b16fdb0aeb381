import { expect, test } from 'vitest'
import type { SessionFilters } from '../../../shared/contract/sessions.ts'
import { isFinalStatus, loginStatuses } from '../../../shared/login-statuses.ts'
import { NO_FILTERS } from '../../app/view.ts'
import { activeFilters, hasFilters } from './filter-chips.ts'
import { isDeadWanted, toggleDead } from './login-filter.ts'

const chips = (change: Partial<SessionFilters>) =>
  activeFilters({ ...NO_FILTERS, ...change }, { sources: [], counts: null })
const dead = loginStatuses.filter(isFinalStatus)

test('what Telegram said is a chip that takes itself away', () => {
  const [first, second, ...none] = chips({ logins: ['logged-out', 'unchecked'] })
  expect(none).toEqual([])
  expect(first).toMatchObject({ label: 'signed out', without: { logins: ['unchecked'] } })
  expect(second).toMatchObject({ label: 'never checked', without: { logins: ['logged-out'] } })
  expect(chips({ logins: ['app-rejected'] })[0]?.label).toBe('API id refused')
  expect(hasFilters({ ...NO_FILTERS, logins: ['alive'] })).toBe(true)
})

test('everything dead is one chip, beside what else is wanted', () => {
  const filters = { ...NO_FILTERS, ...toggleDead({ ...NO_FILTERS, logins: ['expired', 'network'] }) }
  expect(filters.logins).toEqual(['network', ...dead])
  expect(isDeadWanted(filters)).toBe(true)
  expect(chips(filters).map(({ label }) => label)).toEqual(['not reached', 'dead logins'])
  expect(chips(filters).find(({ id }) => id === 'dead')?.without).toEqual({ logins: ['network'] })
  expect(toggleDead(filters)).toEqual({ logins: ['network'] })
})

test('one dead status less, and those that are left stand alone', () => {
  const labels = chips({ logins: dead.slice(1) }).map(({ id }) => id)
  expect(labels).toHaveLength(dead.length - 1)
  expect(labels).not.toContain('dead')
})
