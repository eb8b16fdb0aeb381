import { libraryLabel } from '../domain/libraries.ts'
import type { SessionSummary } from '../sources/session-store.ts'

/** `Telethon 7`: the library and its schema version or layout. */
export function formatText({ format }: SessionSummary): string {
  if (!format) return ''
  return `${libraryLabel(format.library)}${format.formatVersion === null ? '' : ` ${format.formatVersion}`}`
}

/** `@name`, else the id. */
export function accountText({ account }: SessionSummary): string {
  if (!account) return ''
  return account.username ? `@${account.username}` : account.id
}

export function kindText({ account }: SessionSummary): string {
  if (!account || account.isBot === null) return ''
  return account.isBot ? 'bot' : 'user'
}

/** `2`, `2 test`; '' where data centres have no numbers, on servers of one's own. */
export function dcText(summary: SessionSummary): string {
  const home = summary.dataCenters.find((dc) => dc.home)
  return home && home.id !== 0 ? `${home.id}${summary.test ? ' test' : ''}` : ''
}

export function countText(count: number | null): string {
  return count === null ? '' : count.toLocaleString('en-US')
}

/** `2026-03-01 14:05`, local time. */
export function timeText(seconds: number | null): string {
  if (seconds === null || seconds <= 0) return ''
  const date = new Date(seconds * 1000)
  if (Number.isNaN(date.getTime())) return ''
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`
}

/** When the library last took an update in, else when it last saved. */
export function lastUsedSeconds(summary: SessionSummary): number | null {
  return summary.updateState?.date || summary.savedAt || null
}
