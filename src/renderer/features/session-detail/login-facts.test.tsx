import { MantineProvider } from '@mantine/core'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { loginResult } from '../../../../test/support/telegram/window-login.ts'
import type { SessionDetail } from '../../../shared/contract/sessions.ts'
import type { KnownLogin, LoginResult } from '../../../shared/contract/telegram.ts'
import { useAppData } from '../../app/app-data.ts'
import { closeAllDialogs, useDialogs } from '../../app/dialogs.ts'
import { LoginFacts } from './login-facts.tsx'

afterEach(cleanup)

const latest = loginResult({
  atMs: Date.now() - 180_000,
  dcId: 4,
  account: { id: '42', isBot: false, username: 'ada', phone: '4915112345678', name: 'Ada L' },
})

function show(
  login: KnownLogin | null,
  row: { keyId?: string | null; account?: { id: string; isBot?: boolean } | null } = {},
) {
  // The block looks at the row alone, and at these members of it.
  const detail = { row: { keyId: '123b1612dd272d13', account: null, ...row, login } } as unknown as SessionDetail
  render(
    <MantineProvider>
      <LoginFacts detail={detail} />
    </MantineProvider>,
  )
  return document.querySelector('dl')?.textContent ?? ''
}

test('never asked: says so and offers to ask', () => {
  expect(show(null)).toBe('LoginNever checkedDevices…Check…')
  expect(screen.getByRole('button', { name: 'Check…' })).toBeTruthy()
  cleanup()
  expect(show(null, { keyId: null })).toBe('')
})

test('alive: when and how it was asked, and the account with its phone masked by setting', () => {
  const text = show({ latest, final: null })
  expect(text).toContain('Signed in')
  expect(text).toContain('3 min ago · DC 4, directly')
  expect(text).toContain('Ada L · @ada · 42 · +•••••••••••78')
  expect(text).not.toContain('491511')
  expect(text).not.toContain('another account')
  cleanup()
  useAppData.setState({ settings: { theme: 'system', maskPhones: false, hiddenColumns: [], welcomed: true } })
  expect(show({ latest, final: null })).toContain('+4915112345678')
})

test('tells when the session names another account', () => {
  expect(show({ latest, final: null }, { account: { id: '42' } })).not.toContain('another account')
  cleanup()
  expect(show({ latest, final: null }, { account: { id: '7' } })).toContain('The session names another account: 7.')
})

test('a dead login and the later try that got no answer stand side by side, each with its evidence', () => {
  const final: LoginResult = { ...latest, status: 'expired', evidence: '401 SESSION_EXPIRED', account: null }
  const later: LoginResult = { ...latest, status: 'network', evidence: 'no answer in 15 s', account: null }
  const text = show({ latest: later, final })
  expect(text.indexOf('Expired from disuse')).toBeLessThan(text.indexOf('Could not reach Telegram'))
  expect(text).toContain('Delete the session, or sign in again.')
  expect(text).toContain('401 SESSION_EXPIRED')
  expect(text).toContain('no answer in 15 s')
  expect(screen.getAllByRole('button', { name: 'Copy: Answer' })).toHaveLength(2)
  expect(screen.getByRole('button', { name: 'Check again…' })).toBeTruthy()
})

test('the Devices list is offered to people alone: for a bot the link says why not', () => {
  const bot = { id: '43', isBot: true }
  show(null, { account: bot })
  fireEvent.click(screen.getByRole('button', { name: 'Devices…' }))
  expect(useDialogs.getState().stack).toEqual([])
  expect(screen.getByRole('button', { name: 'Devices…' }).title).toContain('no list of devices for bots')
  cleanup()
  // What the session does not say, Telegram said.
  show({ latest: { ...latest, account: { ...bot, username: null, phone: null, name: 'Botty' } }, final: null })
  expect(screen.getByRole('button', { name: 'Devices…' }).getAttribute('aria-disabled')).toBe('true')
  cleanup()
  show({ latest, final: null })
  fireEvent.click(screen.getByRole('button', { name: 'Devices…' }))
  expect(useDialogs.getState().stack.map(({ name }) => name)).toEqual(['devices'])
  closeAllDialogs()
})
