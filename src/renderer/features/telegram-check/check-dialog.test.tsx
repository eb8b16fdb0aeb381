import { MantineProvider } from '@mantine/core'
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { loginResult } from '../../../../test/support/telegram/window-login.ts'
import { readyToAsk } from '../../../../test/support/telegram/window-settings.ts'
import type { Client } from '../../../shared/contract/index.ts'
import type {
  CheckPlan,
  LoginResult,
  ResultItem,
  TelegramEvent,
  TelegramProgress,
} from '../../../shared/contract/telegram.ts'
import { useConnection } from '../../app/connection.ts'
import { useTelegram } from '../../app/telegram.ts'
import { useView } from '../../app/view.ts'
import { setClient } from '../../lib/client.ts'
import { CheckDialog } from './check-dialog.tsx'

const refs = ['a', 'b', 'c'].map((key) => ({ sourceId: 's', key }))

const plan: CheckPlan = {
  total: 3,
  ready: 2,
  skipped: [{ reason: 'in-use', count: 1 }],
  seconds: { least: 4, most: 20 },
  waysOut: ['direct'],
  dcIds: [2],
  needsApp: false,
  explain: false,
}

const item = (name: string, change: Partial<ResultItem>): ResultItem => ({
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

const login = (status: LoginResult['status'], evidence: string = status) => loginResult({ status, evidence })

const progress = (change: Partial<TelegramProgress>): TelegramEvent => ({
  type: 'progress',
  progress: { done: 0, total: 3, state: 'running', note: '', asks: false, secondsLeft: null, ...change },
})

/** What main tells of a job, as the test wants it. */
function stream() {
  const waiting: (() => void)[] = []
  const events: TelegramEvent[] = []
  let ended = false
  return {
    tell: async (...more: TelegramEvent[]) => {
      await act(async () => {
        events.push(...more)
        for (const wake of waiting.splice(0)) wake()
        // Results are shown a few times a second.
        await new Promise((resolve) => setTimeout(resolve, 130))
      })
    },
    end: async () => {
      await act(async () => {
        ended = true
        for (const wake of waiting.splice(0)) wake()
        await new Promise((resolve) => setTimeout(resolve, 10))
      })
    },
    read: async function* () {
      for (let at = 0; ; at += 1) {
        while (at >= events.length && !ended) await new Promise<void>((resolve) => waiting.push(resolve))
        const event = events[at]
        if (event === undefined) return
        yield event
      }
    },
  }
}

const planCheck = vi.fn()
const check = vi.fn()
const changeSettings = vi.fn()
const jobs = { pause: vi.fn(), resume: vi.fn(), cancel: vi.fn() }
let job: ReturnType<typeof stream>
const onClose = vi.fn()

beforeEach(() => {
  job = stream()
  planCheck.mockResolvedValue(plan)
  check.mockResolvedValue({ jobId: 'job-1' })
  changeSettings.mockImplementation(async () => useTelegram.getState().settings)
  for (const call of Object.values(jobs)) call.mockResolvedValue({})
  setClient({
    telegram: { planCheck, check, changeSettings, results: async () => job.read() },
    jobs,
  } as unknown as Client)
  useConnection.setState({ connection: { state: 'connected' } })
  useTelegram.setState({ settings: readyToAsk })
})

afterEach(() => {
  cleanup()
  vi.clearAllMocks()
})

async function show(props: Parameters<typeof CheckDialog>[0]) {
  render(
    <MantineProvider>
      <CheckDialog {...props} />
    </MantineProvider>,
  )
  await act(async () => {})
}

const button = (name: string | RegExp) => screen.getByRole('button', { name })
const click = (name: string | RegExp) => act(async () => void fireEvent.click(button(name)))
const dialogText = () => screen.getByRole('dialog').textContent ?? ''

test('says what will be done, and does it only on its button; what is in use is asked for on purpose', async () => {
  await show({ refs, onClose })
  expect(dialogText()).toContain('2 of 3')
  expect(dialogText()).toContain('1 is in use by a program')
  expect(dialogText()).toContain('Data centre 2, directly')
  expect(check).not.toHaveBeenCalled()
  planCheck.mockResolvedValue({ ...plan, ready: 3, skipped: [] })
  await act(async () => void fireEvent.click(screen.getByRole('checkbox', { name: /Also those in use/ })))
  expect(planCheck).toHaveBeenLastCalledWith({ refs, includeInUse: true, includeRecent: false, elsewhere: null })
  // The choice stays on screen although nothing is left out for it any more.
  expect(screen.getByRole('checkbox', { name: /Also those in use/ })).toHaveProperty('checked', true)
  await click('Check 3 logins')
  expect(check).toHaveBeenCalledWith({ refs, includeInUse: true, includeRecent: false, elsewhere: null })
  expect(changeSettings).not.toHaveBeenCalled()
})

test('nothing can be started while nothing is ready, or while the plan is not that of the choices', async () => {
  planCheck.mockResolvedValue({ ...plan, ready: 0 })
  await show({ refs, onClose })
  expect(button('Check')).toHaveProperty('disabled', true)
  planCheck.mockReturnValue(new Promise(() => {}))
  await act(async () => void fireEvent.click(screen.getByRole('checkbox', { name: /Also those in use/ })))
  expect(button('Check')).toHaveProperty('disabled', true)
})

test('before the first check it is explained, and kept that it was', async () => {
  planCheck.mockResolvedValue({ ...plan, explain: true })
  await show({ refs, onClose })
  expect(dialogText()).toContain('What Telegram sees')
  await click('Check 2 logins')
  expect(changeSettings).toHaveBeenCalledWith({ explained: true })
  expect(check).toHaveBeenCalledTimes(1)
})

test('without an API id it is asked for right there, and the plan follows', async () => {
  planCheck.mockResolvedValue({ ...plan, needsApp: true })
  useTelegram.setState(({ settings }) => ({ settings: settings && { ...settings, apiId: null, hasApiHash: false } }))
  await show({ refs, onClose })
  fireEvent.change(screen.getByRole('textbox', { name: 'API id' }), { target: { value: '4711' } })
  expect(button('Save and go on')).toHaveProperty('disabled', true)
  const apiHash = '0123456789abcdef0123456789abcdef'
  fireEvent.change(screen.getByLabelText('API hash'), { target: { value: apiHash } })
  planCheck.mockResolvedValue(plan)
  await click('Save and go on')
  expect(changeSettings).toHaveBeenCalledWith({ apiId: 4711, apiHash })
  await waitFor(() => expect(dialogText()).toContain('2 of 3'))
})

test('results come one by one, are counted and filtered, and can be asked for again', async () => {
  await show({ jobId: 'job-1', onClose })
  await job.tell(
    { type: 'item', item: item('left', { outcome: 'skipped', skipped: 'in-use', reason: 'A program has it open.' }) },
    { type: 'item', item: item('shop', { login: login('alive') }) },
    progress({ done: 2, secondsLeft: 240 }),
  )
  expect(screen.getByRole('progressbar')).toHaveProperty('value', 2)
  expect(dialogText()).toContain('about 4 min left')
  expect(screen.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual([
    'shopSigned inalive',
    'leftLeft outA program has it open.',
  ])
  await job.tell(
    { type: 'item', item: item('dead', { login: login('revoked') }) },
    { type: 'item', item: item('lost', { login: login('network') }) },
  )
  await act(async () => button('Go on in the background').focus())
  await job.tell(progress({ done: 4, total: 4, state: 'done' }))
  await job.end()
  expect(screen.getByRole('dialog', { name: 'Checked 4 sessions' })).toBeTruthy()
  // The button that had the focus is gone.
  expect(document.activeElement).toBe(button('Done'))
  await click(/^Ended elsewhere/)
  expect(screen.getAllByRole('listitem')).toHaveLength(1)
  await click('Check again: 1 without an answer')
  expect(planCheck).toHaveBeenLastCalledWith({
    refs: [{ sourceId: 's', key: 'lost' }],
    includeInUse: false,
    // They were asked about a moment ago.
    includeRecent: true,
    elsewhere: null,
  })
})

test('the dead ones are what the list is filtered by', async () => {
  await show({ jobId: 'job-1', onClose })
  await job.tell(
    { type: 'item', item: item('dead', { login: login('revoked') }) },
    progress({ done: 1, total: 1, state: 'done' }),
  )
  await job.end()
  useView.setState({ search: 'shop', view: { kind: 'trash' } })
  await click('Show the dead ones')
  const { view, search, filters } = useView.getState()
  expect([view, search]).toEqual([{ kind: 'all' }, ''])
  expect(filters.logins).toContain('revoked')
  expect(filters.logins).not.toContain('alive')
  expect(onClose).toHaveBeenCalled()
})

test('after one ban behind the other it asks, and goes on or stops as it is told', async () => {
  await show({ jobId: 'job-1', onClose })
  await job.tell(progress({ done: 2, state: 'paused', asks: true, note: '5 in a row were banned or killed.' }))
  expect(screen.getByRole('alert').textContent).toContain('5 in a row')
  await click('Go on all the same')
  expect(jobs.resume).toHaveBeenCalledWith({ id: 'job-1' })
  await click('Stop here')
  expect(jobs.cancel).toHaveBeenCalledWith({ id: 'job-1' })
})

test('closing leaves a job that runs to itself', async () => {
  await show({ jobId: 'job-1', onClose })
  await job.tell(progress({ done: 1 }))
  await click('Pause')
  expect(jobs.pause).toHaveBeenCalledWith({ id: 'job-1' })
  await click('Go on in the background')
  expect(onClose).toHaveBeenCalledTimes(1)
  expect(jobs.cancel).not.toHaveBeenCalled()
})

test('a key that is not known there can be asked about elsewhere', async () => {
  await show({ jobId: 'job-1', onClose })
  await job.tell(
    { type: 'item', item: item('odd', { login: login('key-unknown') }) },
    progress({ done: 1, total: 1, state: 'done' }),
  )
  await job.end()
  planCheck.mockResolvedValue({ ...plan, total: 1, ready: 1, skipped: [] })
  await click('Ask elsewhere…')
  await act(async () => {})
  expect(button('Check')).toHaveProperty('disabled', true)
  await act(async () => void fireEvent.click(screen.getByRole('combobox', { name: 'Ask' })))
  await act(async () => void fireEvent.click(screen.getByRole('option', { name: 'DC 4', hidden: true })))
  await click('Check')
  expect(check).toHaveBeenCalledWith(
    expect.objectContaining({ refs: [{ sourceId: 's', key: 'odd' }], elsewhere: { dcId: 4, test: false } }),
  )
})

test('ten thousand results are drawn as far as they are seen', async () => {
  await show({ jobId: 'job-1', onClose })
  const many = Array.from({ length: 10_000 }, (_, index) => ({
    type: 'item' as const,
    item: item(`bot-${index}`, { login: login('alive') }),
  }))
  await job.tell(...many, progress({ done: 10_000, total: 20_000 }))
  await waitFor(() => expect(dialogText()).toContain('10,000 of 20,000'))
  expect(screen.getAllByRole('listitem').length).toBeLessThan(60)
  expect(screen.getAllByRole('listitem')[0]?.getAttribute('aria-setsize')).toBe('10000')
})

test('results that are gone are said to be gone', async () => {
  setClient({
    telegram: {
      results: async () => {
        throw new Error('gone')
      },
    },
  } as unknown as Client)
  await show({ jobId: 'job-9', onClose })
  await waitFor(() => expect(screen.getByRole('alert')).toBeTruthy())
  expect(button('Done')).toBeTruthy()
})
