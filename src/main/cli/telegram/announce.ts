import { isAliveStatus, isFinalStatus } from '../../../shared/login-statuses.ts'
import { secondsFor } from '../../telegram/pacing.ts'
import { PACE } from '../../telegram/pace.ts'
import { wayOutNameOf } from '../../telegram/way-out.ts'
import type { CliIo } from '../io.ts'
import { plain } from '../terminal-text.ts'
import type { Told } from './ask.ts'
import type { Login } from './logins.ts'
import { addressText, type TelegramRoute } from './options.ts'

/** Exit codes of what contacts Telegram, beside those of every command. */
export const TELEGRAM_EXIT = { dead: 3, untold: 4 } as const

/** Says on standard error, before anything is contacted, where it goes, how many are asked, and how long it takes. */
export function announce(io: Pick<CliIo, 'err'>, logins: readonly Login[], route: TelegramRoute): void {
  const ready = logins.filter(({ skip }) => skip === null)
  if (route.overridden.length > 0) io.err(`Addresses given with --dc: ${route.overridden.join(', ')}.\n`)
  if (ready.length > 0) {
    const through = route.wayOut.kind === 'direct' ? 'directly' : `through ${plain(wayOutNameOf(route.wayOut))}`
    io.err(
      `Asking Telegram about ${countOf(ready.length, 'login')}, each with its own key, under API id ${route.app.apiId}, ` +
        `${through}: ${placesOf(ready)}. ${durationOf(ready, route)}\n`,
    )
  }
  const left = Object.entries(Object.groupBy(logins, ({ skip }) => skip ?? '')).filter(([skip]) => skip !== '')
  if (left.length > 0) {
    io.err(
      `Not asked: ${left.map(([skip, some]) => `${some?.length ?? 0} ${SKIP_PHRASES[skip] ?? skip}`).join(', ')}.\n`,
    )
  }
}

const SKIP_PHRASES: Readonly<Record<string, string>> = {
  'no-key': 'without a key that Telegram made',
  'in-use': 'in use (--include-in-use asks all the same)',
  'no-dc': 'without a data centre that has an address',
  'same-key': 'with the key of another one',
}

/** `DC 2 at 149.154.167.41:443, DC 4 (test) at …`. */
function placesOf(ready: readonly Login[]): string {
  const places = ready.flatMap(({ endpoint }) =>
    endpoint ? [`DC ${endpoint.id}${endpoint.test ? ' (test)' : ''} at ${addressText(endpoint)}`] : [],
  )
  return [...new Set(places)].toSorted().join(', ')
}

function durationOf(ready: readonly Login[], { limits }: TelegramRoute): string {
  const { least, most } = secondsFor(ready)
  // At another pace it takes as much longer or shorter; an answer has its time all the same.
  const times = limits.gapMs / PACE.gapMs
  const [from, to] = [Math.max(1, Math.round(least * times)), Math.ceil(Math.max(most * times, 15))]
  return `This takes ${timeText(from)} to ${timeText(to)}.`
}

function timeText(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}

export function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

/** Logins, by what is known of them in the end; copies of a key count once. */
export function countLogins(told: readonly Told[]): { alive: number; dead: number; untold: number } {
  const counts = { alive: 0, dead: 0, untold: 0 }
  for (const { result, login } of told) {
    if (login.skip === 'same-key' && result !== null) continue
    if (result === null) counts.untold += 1
    else if (isAliveStatus(result.status)) counts.alive += 1
    else if (isFinalStatus(result.status)) counts.dead += 1
    else counts.untold += 1
  }
  return counts
}
