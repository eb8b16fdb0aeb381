const dateTime = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})

/** "20 Nov 2026, 14:31:08" in the machine's time zone. */
export function formatDateTime(atMs: number): string {
  return Number.isFinite(atMs) && Math.abs(atMs) < 8.64e15 ? dateTime.format(atMs) : 'not a date'
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Short age for tables: "now", "2 min", "14 h", "yesterday", "4 d", "3 w", "8 mo", "2 y"; "in 5 min" when ahead. */
export function shortAge(atMs: number, nowMs: number): string {
  const age = nowMs - atMs
  if (age < -MINUTE) return `in ${span(-age)}`
  if (age < MINUTE) return 'now'
  if (age >= DAY && age < 2 * DAY) return 'yesterday'
  return span(age)
}

/** The same as a phrase: "2 min ago", "just now". */
export function longAge(atMs: number, nowMs: number): string {
  const text = shortAge(atMs, nowMs)
  if (text === 'now') return 'just now'
  return text === 'yesterday' || text.startsWith('in ') ? text : `${text} ago`
}

function span(ms: number): string {
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h`
  const days = Math.floor(ms / DAY)
  if (days < 14) return `${days} d`
  if (days < 61) return `${Math.floor(days / 7)} w`
  if (days < 730) return `${Math.floor(days / 30.44)} mo`
  return `${Math.floor(days / 365.25)} y`
}

/** 238000 → "3:58" */
export function formatCountdown(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })

/** "14:20 today", "14:20 tomorrow", else the whole date: the minute from which something is possible. */
export function fromWhen(atMs: number, nowMs: number): string {
  const minuteMs = Math.ceil(atMs / MINUTE) * MINUTE
  const today = new Date(nowMs)
  const day = new Date(minuteMs).toDateString()
  if (day === today.toDateString()) return `${clock.format(minuteMs)} today`
  // By the calendar: a day may have 23 or 25 hours.
  const tomorrow = new Date(today.getFullYear(), today.getMonth(), today.getDate() + 1)
  return day === tomorrow.toDateString() ? `${clock.format(minuteMs)} tomorrow` : formatDateTime(minuteMs)
}
