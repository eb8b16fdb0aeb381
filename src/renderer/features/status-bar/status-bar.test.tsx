import { MantineProvider } from '@mantine/core'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import type { Job } from '../../../shared/contract/jobs.ts'
import type { Client } from '../../../shared/contract/index.ts'
import type { TelegramSettings } from '../../../shared/contract/telegram.ts'
import { useAppData } from '../../app/app-data.ts'
import { closeAllDialogs, useDialogs } from '../../app/dialogs.ts'
import { useNetwork } from '../../app/network.ts'
import { useTelegram } from '../../app/telegram.ts'
import { setClient } from '../../lib/client.ts'
import { latestOf } from './job-line.tsx'
import { StatusBar } from './status-bar.tsx'

afterEach(() => {
  cleanup()
  closeAllDialogs()
  useAppData.setState({ jobs: [], contactedStores: false })
  useNetwork.setState({ contacts: [] })
  useTelegram.setState({ settings: null })
})

const show = () =>
  render(
    <MantineProvider>
      <StatusBar />
    </MantineProvider>,
  )
const text = () => screen.getByRole('contentinfo').textContent ?? ''

const job = (change: Partial<Job> = {}): Job => ({
  id: 'job-1',
  kind: 'check',
  title: 'Checking 9 sessions',
  done: 3,
  total: 9,
  failed: 0,
  state: 'running',
  pausable: true,
  note: 'about 4 min left',
  ...change,
})

test('it is offline until something is contacted, and says what is while it is', () => {
  show()
  expect(text()).toContain('Offline')
  act(() => useAppData.setState({ contactedStores: true }))
  expect(text()).toContain('Network: your stores alone')
  const contact = { wayOut: 'Home', dcId: 4, test: false, address: '149.154.167.91:443', count: 1 }
  act(() => useNetwork.setState({ contacts: [contact] }))
  expect(text()).toContain('Asking Telegram: DC 4 (149.154.167.91:443), through Home')
  expect(text()).not.toContain('Network:')
})

test('replaced addresses are marked as long as they stand, and lead to the settings', () => {
  show()
  expect(screen.queryByRole('button', { name: /Addresses replaced/ })).toBeNull()
  const dcOverrides = [{ dcId: 2, host: '127.0.0.1', port: 443 }]
  act(() => useTelegram.setState({ settings: { dcOverrides } as unknown as TelegramSettings }))
  fireEvent.click(screen.getByRole('button', { name: /Addresses replaced/ }))
  expect(useDialogs.getState().stack.at(-1)).toMatchObject({ name: 'settings', props: { part: 'telegram' } })
})

test('a check can be paused, resumed, stopped and shown; a scan only stopped', async () => {
  const jobs = { pause: vi.fn(async () => ({})), resume: vi.fn(async () => ({})), cancel: vi.fn(async () => ({})) }
  setClient({ jobs } as unknown as Client)
  useAppData.setState({ jobs: [job()] })
  show()
  expect(text()).toContain('3 of 9about 4 min left')
  fireEvent.click(screen.getByRole('button', { name: 'Pause: Checking 9 sessions' }))
  expect(jobs.pause).toHaveBeenCalledWith({ id: 'job-1' })
  fireEvent.click(screen.getByRole('button', { name: 'Checking 9 sessions' }))
  expect(useDialogs.getState().stack.at(-1)).toMatchObject({ name: 'check', props: { jobId: 'job-1' } })
  act(() => useAppData.setState({ jobs: [job({ state: 'paused', note: '' })] }))
  expect(text()).toContain('paused')
  fireEvent.click(screen.getByRole('button', { name: 'Resume: Checking 9 sessions' }))
  fireEvent.click(screen.getByRole('button', { name: 'Stop: Checking 9 sessions' }))
  expect([jobs.resume.mock.calls.length, jobs.cancel.mock.calls.length]).toEqual([1, 1])
  act(() => useAppData.setState({ jobs: [job({ kind: 'scan', title: 'Scanning', pausable: false })] }))
  expect(screen.getAllByRole('button').map((button) => button.getAttribute('aria-label'))).toEqual(['Stop: Scanning'])
})

test('what moves on is shown before what is paused, and what has ended not at all', () => {
  const paused = job({ id: 'b', state: 'paused' })
  expect(latestOf([job({ id: 'a' }), paused])?.id).toBe('a')
  expect(latestOf([paused, job({ state: 'done' })])?.id).toBe('b')
  expect(latestOf([job({ state: 'cancelled' })])).toBeUndefined()
})
