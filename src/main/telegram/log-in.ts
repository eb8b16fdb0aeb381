import type { tl } from '@mtcute/core'
import { addPublicKey } from '@mtcute/core/utils.js'
import { Secret } from '../domain/secret.ts'
import type { CallSettings } from './call-once.ts'
import { unreachable, verdict } from './classify.ts'
import { crypto } from './client.ts'
import type { Endpoint, LoginPrompts, NewLoginAnswer, NewLoginRequest } from './gateway.ts'
import { byPhone } from './log-in-phone.ts'
import { byQr, QrMoved } from './log-in-qr.ts'
import { type LoginConnection, LoginFailure, openLoginConnection } from './login-connection.ts'
import { refusalFor } from './login-refusals.ts'
import { accountOf } from './readings.ts'

/** An account lives at one data centre: more than one move is a server that makes fun of us. */
const MOST_MOVES = 3

/**
 * Makes a key, and a login with it. Redirections lead to the addresses of the request alone, each over a connection and
 * with a key of its own.
 */
export async function logIn(
  request: NewLoginRequest,
  prompts: LoginPrompts,
  signal: AbortSignal,
  settings: CallSettings,
): Promise<NewLoginAnswer> {
  // Process-wide, and only ever those of a local server.
  for (const key of request.publicKeys) addPublicKey(crypto, key)
  const { promise: stopped, reject } = Promise.withResolvers<never>()
  stopped.catch(() => {})
  const stop = (): void => reject(new LoginFailure(unreachable('stopped')))
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  try {
    return await logInFrom(request.endpoint, request, prompts, stopped, settings)
  } catch (error) {
    return answerOf(error)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

async function logInFrom(
  start: Endpoint,
  request: NewLoginRequest,
  prompts: LoginPrompts,
  stopped: Promise<never>,
  settings: CallSettings,
): Promise<NewLoginAnswer> {
  let endpoint = start
  let qrToken: Uint8Array | null = null
  for (let moves = 0; ; moves += 1) {
    const connection = openLoginConnection(endpoint, request, stopped, settings)
    try {
      return loginOver(connection, await authorize(connection, request, prompts, qrToken))
    } catch (error) {
      const dcId = error instanceof QrMoved ? error.dcId : newDcOf(error)
      const next = dcId === null ? undefined : request.endpoints.get(dcId)
      if (next === undefined || moves >= MOST_MOVES) throw error
      endpoint = next
      qrToken = error instanceof QrMoved ? error.token : null
    } finally {
      await connection.close()
    }
  }
}

function authorize(
  connection: LoginConnection,
  { app, method }: NewLoginRequest,
  prompts: LoginPrompts,
  qrToken: Uint8Array | null,
): Promise<tl.auth.TypeAuthorization> {
  switch (method.kind) {
    case 'bot':
      return connection.call({
        _: 'auth.importBotAuthorization',
        flags: 0,
        apiId: app.apiId,
        apiHash: app.apiHash.openText(),
        botAuthToken: method.token.openText().trim(),
      })
    case 'qr':
      return byQr(connection, app, prompts, qrToken)
    case 'phone':
      return byPhone(connection, app, method.phone, prompts)
  }
}

function loginOver(connection: LoginConnection, authorization: tl.auth.TypeAuthorization): NewLoginAnswer {
  if (authorization._ !== 'auth.authorization') {
    // Sign-up is for official apps.
    const text = 'PHONE_NUMBER_UNOCCUPIED'
    throw new LoginFailure(verdict('unknown', authorization._), text)
  }
  const account = accountOf(authorization.user)
  const authKey = connection.authKey()
  if (account === null || authKey === null) throw new LoginFailure(verdict('unknown', 'a login without an account'))
  return { kind: 'made', login: { endpoint: connection.endpoint, authKey: new Secret(authKey), account } }
}

function newDcOf(error: unknown): number | null {
  return error instanceof LoginFailure ? error.verdict.newDcId : null
}

function answerOf(error: unknown): NewLoginAnswer {
  if (error instanceof QrMoved) {
    return { kind: 'failed', status: 'wrong-dc', evidence: `sent on to data centre ${error.dcId}` }
  }
  if (!(error instanceof LoginFailure)) {
    // The kind alone: texts of the library may quote what it was given.
    const name = error instanceof Error ? error.name : 'unknown reason'
    return { kind: 'failed', status: 'unknown', evidence: `the conversation failed (${name})` }
  }
  const refusal = error.text === null ? null : refusalFor(error.text)
  if (refusal !== null) return { kind: 'refused', refusal }
  const { status, evidence } = error.verdict
  return { kind: 'failed', status, evidence }
}
