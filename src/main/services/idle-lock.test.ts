import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Secret } from '../domain/secret.ts'
import { createClipboardGuard } from './clipboard-guard.ts'
import { createIdleLock } from './idle-lock.ts'
import { createShownSecret } from './shown-secret.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const clock = { now: () => Date.now() }
const log = { info: () => {}, warn: () => {}, error: () => {} }

it('locks after 240 s without a sign of the person, and not before', () => {
  const lock = vi.fn()
  const idle = createIdleLock(clock, () => true, lock)
  vi.advanceTimersByTime(200_000)
  expect(idle.touch()).toBe(Date.now() + 240_000)
  vi.advanceTimersByTime(239_999)
  expect(lock).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(lock).toHaveBeenCalledOnce()
  idle.close()
})

it('waits for work that the person started, then locks at once', () => {
  const lock = vi.fn()
  let isWorking = true
  const idle = createIdleLock(
    clock,
    () => true,
    lock,
    () => isWorking,
  )
  vi.advanceTimersByTime(1_000_000)
  expect(lock).not.toHaveBeenCalled()
  isWorking = false
  vi.advanceTimersByTime(5_000)
  expect(lock).toHaveBeenCalledOnce()
  idle.close()
})

it('locks somebody out who comes back too late, though the timers slept', () => {
  const lock = vi.fn()
  let now = 0
  const idle = createIdleLock({ now: () => now }, () => true, lock)
  now = 241_000
  expect(idle.touch()).toBeNull()
  expect(lock).toHaveBeenCalledOnce()
  expect(idle.restart()).toBe(481_000)
  idle.close()
})

it('does not lock where there is nothing to lock', () => {
  const lock = vi.fn()
  const idle = createIdleLock(clock, () => false, lock)
  expect(idle.touch()).toBeNull()
  vi.advanceTimersByTime(1_000_000)
  expect(lock).not.toHaveBeenCalled()
  idle.close()
})

function fakeClipboard() {
  const clipboard = {
    text: 'mine',
    write: async (text: string) => void (clipboard.text = text),
    read: async () => clipboard.text,
    clear: () => void (clipboard.text = ''),
  }
  return clipboard
}

it('clears a copied secret after 10 s', async () => {
  const clipboard = fakeClipboard()
  await createClipboardGuard(clipboard, log).copy(Secret.fromText('secret'))
  await vi.advanceTimersByTimeAsync(9_999)
  expect(clipboard.text).toBe('secret')
  await vi.advanceTimersByTimeAsync(1)
  expect(clipboard.text).toBe('')
})

it('leaves alone what was copied meanwhile', async () => {
  const clipboard = fakeClipboard()
  await createClipboardGuard(clipboard, log).copy(Secret.fromText('secret'))
  clipboard.text = 'a letter'
  await vi.advanceTimersByTimeAsync(20_000)
  expect(clipboard.text).toBe('a letter')
})

it('clears at once on lock, and a second copy has its own ten seconds', async () => {
  const clipboard = fakeClipboard()
  const guard = createClipboardGuard(clipboard, log)
  await guard.copy(Secret.fromText('one'))
  await vi.advanceTimersByTimeAsync(8_000)
  await guard.copy(Secret.fromText('two'))
  await vi.advanceTimersByTimeAsync(8_000)
  expect(clipboard.text).toBe('two')
  await guard.clear()
  expect(clipboard.text).toBe('')
})

it('lets the window into captures again by itself', () => {
  const set = vi.fn()
  const shown = createShownSecret(set)
  shown.show(30_000)
  shown.hide()
  shown.hide()
  shown.show(30_000)
  vi.advanceTimersByTime(31_000)
  expect(set.mock.calls.map(([on]) => on as boolean)).toEqual([true, false, true, false])
})
