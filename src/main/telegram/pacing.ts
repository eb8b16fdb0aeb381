import type { LoginStatus } from '../../shared/login-statuses.ts'
import type { Pace, PaceClock, WayOutcome } from './pace.ts'

/** One session in line. */
export interface PacedItem {
  /** Way out and data centre. */
  readonly way: string
  readonly accountId: string | null
}

/** What came of asking once. */
export type Attempt =
  | { readonly kind: 'answered'; readonly status: LoginStatus; readonly waitSeconds: number | null }
  /** Not asked yet: not before so many seconds. */
  | { readonly kind: 'wait'; readonly seconds: number }
  /** Not asked, or it went wrong before. */
  | { readonly kind: 'not-asked' }

export interface PacedWork<I extends PacedItem> {
  /** In the order they are wanted. */
  readonly items: readonly I[]
  /** Asks once; never throws. */
  ask(item: I, signal: AbortSignal): Promise<Attempt>
  /** The last attempt for this item stands. Answers what else is to be asked because of it. */
  settled(item: I): readonly I[]
  /** Something about the run as a whole is another. */
  changed(): void
}

type PacedEnd = 'done' | 'cancelled' | 'stopped'

export interface PacedRun {
  readonly ended: Promise<PacedEnd>
  pause(): void
  /** Goes on after a pause, and after it asked. */
  resume(): void
  state(): PacedState
}

interface PacedState {
  readonly isPaused: boolean
  /** Several in a row were banned or killed: a person has to say whether to go on. */
  readonly asks: boolean
  /** What made it stop at once. */
  readonly stoppedBy: 'app-rejected' | 'app-outdated' | null
  /** Null while it is paused. */
  readonly secondsLeft: number | null
  /** Ways that are wanted and rest, the longest first. */
  readonly resting: readonly { readonly way: string; readonly untilMs: number }[]
  /** Until when it stands still because Telegram, or the policy, asked to wait with all that is left; else null. */
  readonly waitsUntilMs: number | null
}

/** Tries for an item that nobody answered, or that Telegram failed at. */
const ATTEMPTS = 2
/** Before the second one. */
const RETRY_MS = 1000
/** A longer wait is left to the person. */
const LONGEST_WAIT_SECONDS = 300
/** So many bans or kills in a row, and the person is asked. */
export const BAD_IN_A_ROW = 5
/** Middle of the gap and its jitter. */
const SECONDS_EACH = { least: 1, middle: 1.15, most: 1.3 } as const
/** One call takes as long as this at worst. */
const BUDGET_SECONDS = 15

interface Waiting<I> {
  readonly item: I
  readonly notBeforeMs: number
}

