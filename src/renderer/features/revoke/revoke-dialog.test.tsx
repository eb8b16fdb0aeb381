import { MantineProvider } from '@mantine/core'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { loginResult } from '../../../../test/support/telegram/window-login.ts'
import { readyToAsk } from '../../../../test/support/telegram/window-settings.ts'
import type { Client } from '../../../shared/contract/index.ts'
import type { ResultItem, RevokeItem, TelegramEvent } from '../../../shared/contract/telegram.ts'
import { useConnection } from '../../app/connection.ts'
import { closeAllDialogs, useDialogs } from '../../app/dialogs.ts'
import { useTelegram } from '../../app/telegram.ts'
import { setClient } from '../../lib/client.ts'
import { RevokeDialog } from './revoke-dialog.tsx'

const refs = ['a', 'b'].map((key) => ({ sourceId: 's', key }))

const planned = (key: string, change: Partial<RevokeItem> = {}): RevokeItem => ({
  ref: { sourceId: 's', key },
  name: key,
  account: { id: '42', isBot: true, username: `${key}_bot`, phone: null },
  keyId: '0123456789abcdef',
  fingerprint: null,
  copies: [],
  inUseBy: [],
  refused: null,
  known: null,
  ...change,
})

const done = (name: string, change: Partial<ResultItem>): TelegramEvent => ({
  type: 'item',
  item: {
    ref: { sourceId: 's', key: name },
    name,
    outcome: 'logged-out',
    skipped: null,
    login: null,
    reason: '',
    copies: 0,
    trashId: null,
    ...change,
  },
})

const ended: Extract<TelegramEvent, { type: 'progress' }> = {
  type: 'progress',
  progress: { done: 3, total: 3, state: 'done', note: '', asks: false, secondsLeft: null },
}

const planRevoke = vi.fn()
const revoke = vi.fn()
let events: TelegramEvent[] = []
const onClose = vi.fn()

beforeEach(() => {
  revoke.mockResolvedValue({ jobId: 'job-1' })
  setClient({
    telegram: {
      planRevoke,
      revoke,
      results: async () =>
        (async function* () {
          yield* events
        })(),
    },
  } as unknown as Client)
  useConnection.setState({ connection: { state: 'connected' } })
  useTelegram.setState({ settings: readyToAsk })
})

afterEach(() => {
  cleanup()
  closeAllDialogs()
  vi.clearAllMocks()
  events = []
})

async function show(props: Parameters<typeof RevokeDialog>[0]) {
  render(
    <MantineProvider>
      <RevokeDialog {...props} />
    </MantineProvider>,
  )
  await act(async () => {})
}

const button = (name: string | RegExp) => screen.getByRole('button', { name })
const tick = (name: RegExp) => act(async () => void fireEvent.click(screen.getByRole('checkbox', { name })))
const dialogText = () => screen.getByRole('dialog').textContent ?? ''

test('one is named with its copies and what breaks, and Enter alone does nothing', async () => {
  const copies = [{ ref: { sourceId: 't', key: 'x' }, name: 'old-laptop', sourceName: 'Backup' }]
  planRevoke.mockResolvedValue([planned('a', { copies })])
  await show({ refs: refs.slice(0, 1), onClose })
  expect(screen.getByRole('dialog', { name: 'Log out @a_bot at Telegram?' })).toBeTruthy()
  expect(screen.getByRole('list', { name: 'Other copies of the key' }).textContent).toBe('old-laptop in Backup')
  expect(dialogText()).toContain('A bot that uses this session stops')
  expect(button('Log out @a_bot').className).toContain('danger-button')
  await act(async () => void fireEvent.click(button('Log out @a_bot')))
  expect(revoke).toHaveBeenCalledWith({
    refs: refs.slice(0, 1),
    confirmed: true,
    thenDelete: false,
    includeInUse: false,
  })
})

test('of one that has ended already nothing is said to end', async () => {
  const latest = loginResult({ status: 'revoked', evidence: '401 SESSION_REVOKED' })
  planRevoke.mockResolvedValue([planned('a', { known: { latest, final: latest } })])
  await show({ refs: refs.slice(0, 1), onClose })
  expect(dialogText()).toContain('Nothing more: it has ended already')
  expect(dialogText()).not.toContain('cannot be undone')
})

test('one in use waits until the person insists', async () => {
  planRevoke.mockResolvedValue([planned('a', { inUseBy: ['python3'] })])
  await show({ refs: refs.slice(0, 1), onClose })
  expect(dialogText()).toContain('python3 uses it now and will fail.')
  expect(button('Log out @a_bot')).toHaveProperty('disabled', true)
  await tick(/although it is in use/)
  await tick(/Also delete the session/)
  await act(async () => void fireEvent.click(button('Log out @a_bot')))
  expect(revoke).toHaveBeenCalledWith(expect.objectContaining({ includeInUse: true, thenDelete: true }))
})

test('what cannot be logged out says why, and nothing can be confirmed', async () => {
  planRevoke.mockResolvedValue([planned('a', { refused: 'It cannot be read now.' })])
  await show({ refs: refs.slice(0, 1), onClose })
  expect(screen.getByRole('alert').textContent).toContain('It cannot be read now.')
  expect(button('Log out @a_bot')).toHaveProperty('disabled', true)
})

test('several take a word to be typed', async () => {
  planRevoke.mockResolvedValue([planned('a'), planned('b', { keyId: 'ffff456789abcdef' })])
  await show({ refs, onClose })
  expect(dialogText()).toContain('2 logins end')
  expect(button('Log out 2')).toHaveProperty('disabled', true)
  fireEvent.change(screen.getByRole('textbox'), { target: { value: 'log out' } })
  await act(async () => void fireEvent.click(button('Log out 2')))
  expect(revoke).toHaveBeenCalledTimes(1)
})

test('results say what ended, what had before and what is in doubt, which can be checked', async () => {
  events = [
    done('shop', { trashId: 'trash-1' }),
    done('old', { outcome: 'already' }),
    done('lost', { outcome: 'in-doubt', reason: 'The answer was lost.' }),
    ended,
  ]
  await show({ jobId: 'job-1', onClose })
  expect(screen.getByRole('dialog', { name: 'Logged out 2 of 3 sessions' })).toBeTruthy()
  expect(screen.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual([
    'lostIn doubtThe answer was lost.Check…',
    'shopLogged out',
    'oldHad ended before',
  ])
  expect(dialogText()).toContain('1 session moved to the trash.')
  await act(async () => void fireEvent.click(button('Check lost')))
  expect(useDialogs.getState().stack.at(-1)).toMatchObject({
    name: 'check',
    props: { refs: [{ sourceId: 's', key: 'lost' }] },
  })
})

test('where nothing was confirmed the title claims nothing', async () => {
  events = [done('lost', { outcome: 'in-doubt' }), { ...ended, progress: { ...ended.progress, done: 1, total: 1 } }]
  await show({ jobId: 'job-1', onClose })
  expect(screen.getByRole('dialog', { name: 'Logging out is in doubt' })).toBeTruthy()
  cleanup()
  events = [
    done('slow', { outcome: 'failed', reason: 'No answer.' }),
    { ...ended, progress: { ...ended.progress, done: 1, total: 1 } },
  ]
  await show({ jobId: 'job-2', onClose })
  expect(screen.getByRole('dialog', { name: 'Not logged out' })).toBeTruthy()
})
