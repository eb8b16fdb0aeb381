import type { tl } from '@mtcute/core'
import { authKeyFrom } from '../domain/key-id.ts'
import { Secret } from '../domain/secret.ts'
import { classifyRpcError, unreachable, type Verdict, verdict } from './classify.ts'
import { createClient } from './client.ts'
import type { GatewayAnswer, LoginAccess, WayOut } from './gateway.ts'
import { guardTransport } from './guard-transport.ts'
import { createSockets } from './sockets.ts'
import { transportFor } from './transports.ts'

export interface CallSettings {
  /** Of Session Deck. */
  readonly version: string
  /** For the whole conversation, connecting included. */
  readonly budgetMs: number
}

type Outcome<T> = Verdict & { readonly value: T | null }

/**
 * After an answer. A connection that Telegram still holds open when the key comes over the next one is what it kills
 * logins for.
 */
const CLOSING_GRACE_MS = 500

/** The library asks again by itself. */
const REPEATED: ReadonlySet<string> = new Set(['CONNECTION_NOT_INITED', 'MSG_WAIT_TIMEOUT', 'MSG_WAIT_FAILED'])

/**
 * One connection, one request with the login's own key, the end. Resolves when the connection is closed, so that the key
 * may be used again.
 *
 * @param read takes the value out of the answer; null when it is not what the method gives
 * @throws Error for a key that is none, before anything is contacted
 */
export async function callOnce<M extends tl.RpcMethod, T>(
  login: LoginAccess,
  request: M,
  read: (answer: tl.RpcCallReturn[M['_']]) => T | null,
  signal: AbortSignal,
  { version, budgetMs }: CallSettings,
): Promise<GatewayAnswer<T>> {
  const authKey = copyOfKey(login.authKey)
  const sockets = createSockets()
  const { promise, resolve } = Promise.withResolvers<Outcome<T>>()
  let isOver = false
  let graceMs = 0
  const fail = (found: Verdict): void => resolve({ ...found, value: null })

  const guard = guardTransport(transportFor(login.wayOut, sockets), login.endpoint.id, fail)
  const client = createClient({
    endpoint: login.endpoint,
    apiId: login.app.apiId,
    version,
    transport: guard.transport,
    authKey,
    withUpdates: false,
    takesError: (code, text) => {
      if (REPEATED.has(text)) return false
      guard.stop()
      fail(classifyRpcError(code, text))
      return true
    },
  })
  const ask = async (): Promise<void> => {
    await client.mt.prepare()
    // Destroyed meanwhile, it would connect all the same.
    if (isOver) return
    await client.mt.connect()
    const answer = await client.mt.call<tl.RpcMethod>(request)
    // Was taken on its way in.
    if (answer !== null && typeof answer === 'object' && '_' in answer && answer._ === 'mt_rpc_error') return
    const value = read(answer as tl.RpcCallReturn[M['_']])
    if (value === null) fail(verdict('unknown', `an answer to ${request._} that makes no sense`))
    else resolve({ ...verdict('alive', `answered ${request._}`), value })
  }

  const stop = (): void => fail(unreachable('stopped'))
  const timer = setTimeout(() => fail(unreachable(`no answer in ${budgetMs / 1000} s`)), budgetMs)
  signal.addEventListener('abort', stop)
  try {
    if (signal.aborted) stop()
    else ask().catch((error: unknown) => fail(verdict('unknown', failureOf(error))))
    const outcome = await promise
    if (outcome.status !== 'network') graceMs = CLOSING_GRACE_MS
    return answerOf(outcome, login.wayOut, guard.hasSent())
  } finally {
    isOver = true
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    guard.stop()
    await sockets.close(graceMs)
    await client.destroy()
    authKey.fill(0)
  }
}

function answerOf<T>(outcome: Outcome<T>, wayOut: WayOut, hasSent: boolean): GatewayAnswer<T> {
  const { status, value, waitSeconds, newDcId } = outcome
  const byProxy = status === 'network' && wayOut.kind !== 'direct'
  return {
    status,
    evidence: byProxy ? `${outcome.evidence} (proxy ${wayOut.name})` : outcome.evidence,
    value,
    waitSeconds,
    newDcId,
    // A failure on Telegram's side does not say how far it had come either.
    maybeDone: hasSent && (status === 'network' || status === 'server-error'),
  }
}

/** Ours to wipe. */
function copyOfKey(authKey: Secret): Uint8Array {
  const copy = authKeyFrom(authKey.open())
  if (!(copy instanceof Secret)) throw new Error('an auth key has 256 bytes, not all of them zero')
  return copy.open()
}

/** The kind alone: texts of the library may quote what it was given. */
function failureOf(error: unknown): string {
  return `the conversation failed (${error instanceof Error ? error.name : 'unknown reason'})`
}
