/** Time as the pace needs it: given from outside, so that an hour can pass in a test at once. */
export interface PaceClock {
  /** Unix milliseconds. */
  now(): number
  /** Calls back once after so long; answers how to call it off. */
  after(ms: number, callback: () => void): () => void
}

/**
 * How fast Telegram is asked. It publishes no numbers: those of its own library for one client (4 connections in 2 s),
 * kept here for all sessions together, since to Telegram they come from one place.
 */
export interface PaceLimits {
  /** Between two starts on one way to one data centre, on average. */
  readonly gapMs: number
  /** The gap grows by up to this part of it, by chance. */
  readonly jitter: number
  /** Starts within `burstMs`, at most. */
  readonly burst: number
  readonly burstMs: number
  /** Over all ways. */
  readonly inFlight: number
  /** Refused connections in a row after which a way rests. */
  readonly refusals: number
  readonly restMs: number
  /** Rests double up to this. */
  readonly longestRestMs: number
}

export const PACE: PaceLimits = {
  gapMs: 1000,
  jitter: 0.3,
  burst: 4,
  burstMs: 2000,
  inFlight: 8,
  refusals: 3,
  restMs: 60_000,
  longestRestMs: 15 * 60_000,
}

/**
 * How a conversation went, as far as the way is concerned. `none`: there was none (the session could not be read, say),
 * and its start is given back.
 */
export type WayOutcome = 'answered' | 'refused' | 'overloaded' | 'none'

/** The pace of the whole app: every job asks it before each start. A way is one way out to one data centre. */
export interface Pace {
  /** When a conversation may start on a way (Unix ms, past for now), `Infinity` until another one has ended. */
  startsAt(way: string, accountId: string | null): number
  start(way: string, accountId: string | null): { end(outcome: WayOutcome): void }
  /** Until when a way rests; null where it does not. */
  restsUntil(way: string): number | null
  /** The person asks anew: a way that nobody answered on is tried again at once, by one conversation. */
  tryAgain(way: string): void
  /** Called after each end. */
  onEnd(listener: () => void): () => void
}

interface Way {
  /** When the next start is due on average; starts may come ahead of it by the burst. */
  dueMs: number
  starts: number[]
  inFlight: number
  refusals: number
  restMs: number
  restsUntilMs: number
  /** It rested: one at a time until somebody answers. */
  isTrying: boolean
  wasOverloaded: boolean
}

/** `random` answers 0 to 1. */
export function createPace(
  clock: Pick<PaceClock, 'now'>,
  random: () => number = Math.random,
  limits: PaceLimits = PACE,
): Pace {
  const ways = new Map<string, Way>()
  const accounts = new Set<string>()
  const listeners = new Set<() => void>()
  let inFlight = 0

  function wayOf(name: string): Way {
    const way = ways.get(name) ?? {
      dueMs: 0,
      starts: [],
      inFlight: 0,
      refusals: 0,
      restMs: limits.restMs,
      restsUntilMs: 0,
      isTrying: false,
      wasOverloaded: false,
    }
    ways.set(name, way)
    return way
  }

  function rest(way: Way, overloaded: boolean): void {
    const now = clock.now()
    // What was under way when the rest began tells nothing new.
    if (way.restsUntilMs > now) return
    way.restsUntilMs = now + way.restMs
    way.restMs = Math.min(way.restMs * 2, limits.longestRestMs)
    way.refusals = 0
    way.isTrying = true
    way.wasOverloaded = overloaded
  }

  function judge(way: Way, outcome: WayOutcome): void {
    if (outcome === 'overloaded') rest(way, true)
    else if (outcome === 'refused') {
      way.refusals += 1
      if (way.isTrying || way.refusals >= limits.refusals) rest(way, false)
    } else if (outcome === 'answered') {
      way.refusals = 0
      way.isTrying = false
      way.restMs = limits.restMs
    }
  }

  return {
    startsAt(name, accountId) {
      const way = wayOf(name)
      if (inFlight >= limits.inFlight || (way.isTrying && way.inFlight > 0)) return Infinity
      if (accountId !== null && accounts.has(accountId)) return Infinity
      const ahead = way.dueMs - (limits.burst - 1) * limits.gapMs
      const first = way.starts.at(-limits.burst)
      return Math.max(way.restsUntilMs, ahead, first === undefined ? 0 : first + limits.burstMs)
    },
    start(name, accountId) {
      const way = wayOf(name)
      const now = clock.now()
      const gapMs = limits.gapMs * (1 + limits.jitter * random())
      way.dueMs = Math.max(way.dueMs, now) + gapMs
      // More than are looked at: some are taken back.
      way.starts = [...way.starts, now].slice(-limits.burst - limits.inFlight)
      way.inFlight += 1
      inFlight += 1
      if (accountId !== null) accounts.add(accountId)
      let ended = false
      return {
        end: (outcome) => {
          if (ended) return
          ended = true
          way.inFlight -= 1
          inFlight -= 1
          if (accountId !== null) accounts.delete(accountId)
          if (outcome === 'none') {
            way.dueMs -= gapMs
            way.starts.splice(way.starts.lastIndexOf(now), 1)
          }
          judge(way, outcome)
          for (const listener of listeners) listener()
        },
      }
    },
    restsUntil: (name) => {
      const { restsUntilMs } = wayOf(name)
      return restsUntilMs > clock.now() ? restsUntilMs : null
    },
    tryAgain: (name) => {
      const way = wayOf(name)
      if (!way.wasOverloaded) way.restsUntilMs = 0
    },
    onEnd: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
