import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LibraryEvent } from './interfaces.ts'
import { createLibraryEvents } from './library-events.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('gathers a flood into ten events a second, the last state told', () => {
  let revision = 0
  const events = createLibraryEvents(() => revision)
  const seen: LibraryEvent[] = []
  const stop = events.subscribe((event) => seen.push(event))
  for (let count = 0; count < 1000; count += 1) {
    revision += 1
    events.emit('sessions')
    vi.advanceTimersByTime(1)
  }
  vi.advanceTimersByTime(200)
  expect(seen.length).toBeLessThanOrEqual(11)
  expect(seen.at(-1)).toEqual({ type: 'sessions', revision: 1000 })

  events.emit('trash')
  events.emit('audit')
  vi.advanceTimersByTime(200)
  expect(seen.slice(-2)).toEqual([{ type: 'trash' }, { type: 'audit' }])
  const before = seen.length
  stop()
  events.emit('sources')
  vi.advanceTimersByTime(200)
  expect(seen).toHaveLength(before)
})
