import { loginStatusWords } from '../../../shared/login-statuses.ts'
import { createPace, type PaceClock } from '../../telegram/pace.ts'
import { BAD_IN_A_ROW, type PacedRun, runPaced } from '../../telegram/pacing.ts'
import type { CliIo } from '../io.ts'
import { stopGently } from '../tidy-up.ts'
import { type Told, toldNotAsked, toldSkipped, type Tried } from './ask.ts'
import type { Login } from './logins.ts'
import type { TelegramRoute } from './options.ts'

export interface RunOutcome<T> {
  /** One for each login, in the order given. */
  readonly told: readonly T[]
  /** Whole sentences about the run: why it stopped. */
  readonly notes: readonly string[]
  /** Of a signal that ended it early, else null. */
  readonly exitCode: number | null
}

interface Work<T extends Told> {
  ask(login: Login, signal: AbortSignal): Promise<Tried<T>>
  /** What is told of one that was not asked about. */
  skipped(told: Told): T
  /** What is told of a copy, from what was told of the one that was asked. */
  copy(login: Login, asked: T): T
}

const CLOCK: PaceClock = {
  now: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}

/**
 * Asks about one login after the other at the app's pace, each key once. Ctrl+C lets what is under way end and starts
 * nothing more.
 */
export async function runLogins<T extends Told>(
  io: Pick<CliIo, 'err' | 'errIsTerminal'>,
  logins: readonly Login[],
  { limits, keepGoing }: Pick<TelegramRoute, 'limits' | 'keepGoing'>,
  work: Work<T>,
): Promise<RunOutcome<T>> {
  const stop = new AbortController()
  let exitCode: number | null = null
  const letGo = stopGently((code) => {
    exitCode = code
    stop.abort()
  })
  const notes: string[] = []
  const told = new Map<Login, T>()
  const tried = new Map<Login, T>()
  const copies = Map.groupBy(
    logins.filter(({ skip }) => skip === 'same-key'),
    ({ keyId }) => keyId,
  )
  const progress = progressOn(io, logins.length)

  for (const login of logins) {
    if (login.skip !== null && login.skip !== 'same-key') told.set(login, work.skipped(toldSkipped(login, login.skip)))
  }

  function settled(login: Login): readonly Login[] {
    const last = tried.get(login)
    if (!last) return []
    told.set(login, last)
    const same = copies.get(login.keyId) ?? []
    copies.delete(login.keyId)
    const [first, ...others] = same
    // Its own place could not be read: a copy may be.
    if (first && last.skipped === 'unreadable') {
      copies.set(login.keyId, others)
      return [first]
    }
    for (const copy of same) told.set(copy, work.copy(copy, last))
    return []
  }

  function follow(): void {
    const state = run.state()
    if (state.asks && keepGoing) run.resume()
    else if (state.asks) {
      notes.push(`${BAD_IN_A_ROW} in a row were banned or killed. Look at them, then go on with --keep-going.`)
      stop.abort()
    }
    progress.show(told.size, state.secondsLeft, state.waitsUntilMs ?? state.resting[0]?.untilMs ?? null)
  }

  const run: PacedRun = runPaced<Login>(
    {
      items: logins.filter(({ skip }) => skip === null),
      ask: async (login, signal) => {
        const { attempt, told } = await work.ask(login, signal)
        tried.set(login, told)
        return attempt
      },
      settled,
      changed: () => queueMicrotask(follow),
    },
    createPace(CLOCK, Math.random, limits),
    CLOCK,
    stop.signal,
  )
  try {
    await run.ended
    const { stoppedBy } = run.state()
    if (stoppedBy !== null) notes.push(`${loginStatusWords[stoppedBy].meaning} ${loginStatusWords[stoppedBy].action}`)
  } finally {
    letGo()
    progress.end()
  }
  return { told: logins.map((login) => told.get(login) ?? work.skipped(toldNotAsked(login))), notes, exitCode }
}

interface Progress {
  show(done: number, secondsLeft: number | null, waitsUntilMs: number | null): void
  end(): void
}

/** A line that is written over, on a terminal alone; that it waits is told everywhere, once. */
function progressOn({ err, errIsTerminal }: Pick<CliIo, 'err' | 'errIsTerminal'>, total: number): Progress {
  let lastWait = ''
  const clear = (): void => {
    if (errIsTerminal) err('\r\u001b[K')
  }
  return {
    show: (done, secondsLeft, waitsUntilMs) => {
      clear()
      const wait = waitsUntilMs === null ? '' : `Waits until ${clockText(waitsUntilMs)}.`
      // Pauses of the usual pace are none to be told.
      const isLong = waitsUntilMs !== null && waitsUntilMs - Date.now() > 5000
      if (isLong && wait !== lastWait) {
        lastWait = wait
        err(`${wait}\n`)
      }
      if (errIsTerminal) err(`${done} of ${total}${secondsLeft === null ? '' : ` · ${leftText(secondsLeft)}`}`)
    },
    end: clear,
  }
}

function leftText(seconds: number): string {
  if (seconds < 90) return `about ${seconds} s left`
  return `about ${Math.round(seconds / 60)} min left`
}

function clockText(unixMs: number): string {
  return new Date(unixMs).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
}
