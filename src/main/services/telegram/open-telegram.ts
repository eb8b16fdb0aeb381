import type { Job } from '../../../shared/contract/jobs.ts'
import { createKeyLocks } from '../../sources/key-locks.ts'
import type { Gateway } from '../../telegram/gateway.ts'
import type { Core } from '../core.ts'
import { traceOf } from '../trace.ts'
import { type Contacts, createContacts } from './contacts.ts'
import { createTelegramCore } from './open-core.ts'
import { createPace, type Pace, type PaceClock } from '../../telegram/pace.ts'
import type { PacedJobParts } from './paced-job.ts'
import { createResultStreams } from './result-stream.ts'
import { createRoutes } from './routes.ts'
import type { TelegramCore } from './telegram-core.ts'

/** Everything that talks to Telegram, with what it works with. */
export interface Telegram extends PacedJobParts {
  readonly telegram: TelegramCore
  readonly contacts: Contacts
  /** Ends the gateway and lets go of every key. */
  close(): Promise<void>
}

export interface TelegramOptions {
  /** For tests: how time passes. */
  readonly clock?: PaceClock
  /** For tests, and for measurements against a server of one's own. */
  readonly pace?: Pace
}

/** Jobs that ask Telegram something. */
const KINDS: ReadonlySet<Job['kind']> = new Set(['check', 'revoke', 'login'])

/** Contacts nobody: that takes a call. */
export function openTelegram(core: Core, gateway: Gateway, options: TelegramOptions = {}): Telegram {
  const { library, ports, hub, jobs } = core
  const clock = options.clock ?? timersOver(() => ports.clock.now())
  const contacts = createContacts(hub)
  const locks = createKeyLocks(ports.paths.data, clock)
  const routes = createRoutes(library)
  const streams = createResultStreams(clock)
  const pace = options.pace ?? createPace(clock)
  const underWay = new Set<Promise<unknown>>()
  // Nobody who locked the screen wants it to go on, or to leave its results to be read.
  core.onForget(() => {
    for (const { id, kind } of jobs.list()) if (KINDS.has(kind)) jobs.cancel(id)
    streams.clear()
  })
  return {
    telegram: createTelegramCore({ library, gateway, routes, logins: library.logins, locks, contacts, clock }),
    contacts,
    streams,
    pace,
    clock,
    jobs,
    track: (work) => {
      const tracked: Promise<unknown> = work
        .catch((error: unknown) => ports.log.error('a job about Telegram failed', traceOf(error)))
        .finally(() => underWay.delete(tracked))
      underWay.add(tracked)
    },
    close: async () => {
      streams.clear()
      await gateway.close()
      await Promise.allSettled(underWay)
      locks.close()
    },
  }
}

function timersOver(now: () => number): PaceClock {
  return {
    now,
    after: (ms, callback) => {
      const timer = setTimeout(callback, ms)
      return () => clearTimeout(timer)
    },
  }
}