/** Asks about one session after the other, ways in turn, at the pace that the whole app keeps. */
export function runPaced<I extends PacedItem>(
  work: PacedWork<I>,
  pace: Pace,
  clock: PaceClock,
  signal: AbortSignal,
): PacedRun {
  const ended = Promise.withResolvers<PacedEnd>()
  const stop = new AbortController()
  const lines = new Map<string, Waiting<I>[]>()
  const attempts = new Map<I, number>()
  const waited = new Set<I>()
  let inFlight = 0
  const inFlightByWay = new Map<string, number>()
  let badInARow = 0
  let isPaused = false
  let asks = false
  let stoppedBy: PacedState['stoppedBy'] = null
  let end: PacedEnd | null = null
  let turn = 0
  let callOff = (): void => {}

  function enqueue(item: I, delayMs = 0): void {
    const line = lines.get(item.way) ?? []
    line.push({ item, notBeforeMs: clock.now() + delayMs })
    lines.set(item.way, line)
  }

  /** The next item that may start now, from the ways in turn; else when one may. */
  function next(): { readonly item: I } | { readonly atMs: number } {
    const now = clock.now()
    const ways = [...lines.keys()]
    let atMs = Infinity
    for (let tried = 0; tried < ways.length; tried += 1) {
      const way = ways[(turn + tried) % ways.length] ?? ''
      const line = lines.get(way) ?? []
      const opensMs = pace.startsAt(way, null)
      if (opensMs > now) {
        atMs = Math.min(atMs, opensMs)
        continue
      }
      const index = line.findIndex(({ item, notBeforeMs }) => {
        if (notBeforeMs > now) atMs = Math.min(atMs, notBeforeMs)
        return notBeforeMs <= now && (item.accountId === null || pace.startsAt(way, item.accountId) <= now)
      })
      const [found] = index < 0 ? [] : line.splice(index, 1)
      if (!found) continue
      if (line.length === 0) lines.delete(way)
      turn += tried + 1
      return found
    }
    return { atMs }
  }

  function pump(): void {
    callOff()
    callOff = () => {}
    while (end === null && !isPaused && lines.size > 0) {
      const found = next()
      if (!('item' in found)) {
        // Without a time it goes on when something that is under way has ended.
        if (found.atMs < Infinity) callOff = clock.after(Math.max(0, found.atMs - clock.now()), pump)
        break
      }
      void begin(found.item)
    }
    if (inFlight > 0 || (end === null && lines.size > 0)) return
    unsubscribe()
    signal.removeEventListener('abort', cancel)
    ended.resolve(end ?? 'done')
  }

  async function begin(item: I): Promise<void> {
    const started = pace.start(item.way, item.accountId)
    inFlight += 1
    count(item.way, 1)
    const attempt = await work.ask(item, stop.signal)
    inFlight -= 1
    count(item.way, -1)
    const stands = judge(item, attempt)
    if (stands) for (const more of work.settled(item)) enqueue(more)
    // Ends the conversation for all jobs: each looks for what may start now.
    started.end(wayOutcomeOf(attempt, stop.signal.aborted))
    work.changed()
  }

  function count(way: string, change: number): void {
    inFlightByWay.set(way, (inFlightByWay.get(way) ?? 0) + change)
  }

  /** Whether this was the last word about an item. */
  function judge(item: I, attempt: Attempt): boolean {
    if (end !== null && stop.signal.aborted && attempt.kind !== 'answered') return false
    const tries = (attempts.get(item) ?? 0) + 1
    attempts.set(item, tries)
    if (attempt.kind === 'not-asked') return true
    if (attempt.kind === 'wait') return !waits(item, attempt.seconds)
    const { status, waitSeconds } = attempt
    if (status === 'app-rejected' || status === 'app-outdated') {
      stoppedBy ??= status
      finish('stopped')
      return true
    }
    if (status === 'network' || status === 'server-error') {
      if (end !== null || tries >= ATTEMPTS) return true
      enqueue(item, RETRY_MS)
      return false
    }
    // Without a number the way rests instead.
    if (status === 'rate-limited') return !waits(item, waitSeconds === null ? 0 : waitSeconds * 1.1)
    badInARow = status === 'account-banned' || status === 'duplicated' ? badInARow + 1 : 0
    if (badInARow >= BAD_IN_A_ROW && end === null) {
      asks = true
      isPaused = true
    }
    return true
  }

  /** Puts an item back once, where the wait is not too long. */
  function waits(item: I, seconds: number): boolean {
    if (end !== null || waited.has(item) || seconds > LONGEST_WAIT_SECONDS * 1.1) return false
    waited.add(item)
    enqueue(item, seconds * 1000)
    return true
  }

  function finish(how: PacedEnd): void {
    end ??= how
    lines.clear()
    stop.abort()
  }

  function cancel(): void {
    finish('cancelled')
    pump()
  }

  function left(way: string): number {
    return (lines.get(way)?.length ?? 0) + (inFlightByWay.get(way) ?? 0)
  }

  function secondsLeft(): number | null {
    if (isPaused) return null
    const now = clock.now()
    const ways = new Set([...lines.keys(), ...inFlightByWay.keys()])
    const seconds = [...ways].map((way) => {
      const restMs = (pace.restsUntil(way) ?? now) - now
      const last = Math.max(0, ...(lines.get(way) ?? []).slice(-10).map(({ notBeforeMs }) => notBeforeMs - now))
      return Math.max(restMs / 1000 + left(way) * SECONDS_EACH.middle, last / 1000)
    })
    return Math.ceil(Math.max(0, ...seconds))
  }

  for (const item of work.items) enqueue(item)
  for (const way of lines.keys()) pace.tryAgain(way)
  const unsubscribe = pace.onEnd(pump)
  if (signal.aborted) cancel()
  else {
    signal.addEventListener('abort', cancel, { once: true })
    pump()
  }

  return {
    ended: ended.promise,
    pause: () => {
      isPaused = true
      work.changed()
    },
    resume: () => {
      isPaused = false
      asks = false
      badInARow = 0
      for (const way of lines.keys()) pace.tryAgain(way)
      work.changed()
      pump()
    },
    state: () => {
      const now = clock.now()
      const waiting = [...lines].map(([way, line]) => ({ way, line, untilMs: pace.restsUntil(way) }))
      const resting = waiting.flatMap(({ way, untilMs }) => (untilMs === null ? [] : [{ way, untilMs }]))
      const soonest = waiting.flatMap(({ line, untilMs }) =>
        line.slice(0, 10).map(({ notBeforeMs }) => Math.max(notBeforeMs, untilMs ?? 0)),
      )
      const waitsUntilMs = inFlight === 0 && soonest.length > 0 ? Math.min(...soonest) : now
      return {
        isPaused,
        asks,
        stoppedBy,
        secondsLeft: secondsLeft(),
        resting: resting.toSorted((a, b) => b.untilMs - a.untilMs),
        waitsUntilMs: waitsUntilMs > now ? waitsUntilMs : null,
      }
    },
  }
}

function wayOutcomeOf(attempt: Attempt, aborted: boolean): WayOutcome {
  if (attempt.kind !== 'answered') return 'none'
  if (attempt.status === 'network') return aborted ? 'none' : 'refused'
  return attempt.status === 'rate-limited' && attempt.waitSeconds === null ? 'overloaded' : 'answered'
}

/** How long asking takes at the usual pace. The busiest way decides: the others go on beside it. */
export function secondsFor(ready: readonly Pick<PacedItem, 'way'>[]): {
  readonly least: number
  readonly most: number
} {
  const counts = new Map<string, number>()
  for (const { way } of ready) counts.set(way, (counts.get(way) ?? 0) + 1)
  const most = Math.max(0, ...counts.values())
  if (most === 0) return { least: 0, most: 0 }
  return {
    least: Math.max(1, Math.round(most * SECONDS_EACH.least)),
    most: Math.ceil(most * SECONDS_EACH.most) + BUDGET_SECONDS,
  }
}
