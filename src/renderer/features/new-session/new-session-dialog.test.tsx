import { MantineProvider } from '@mantine/core'
import { ORPCError } from '@orpc/client'
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Client } from '../../../shared/contract/index.ts'
import type { BotLoginEvent, LoginEvent, SavedLogin, TelegramSettings } from '../../../shared/contract/telegram.ts'
import { useAppData } from '../../app/app-data.ts'
import { DialogHost } from '../../app/dialog-host.tsx'
import { closeAllDialogs, type NewSessionMethod, openDialog, useDialogs } from '../../app/dialogs.ts'
import { useTelegram } from '../../app/telegram.ts'
import { setClient } from '../../lib/client.ts'

const settings = {
  apiId: 1,
  hasApiHash: true,
  dcOverrides: [],
  proxies: [],
  proxyId: null,
  sourceProxies: {},
  testNetwork: false,
} as unknown as TelegramSettings
const saved: SavedLogin = {
  ref: { sourceId: 'vault', key: 'one' },
  path: null,
  account: { id: '42', isBot: false, username: 'ada', phone: null, name: 'Ada' },
  elsewhere: null,
}

/** Events that the test gives one by one; notes when the window stopped listening. */
function streamOf<T>() {
  const waiting: T[] = []
  let wake = () => {}
  let ended = false
  const stream = {
    stopped: false,
    emit: (...events: T[]) => {
      waiting.push(...events)
      wake()
    },
    end: () => {
      ended = true
      wake()
    },
    open: async (signal: AbortSignal | undefined) => {
      signal?.addEventListener('abort', () => {
        stream.stopped = true
        wake()
      })
      return events()
    },
  }
  async function* events(): AsyncGenerator<T> {
    for (;;) {
      const next = waiting.shift()
      if (next !== undefined) yield next
      else if (ended || stream.stopped) return
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  return stream
}

let login = streamOf<LoginEvent>()
let bots = streamOf<BotLoginEvent>()
const logIn = vi.fn((_input: unknown, { signal }: { signal?: AbortSignal } = {}) => login.open(signal))
const logInBots = vi.fn((_input: { tokens: string }, { signal }: { signal?: AbortSignal } = {}) => bots.open(signal))
const answerLogin = vi.fn(async (_input: { loginId: string; answer: string }) => ({ accepted: true }))
const protect = vi.fn(async () => ({ state: 'unlocked' as const, kind: 'passphrase' as const, lockAfterSeconds: 240 }))

beforeEach(() => {
  vi.clearAllMocks()
  login = streamOf()
  bots = streamOf()
  setClient({
    formats: { list: async () => [] },
    telegram: { logIn, logInBots, answerLogin },
    app: { protect },
  } as unknown as Client)
  useTelegram.setState({ settings })
  useAppData.setState({ sources: [], protection: { state: 'none', kind: 'passphrase', lockAfterSeconds: 240 } })
  render(
    <MantineProvider>
      <DialogHost />
    </MantineProvider>,
  )
})
afterEach(() => {
  act(() => closeAllDialogs())
  cleanup()
})

const open = (method: NewSessionMethod) => act(() => openDialog('new-session', { method }))
const press = async (name: string) => fireEvent.click(await screen.findByRole('button', { name }))
const tell = async (...events: LoginEvent[]) => act(async () => login.emit(...events))
const code = (refused: string | null = null): LoginEvent => ({
  type: 'code',
  where: 'in the Telegram app',
  length: 5,
  refused,
})

async function startByPhone() {
  open('phone')
  fireEvent.change(await screen.findByLabelText('Phone number'), { target: { value: '+1 555 0042' } })
  await press('Send the code')
  await tell({ type: 'started', loginId: 'login-1' }, code())
}

test('without an API id nothing is asked but that', async () => {
  useTelegram.setState({ settings: { ...settings, apiId: null } })
  open('qr')
  expect(await screen.findByLabelText('API id')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Show QR code' })).toBeNull()
})

test('QR: each code is drawn until one is scanned; then who is signed in and where it lies', async () => {
  open('qr')
  await press('Show QR code')
  expect(logIn.mock.calls[0]?.[0]).toEqual({
    method: { kind: 'qr' },
    destination: { kind: 'source', sourceId: 'vault' },
    target: null,
    values: {},
    dcId: 2,
    test: false,
  })
  const expiresAtMs = Date.now() + 30_000
  await tell({ type: 'started', loginId: 'login-1' }, { type: 'qr', link: 'tg://login?token=one', expiresAtMs })
  const drawn = () => screen.getByRole('img', { name: /QR code/ }).innerHTML
  const first = drawn()
  // The link itself is for cameras alone.
  expect(document.documentElement.outerHTML).not.toContain('tg://login')
  await tell({ type: 'qr', link: 'tg://login?token=two', expiresAtMs })
  expect(drawn()).not.toBe(first)
  await tell({ type: 'scanned' })
  expect(screen.getByText('Confirmed. Signing in…')).toBeTruthy()
  await tell({ type: 'made', saved })
  expect(screen.getByText('Signed in as @ada')).toBeTruthy()
  expect(screen.getByText('Kept in the vault')).toBeTruthy()
  await press('Show in the list')
  expect(useDialogs.getState().stack).toEqual([])
})

test('phone: a code that was refused is asked for again beside the field, which is empty once it was sent', async () => {
  await startByPhone()
  const field = await screen.findByLabelText<HTMLInputElement>('Code')
  fireEvent.change(field, { target: { value: ' 99999 ' } })
  fireEvent.submit(field)
  expect(answerLogin).toHaveBeenCalledWith({ loginId: 'login-1', answer: '99999' })
  expect(field.value).toBe('')
  await tell(code('This is not the code that Telegram sent.'))
  expect(screen.getByText('This is not the code that Telegram sent.')).toBeTruthy()
  await tell({ type: 'password', hint: 'the usual', refused: null })
  const password = await screen.findByLabelText<HTMLInputElement>('Password')
  expect(screen.getByText('the usual')).toBeTruthy()
  const secret = `secret ${Math.random()}`
  fireEvent.change(password, { target: { value: secret } })
  fireEvent.submit(password)
  expect(answerLogin).toHaveBeenLastCalledWith({ loginId: 'login-1', answer: secret })
  expect(document.documentElement.outerHTML).not.toContain(secret)
  expect(password.value).toBe('')
})

test('going back ends the login and keeps what was typed; so does closing', async () => {
  await startByPhone()
  await press('Back')
  expect(login.stopped).toBe(true)
  expect((await screen.findByLabelText<HTMLInputElement>('Phone number')).value).toBe('+1 555 0042')
  login = streamOf()
  await press('Send the code')
  await tell({ type: 'started', loginId: 'login-2' }, code())
  await press('Cancel')
  expect(login.stopped).toBe(true)
})

test('a login that failed leads back to the form with its reason', async () => {
  await startByPhone()
  await tell({ type: 'failed', error: { code: 'telegram.refused', message: 'Telegram has banned this phone number.' } })
  expect((await screen.findByRole('alert')).textContent).toContain('Telegram has banned this phone number.')
  expect(screen.getByRole('button', { name: 'Send the code' })).toBeTruthy()
})

test('a login that was stopped from elsewhere is not waited for', async () => {
  await startByPhone()
  await act(async () => login.end())
  expect((await screen.findByRole('alert')).textContent).toContain('stopped before it was made')
})

test('what went elsewhere is said as a warning', async () => {
  await startByPhone()
  await tell({ type: 'made', saved: { ...saved, elsewhere: 'It is in the vault: the folder cannot be written to.' } })
  expect(screen.getByText(/the folder cannot be written to/)).toBeTruthy()
  expect(screen.queryByText(/^Kept in/)).toBeNull()
})

test('tokens stay in their field until a passphrase is set, and leave it once they are sent', async () => {
  logInBots.mockRejectedValueOnce(new ORPCError('protection.required', { defined: true, data: {} }))
  open('bots')
  const field = await screen.findByLabelText<HTMLTextAreaElement>('Tokens')
  const token = `43:${Math.random().toString(36).repeat(3)}`
  fireEvent.input(field, { target: { value: `${token}\n44:wrong\n` } })
  await press('Sign in 2 bots')
  const [first, second] = [await screen.findByLabelText('Passphrase'), await screen.findByLabelText('The same again')]
  fireEvent.change(first, { target: { value: 'four unrelated words here' } })
  fireEvent.change(second, { target: { value: 'four unrelated words here' } })
  fireEvent.click(screen.getByRole('button', { name: 'Set passphrase' }))
  await waitFor(() => expect(logInBots).toHaveBeenCalledTimes(2))
  expect(logInBots.mock.lastCall?.[0].tokens).toBe(`${token}\n44:wrong\n`)
  await waitFor(() => expect(field.value).toBe(''))

  const error = { code: 'telegram.refused', message: 'Telegram does not know this bot token.' }
  const bot = { ...saved, account: { ...saved.account, isBot: true, username: 'shop_bot' } }
  await act(async () =>
    bots.emit(
      { type: 'item', line: 1, bot: '43', saved: bot, error: null },
      { type: 'item', line: 2, bot: '44', saved: null, error },
      { type: 'done', made: 1, failed: 1 },
    ),
  )
  await act(async () => bots.end())
  await screen.findByText('Signed in 1 of 2 bots')
  expect(screen.getByRole('list', { name: 'Results' }).textContent).toContain('@shop_bot')
  expect(screen.getByText('Telegram does not know this bot token.')).toBeTruthy()
  expect(document.documentElement.outerHTML).not.toContain(token)
})

test('stopping a list of tokens keeps what was signed in', async () => {
  open('bots')
  fireEvent.input(await screen.findByLabelText('Tokens'), { target: { value: '43:a\n44:b' } })
  await press('Sign in 2 bots')
  await act(async () => bots.emit({ type: 'item', line: 1, bot: '43', saved, error: null }))
  await press('Stop')
  expect(bots.stopped).toBe(true)
  expect(await screen.findByText('Signed in 1 of 2 bots')).toBeTruthy()
})
