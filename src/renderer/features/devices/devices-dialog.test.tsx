import { MantineProvider } from '@mantine/core'
import { ORPCError } from '@orpc/client'
import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { loginResult } from '../../../../test/support/telegram/window-login.ts'
import type { Client } from '../../../shared/contract/index.ts'
import type { Device, Devices, TelegramSettings } from '../../../shared/contract/telegram.ts'
import { DialogHost } from '../../app/dialog-host.tsx'
import { closeAllDialogs, openDialog, useDialogs } from '../../app/dialogs.ts'
import { useTelegram } from '../../app/telegram.ts'
import { setClient } from '../../lib/client.ts'

const ref = { sourceId: 's', key: 'desk' }
const device: Device = {
  hash: '0',
  current: true,
  officialApp: false,
  passwordPending: false,
  unconfirmed: false,
  deviceModel: 'Session Deck',
  platform: 'Linux',
  systemVersion: '6',
  apiId: 1,
  appName: 'Session Deck',
  appVersion: '1',
  createdAt: 100,
  activeAt: 200,
  ip: '192.0.2.7',
  country: 'Portugal',
  region: '',
}
const phone: Device = { ...device, hash: '77', current: false, deviceModel: 'iPhone 15', appName: 'Telegram iOS' }
const listOf = (devices: readonly Device[], mayEndFrom: number | null = null): Devices => ({
  devices: [...devices],
  ttlDays: 180,
  mayEndFrom,
  login: loginResult({
    atMs: Date.now(),
    account: { id: '42', isBot: false, username: 'ada', phone: null, name: 'Ada' },
  }),
})
const settings = { apiId: 1, hasApiHash: true, dcOverrides: [] } as unknown as TelegramSettings

const devices = vi.fn()
const endDevice = vi.fn()
const planEndOthers = vi.fn()
const endOthers = vi.fn()

beforeEach(() => {
  vi.resetAllMocks()
  devices.mockResolvedValue(listOf([phone, device]))
  setClient({ telegram: { devices, endDevice, planEndOthers, endOthers } } as unknown as Client)
  useTelegram.setState({ settings })
  render(
    <MantineProvider>
      <DialogHost />
    </MantineProvider>,
  )
  act(() => openDialog('devices', { ref, name: 'desk' }))
})
afterEach(() => {
  act(() => closeAllDialogs())
  cleanup()
})

const press = async (name: string) => fireEvent.click(await screen.findByRole('button', { name }))
const refuse = (code: string, data: object = {}) => new ORPCError(code, { defined: true, data })

test('asks nobody before it was said what asking does', async () => {
  await screen.findByRole('button', { name: 'Continue' })
  expect(screen.getByText(/this session’s own key/)).toBeTruthy()
  expect(devices).not.toHaveBeenCalled()
  await press('Continue')
  expect(devices).toHaveBeenCalledWith({ ref, includeInUse: false })
  const rows = within(await screen.findByRole('list', { name: 'Devices' })).getAllByRole('listitem')
  expect(rows.map((row) => row.textContent)).toEqual([
    expect.stringContaining('This session'),
    expect.stringContaining('iPhone 15'),
  ])
})

test('a session in use is asked with only by who insists, and everything after that insists as well', async () => {
  devices.mockRejectedValueOnce(refuse('telegram.in-use'))
  await press('Continue')
  expect(await screen.findByText('A program has this session open.')).toBeTruthy()
  await press('Go on all the same')
  expect(devices).toHaveBeenLastCalledWith({ ref, includeInUse: true })
  endDevice.mockResolvedValue(listOf([device]))
  await press('End iPhone 15')
  await press('End it')
  expect(endDevice).toHaveBeenCalledWith({ ref, hash: '77', confirmed: true, includeInUse: true })
})

test('one device is ended after it was named', async () => {
  endDevice.mockResolvedValue(listOf([device]))
  await press('Continue')
  await press('End iPhone 15')
  expect(await screen.findByText('End “iPhone 15”?')).toBeTruthy()
  expect(endDevice).not.toHaveBeenCalled()
  await press('End it')
  await screen.findByText('Ended “iPhone 15”.')
  expect(screen.queryByRole('button', { name: 'End iPhone 15' })).toBeNull()
})

test('all others: the word has to be typed, the sessions that die are named and can be checked', async () => {
  const other = { ref: { sourceId: 's', key: 'pocket' }, name: 'pocket', sourceName: 'My bots', keyId: 'ff' }
  planEndOthers.mockResolvedValue({ word: 'ada', sessions: [other] })
  endOthers.mockResolvedValue(listOf([device]))
  await press('Continue')
  await press('End all other devices…')
  const end = await screen.findByRole<HTMLButtonElement>('button', { name: 'End all others' })
  expect(within(screen.getByRole('list', { name: 'Sessions that end' })).getByText('pocket')).toBeTruthy()
  expect(end.disabled).toBe(true)
  fireEvent.change(screen.getByRole('textbox'), { target: { value: 'ada' } })
  fireEvent.click(end)
  await screen.findByText('All other devices were ended.')
  expect(endOthers).toHaveBeenCalledWith({ ref, typed: 'ada', includeInUse: false })
  planEndOthers.mockClear()
  await press('Check this session…')
  expect(useDialogs.getState().stack.at(-1)).toMatchObject({ name: 'check', props: { refs: [other.ref], again: true } })
})

test('a young login ends nothing: the buttons say from when it may', async () => {
  devices.mockResolvedValue(listOf([phone, device], Date.now() / 1000 + 7200))
  await press('Continue')
  const end = await screen.findByRole('button', { name: 'End iPhone 15' })
  expect(screen.getByText(/^This login may end others from \d\d:\d\d (today|tomorrow)\.$/)).toBeTruthy()
  for (const button of [end, screen.getByRole('button', { name: 'End all other devices…' })]) {
    expect(button.getAttribute('aria-disabled')).toBe('true')
    fireEvent.click(button)
  }
  expect(screen.queryByText('End “iPhone 15”?')).toBeNull()
  expect(planEndOthers).not.toHaveBeenCalled()
})

test('the hour that Telegram tells on refusing counts from then on', async () => {
  endDevice.mockRejectedValue(refuse('telegram.too-fresh', { until: Math.ceil(Date.now() / 1000) + 3600 }))
  await press('Continue')
  await press('End iPhone 15')
  await press('End it')
  expect((await screen.findByRole('alert')).textContent).toContain('24 hours after it was made')
  await waitFor(() => expect(screen.getByText(/^This login may end others from/)).toBeTruthy())
})

test('a program that opened the session meanwhile is told of, and the second press means it', async () => {
  await press('Continue')
  await press('End iPhone 15')
  endDevice.mockRejectedValueOnce(refuse('telegram.in-use')).mockResolvedValue(listOf([device]))
  await press('End it')
  expect((await screen.findByRole('alert')).textContent).toContain('A program has this session open.')
  await press('End it all the same')
  await screen.findByText('Ended “iPhone 15”.')
  expect(endDevice.mock.calls.map(([{ includeInUse }]) => includeInUse)).toEqual([false, true])
})

test('an error is a sentence with what to do, and asking again is one press away', async () => {
  devices.mockRejectedValueOnce(refuse('telegram.unreachable', { reason: 'no answer in 15 s' }))
  await press('Continue')
  const alert = await screen.findByRole('alert')
  expect(alert.textContent).toContain('no answer in 15 s')
  expect(alert.textContent).toContain('Check the network connection')
  await press('Try again')
  await screen.findByRole('list', { name: 'Devices' })
})
