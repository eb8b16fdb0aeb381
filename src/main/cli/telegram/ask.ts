import { isAppError } from '../../domain/errors.ts'
import type { LoginResult } from '../../domain/login.ts'
import type { Problem } from '../../domain/problem.ts'
import { startNodeProcess } from '../../shell/node-process.ts'
import { createKeyLocks } from '../../sources/key-locks.ts'
import type { Gateway, GatewayAnswer, LoginAccess } from '../../telegram/gateway.ts'
import { type LoginKey, loginKeyOf } from '../../telegram/login-key.ts'
import { type AnswerReading, loginResultOf } from '../../telegram/login-result.ts'
import type { Attempt } from '../../telegram/pacing.ts'
import { createGateway } from '../../telegram/process-gateway.ts'
import { skipWords } from '../../telegram/skip-words.ts'
import { wayOutIdOf } from '../../telegram/way-out.ts'
import { wipe } from '../../telegram/wipe.ts'
import type { CliIo } from '../io.ts'
import { problemOf } from '../problems.ts'
import type { Login } from './logins.ts'
import type { TelegramRoute } from './options.ts'

/** What came of one session. */
export interface Told {
  readonly login: Login
  readonly result: LoginResult | null
  /** Why it was not asked: a reason of the app's, a code of an error, or `not-asked`. */
  readonly skipped: string | null
  /** A whole sentence about that, or about an outcome that needs one; else ''. */
  readonly reason: string
}

/** What one attempt came to, and what is told of the session if it stands. */
export interface Tried<T extends Told = Told> {
  readonly attempt: Attempt
  readonly told: T
}

/** An answer, or why there was none. */
type Asked<T> =
  | { readonly kind: 'answered'; readonly answer: GatewayAnswer<T>; readonly result: LoginResult }
  | { readonly kind: 'not-asked'; readonly tried: Tried }

type Call<T> = (gateway: Gateway, login: LoginAccess, signal: AbortSignal) => Promise<GatewayAnswer<T>>

export interface Asking {
  /** `signal` ends the waiting before a call: one that is under way is let end, so that nothing is left in doubt. */
  ask<T>(login: Login, signal: AbortSignal, call: Call<T>, reading: AnswerReading<T>): Promise<Asked<T>>
  /** Ends the process and its timers, and lets go of all keys. */
  close(): Promise<void>
}

/** The command line's way to Telegram: one conversation at a time for each key, among all programs of this data folder. */
export function openAsking(route: TelegramRoute, { code, version }: Pick<CliIo, 'code' | 'version'>): Asking {
  const gateway = createGateway({ code, version, startProcess: startNodeProcess })
  const locks = createKeyLocks(route.dataFolder, { now: () => Date.now() })

  async function askWith<T>(
    login: Login,
    key: LoginKey,
    signal: AbortSignal,
    call: Call<T>,
    reading: AnswerReading<T>,
  ): Promise<Asked<T>> {
    const { app, wayOut } = route
    const endpoint = key.dcId === null ? null : route.endpoint(key.dcId, key.test ?? route.testNetwork)
    if (endpoint === null) return skipped(login, 'no-dc')
    const held = await locks.hold(key.keyId, wayOutIdOf(wayOut), signal)
    try {
      const access: LoginAccess = { endpoint, app, wayOut, authKey: key.authKey }
      const answer = await call(gateway, access, new AbortController().signal)
      return { kind: 'answered', answer, result: loginResultOf(access, answer, reading, Date.now(), null) }
    } finally {
      held.release()
    }
  }

  return {
    ask: async (login, signal, call, reading) => {
      try {
        if (!route.includeInUse && (await login.inUseBy()).length > 0) return skipped(login, 'in-use')
        const key = await takeKey(login)
        if (typeof key === 'string') return skipped(login, key)
        if ('message' in key) return unreadable(login, key)
        try {
          return await askWith(login, key, signal, call, reading)
        } finally {
          wipe(key.authKey)
        }
      } catch (error) {
        return notAsked(login, error, signal)
      }
    },
    close: async () => {
      await gateway.close()
      locks.close()
    },
  }
}

/** Copies and reads: nothing is changed or kept open. */
async function takeKey(login: Login): Promise<LoginKey | 'no-key' | 'no-dc' | Problem> {
  try {
    const opened = await login.open()
    try {
      return loginKeyOf(opened.session)
    } finally {
      await opened.close()
    }
  } catch (error) {
    return problemOf(error)
  }
}

/** What is told of a session that is not asked about. */
export function toldSkipped(login: Login, reason: NonNullable<Login['skip']>): Told {
  return { login, result: null, skipped: reason, reason: skipWords[reason] }
}

function skipped(login: Login, reason: NonNullable<Login['skip']>): Asked<never> {
  return { kind: 'not-asked', tried: { attempt: { kind: 'not-asked' }, told: toldSkipped(login, reason) } }
}

function unreadable(login: Login, { message }: Problem): Asked<never> {
  const told: Told = { login, result: null, skipped: 'unreadable', reason: message }
  return { kind: 'not-asked', tried: { attempt: { kind: 'not-asked' }, told } }
}

function notAsked(login: Login, error: unknown, signal: AbortSignal): Asked<never> {
  if (signal.aborted) return { kind: 'not-asked', tried: { attempt: { kind: 'not-asked' }, told: toldNotAsked(login) } }
  const attempt: Attempt = isAppError(error, 'telegram.wait')
    ? { kind: 'wait', seconds: error.details.seconds }
    : { kind: 'not-asked' }
  const { code, message } = problemOf(error)
  return { kind: 'not-asked', tried: { attempt, told: { login, result: null, skipped: code, reason: message } } }
}

/** It was broken off before this one's turn. */
export function toldNotAsked(login: Login): Told {
  return { login, result: null, skipped: 'not-asked', reason: 'It was stopped before this one was asked about.' }
}
