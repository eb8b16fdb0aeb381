import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { loginResult } from '../../../test/support/telegram/window-login.ts'
import type { LoginResult } from '../../shared/contract/telegram.ts'
import { type LoginStatus, loginStatuses, loginStatusWords } from '../../shared/login-statuses.ts'
import { LoginBadge } from './login-badge.tsx'
import { StatusDot } from './status-dot.tsx'

afterEach(cleanup)

const result = (status: LoginStatus, more: Partial<LoginResult> = {}): LoginResult =>
  loginResult({ status, atMs: Date.UTC(2026, 10, 20, 12), ...more })

test('says in a row what is the case, and in its tooltip how that is known', () => {
  const latest = result('logged-out', { evidence: '401 AUTH_KEY_UNREGISTERED', wayOut: 'Home', test: true })
  render(<LoginBadge login={{ latest, final: null }} />)
  const badge = screen.getByText('Signed out').closest('[title]')
  expect(badge?.getAttribute('title')).toMatch(
    /^Signed out\nThis login has ended.*\n20 Nov 2026, .*, DC 2 of the test servers, through Home\n401 AUTH_KEY_UNREGISTERED$/,
  )
})

test('a dead login stays dead in the list; the later try is in the tooltip', () => {
  render(
    <LoginBadge login={{ latest: result('network', { evidence: 'no answer in 15 s' }), final: result('revoked') }} />,
  )
  const title = screen.getByText('Ended elsewhere').closest('[title]')?.getAttribute('title')
  expect(title).toContain('Ended from another device')
  expect(title).toContain('Could not reach Telegram')
  expect(title).toContain('no answer in 15 s')
})

test('has room for all words in the detail, and for what the answer added', () => {
  render(<LoginBadge size="large" login={{ latest: result('wrong-dc', { newDcId: 4 }), final: null }} />)
  expect(screen.getByText('Points at the wrong data centre: it belongs to DC 4')).toBeTruthy()
  cleanup()
  const untilMs = Date.UTC(2030, 0, 2, 12)
  render(<LoginBadge size="large" login={{ latest: result('rate-limited', { untilMs }), final: null }} />)
  expect(screen.getByText(/^Telegram asks to wait until 2 Jan 2030, /)).toBeTruthy()
  cleanup()
  render(<LoginBadge size="large" login={null} />)
  expect(screen.getByText('Never checked')).toBeTruthy()
})

test('text from outside cannot hide in the tooltip', () => {
  render(
    <LoginBadge login={{ latest: result('unknown', { evidence: '400 \u202eEVIL', wayOut: 'a\nb' }), final: null }} />,
  )
  const title = screen.getByText('Unexpected').closest('[title]')?.getAttribute('title') ?? ''
  expect(title).not.toContain('\u202e')
  expect(title.split('\n')).toHaveLength(4)
})

test('every status has short words that fit a narrow column, and no two the same', () => {
  const shorts = loginStatuses.map((status) => loginStatusWords[status].short)
  for (const short of shorts) expect(short.length, short).toBeLessThanOrEqual(16)
  expect(new Set(shorts).size).toBe(shorts.length)
})

test('the dot of a session that can be read tells that its login is dead', () => {
  const { rerender } = render(<StatusDot status="ok" login={{ latest: result('network'), final: result('expired') }} />)
  expect(screen.getByRole('img').getAttribute('aria-label')).toBe(
    'Readable, but no longer signed in: Expired from disuse',
  )
  rerender(<StatusDot status="ok" login={{ latest: result('network'), final: null }} />)
  expect(screen.getByRole('img').getAttribute('aria-label')).toBe('Readable')
  rerender(<StatusDot status="unreadable" login={{ latest: result('expired'), final: null }} />)
  expect(screen.getByRole('img').getAttribute('aria-label')).toBe('Cannot be read')
})
