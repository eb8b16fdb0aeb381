import { MantineProvider } from '@mantine/core'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Revealed } from './hold-to-show.ts'
import { MaskedValue } from './masked-value.tsx'

const CHARS = 40
let secret = ''
let answer: (value: Revealed) => void = () => {}
let fail: (error: unknown) => void = () => {}
const onHidden = vi.fn<() => void>()
const onError = vi.fn<(error: unknown) => void>()

beforeEach(() => {
  vi.useFakeTimers()
  secret = Array.from({ length: CHARS }, () => Math.floor(Math.random() * 36).toString(36)).join('')
  onHidden.mockClear()
  onError.mockClear()
  render(
    <MantineProvider>
      <MaskedValue
        charLength={CHARS}
        prefix="1"
        reveal={() =>
          new Promise((resolve, reject) => {
            answer = resolve
            fail = reject
          })
        }
        onHidden={onHidden}
        onError={onError}
      />
    </MantineProvider>,
  )
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

const button = () => screen.getByRole('button')
const inPage = () => document.documentElement.outerHTML.includes(secret)
const give = () => act(async () => answer({ value: secret, hideAfterMs: 30_000 }))
async function holdByPointer() {
  fireEvent.pointerDown(button(), { button: 0, pointerId: 1 })
  await give()
  expect(inPage()).toBe(true)
}

test('shows as many bullets as the string has characters, and no string', () => {
  expect(screen.getByRole('img').textContent).toBe(`1${'•'.repeat(CHARS - 1)}`)
  expect(inPage()).toBe(false)
})

test('hides when the pointer is let go', async () => {
  await holdByPointer()
  fireEvent.pointerUp(button())
  expect(inPage()).toBe(false)
  expect(onHidden).toHaveBeenCalledOnce()
})

test('hides when the window loses the focus', async () => {
  await holdByPointer()
  act(() => void window.dispatchEvent(new Event('blur')))
  expect(inPage()).toBe(false)
})

test('hides when the page is not visible any more', async () => {
  await holdByPointer()
  act(() => void document.dispatchEvent(new Event('visibilitychange')))
  expect(inPage()).toBe(false)
})

test('hides by itself while it is still held', async () => {
  await holdByPointer()
  act(() => void vi.advanceTimersByTime(29_000))
  expect(inPage()).toBe(true)
  act(() => void vi.advanceTimersByTime(1_000))
  expect(inPage()).toBe(false)
  expect(onHidden).toHaveBeenCalledOnce()
})

test('hides when the dialog goes away', async () => {
  await holdByPointer()
  cleanup()
  expect(inPage()).toBe(false)
  expect(onHidden).toHaveBeenCalledOnce()
})

test.each([' ', 'Enter'])('shows while the key "%s" is down', async (key) => {
  fireEvent.keyDown(button(), { key })
  await give()
  expect(inPage()).toBe(true)
  fireEvent.keyDown(button(), { key, repeat: true })
  fireEvent.keyUp(button(), { key })
  expect(inPage()).toBe(false)
})

test('never shows what arrives after the button was let go', async () => {
  fireEvent.pointerDown(button(), { button: 0, pointerId: 1 })
  fireEvent.pointerUp(button())
  await give()
  expect(inPage()).toBe(false)
  expect(onHidden).toHaveBeenCalled()
})

test('reports a refusal and can be tried again', async () => {
  fireEvent.pointerDown(button(), { button: 0, pointerId: 1 })
  const refused = new Error('refused')
  await act(async () => fail(refused))
  expect(onError).toHaveBeenCalledWith(refused)
  await holdByPointer()
})
