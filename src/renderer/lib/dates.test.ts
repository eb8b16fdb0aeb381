import { expect, test } from 'vitest'
import { formatCountdown, formatDateTime, fromWhen, longAge, shortAge } from './dates.ts'

const now = Date.UTC(2026, 10, 21, 12, 0, 0)
const ago = (ms: number) => shortAge(now - ms, now)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

test('ages are short', () => {
  expect(ago(5_000)).toBe('now')
  expect(ago(2 * MINUTE)).toBe('2 min')
  expect(ago(3 * HOUR)).toBe('3 h')
  expect(ago(30 * HOUR)).toBe('yesterday')
  expect(ago(4 * DAY)).toBe('4 d')
  expect(ago(21 * DAY)).toBe('3 w')
  expect(ago(250 * DAY)).toBe('8 mo')
  expect(ago(800 * DAY)).toBe('2 y')
})

test('a clock that runs ahead is said as such', () => {
  expect(shortAge(now + 5 * MINUTE, now)).toBe('in 5 min')
  expect(longAge(now + 5 * MINUTE, now)).toBe('in 5 min')
})

test('ages as phrases', () => {
  expect(longAge(now - 2 * MINUTE, now)).toBe('2 min ago')
  expect(longAge(now - 1000, now)).toBe('just now')
  expect(longAge(now - 30 * HOUR, now)).toBe('yesterday')
})

test('dates no calendar holds do not throw', () => {
  expect(formatDateTime(Number.NaN)).toBe('not a date')
  expect(formatDateTime(1e18)).toBe('not a date')
})

test('countdowns', () => {
  expect(formatCountdown(238_000)).toBe('3:58')
  expect(formatCountdown(-5)).toBe('0:00')
})

test('the hour from which something may be done: today, tomorrow, or the whole date', () => {
  const noon = new Date(2026, 10, 21, 12, 0, 0).getTime()
  expect(fromWhen(noon + 2 * HOUR, noon)).toBe('14:00 today')
  expect(fromWhen(noon + 23 * HOUR, noon)).toBe('11:00 tomorrow')
  // Not a minute too early.
  expect(fromWhen(noon + 2 * HOUR + 1, noon)).toBe('14:01 today')
  expect(fromWhen(noon + 3 * DAY, noon)).toMatch(/^24 Nov 2026/)
})
