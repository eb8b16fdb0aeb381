import { act, renderHook } from '@testing-library/react'
import { expect, test } from 'vitest'
import { type LoadPage, PAGE_ROWS, usePages } from './use-pages.ts'

interface Call {
  offset: number
  signal: AbortSignal
  answer: (rows: string[], total: number | null, more?: boolean) => Promise<void>
  fail: (error: Error) => Promise<void>
}

function setUp() {
  const calls: Call[] = []
  const loads = new Map<string, LoadPage<string>>()
  const loadFor = (key: string): LoadPage<string> => {
    const known = loads.get(key)
    if (known !== undefined) return known
    const load: LoadPage<string> = (offset, _limit, signal) =>
      new Promise((resolve, reject) => {
        calls.push({
          offset,
          signal,
          answer: (rows, total, more = false) => act(async () => resolve({ rows, total, more })),
          fail: (error) => act(async () => reject(error)),
        })
      })
    loads.set(key, load)
    return load
  }
  const view = renderHook(({ key }) => usePages(key, loadFor(key)), { initialProps: { key: 'a' } })
  return { calls, ...view }
}

const settle = () => act(async () => new Promise((resolve) => setTimeout(resolve, 80)))

test('keeps the old rows while a new list loads, and aborts what nobody waits for', async () => {
  const { calls, result, rerender } = setUp()
  await calls[0]?.answer(['one'], 1)
  expect(result.current.rowAt(0)).toBe('one')
  rerender({ key: 'b' })
  expect(result.current.loading).toBe(true)
  expect(result.current.rowAt(0)).toBe('one')
  rerender({ key: 'c' })
  expect(calls[1]?.signal.aborted).toBe(true)
  await calls[1]?.answer(['late'], 1)
  expect(result.current.rowAt(0)).toBe('one')
  await calls[2]?.answer(['three'], 1)
  expect(result.current.rowAt(0)).toBe('three')
  expect(result.current.loading).toBe(false)
})

test('loads the pages on screen, and gives up those that were scrolled past', async () => {
  const { calls, result } = setUp()
  await calls[0]?.answer(['x'], 1_000_000)
  act(() => result.current.show(PAGE_ROWS * 40, PAGE_ROWS * 40 + 20))
  await settle()
  expect(calls[1]?.offset).toBe(PAGE_ROWS * 40)
  act(() => result.current.show(PAGE_ROWS * 90, PAGE_ROWS * 90 + 20))
  await settle()
  expect(calls[1]?.signal.aborted).toBe(true)
  expect(calls[2]?.offset).toBe(PAGE_ROWS * 90)
  await calls[2]?.answer(['there'], 1_000_000)
  expect(result.current.rowAt(PAGE_ROWS * 90)).toBe('there')
})

test('without a total the list grows by what there is more', async () => {
  const { calls, result } = setUp()
  const full = Array.from({ length: PAGE_ROWS }, (_, index) => String(index))
  await calls[0]?.answer(full, null, true)
  expect(result.current.count).toBe(PAGE_ROWS + 1)
  act(() => result.current.show(PAGE_ROWS - 10, PAGE_ROWS + 1))
  await settle()
  await calls[1]?.answer(['last'], null, false)
  expect(result.current.count).toBe(PAGE_ROWS + 1)
  expect(result.current.rowAt(PAGE_ROWS)).toBe('last')
})

test('a failure can be tried again', async () => {
  const { calls, result } = setUp()
  await calls[0]?.fail(new Error('no'))
  expect(result.current.error).toBeInstanceOf(Error)
  act(() => result.current.retry())
  await calls[1]?.answer(['yes'], 1)
  expect(result.current.error).toBeNull()
  expect(result.current.rowAt(0)).toBe('yes')
})
