import { MantineProvider } from '@mantine/core'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Client } from '../../../shared/contract/index.ts'
import { useAppData } from '../../app/app-data.ts'
import { setClient } from '../../lib/client.ts'
import { useClipboardClear } from './clipboard-clear.ts'
import { CopyButton } from './copy-button.tsx'

const secret = `1${Math.random().toString(36).repeat(4)}`
let clipboard = ''
let readable = true
const fakeClipboard = {
  writeText: async (text: string) => {
    clipboard = text
  },
  readText: async () => {
    if (!readable) throw new DOMException('denied', 'NotAllowedError')
    return clipboard
  },
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'Date'] })
  vi.spyOn(document, 'hasFocus').mockReturnValue(true)
  vi.spyOn(navigator, 'clipboard', 'get').mockReturnValue(fakeClipboard as unknown as Clipboard)
  clipboard = ''
  readable = true
  useClipboardClear.setState({ state: 'empty', secondsLeft: 0 })
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

function setUp(owner: 'main' | 'page') {
  const copy = vi.fn(async () => ({ clearAfterMs: 10_000 }))
  const reveal = vi.fn(async () => ({ value: secret, hideAfterMs: 10_000 }))
  setClient({ secrets: { copy, reveal } } as unknown as Client)
  useAppData.setState({ info: { clipboard: owner } as never })
  render(
    <MantineProvider>
      <CopyButton
        what={{ ref: { sourceId: 's', key: 'k' }, target: { formatId: 'f', variant: 'v' }, values: {} }}
        disabled={false}
        onError={(error) => {
          throw error
        }}
      />
    </MantineProvider>,
  )
  return { copy, reveal }
}

const label = () => screen.getByRole('button').textContent
async function copyNow() {
  fireEvent.click(screen.getByRole('button'))
  await vi.waitFor(() => expect(label()).toBe('Copied, clears in 10 s'))
}
const pass = (ms: number) => act(async () => void (await vi.advanceTimersByTimeAsync(ms)))

test('counts down and clears the clipboard while it still holds the string', async () => {
  setUp('page')
  await copyNow()
  expect(clipboard).toBe(secret)
  await pass(3000)
  expect(label()).toBe('Copied, clears in 7 s')
  await pass(7000)
  await vi.waitFor(() => expect(clipboard).toBe(''))
  await vi.waitFor(() => expect(label()).toBe('Copy (clears in 10 s)'))
})

test('leaves alone what was copied meanwhile', async () => {
  setUp('page')
  await copyNow()
  clipboard = 'a shopping list'
  await pass(10_000)
  await vi.waitFor(() => expect(label()).toBe('Copy (clears in 10 s)'))
  expect(clipboard).toBe('a shopping list')
})

test('offers to clear where the page may not look', async () => {
  setUp('page')
  await copyNow()
  readable = false
  await pass(10_000)
  await vi.waitFor(() => expect(label()).toBe('Clear clipboard'))
  expect(clipboard).toBe(secret)
  fireEvent.click(screen.getByRole('button'))
  await vi.waitFor(() => expect(clipboard).toBe(''))
})

test('waits for the focus to come back before it looks', async () => {
  setUp('page')
  await copyNow()
  vi.mocked(document.hasFocus).mockReturnValue(false)
  await pass(10_000)
  expect(clipboard).toBe(secret)
  vi.mocked(document.hasFocus).mockReturnValue(true)
  act(() => void window.dispatchEvent(new Event('focus')))
  await vi.waitFor(() => expect(clipboard).toBe(''))
})

test('never brings the string into the page where main owns the clipboard', async () => {
  const { copy, reveal } = setUp('main')
  await copyNow()
  expect(copy).toHaveBeenCalledWith(expect.objectContaining({ confirmed: true }))
  expect(reveal).not.toHaveBeenCalled()
  expect(clipboard).toBe('')
})
