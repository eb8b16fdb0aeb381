import { Buffer } from 'node:buffer'
import type { tl } from '@mtcute/core'
import { Secret } from '../domain/secret.ts'
import type { AppIdentity, LoginPrompts } from './gateway.ts'
import { withPassword } from './log-in-password.ts'
import type { LoginConnection } from './login-connection.ts'

/** The account that confirmed lives elsewhere: the token is to be handed in there. */
export class QrMoved extends Error {
  readonly dcId: number
  readonly token: Uint8Array

  constructor(dcId: number, token: Uint8Array) {
    super('moved')
    this.dcId = dcId
    this.token = token
  }
}

/** Tokens live about half a minute. Their end is told in the server's time, which need not be ours. */
const USUAL_MS = 30_000
const LONGEST_MS = 300_000

/**
 * Shows a link until somebody confirmed it, a new one whenever the old has expired.
 * @param token of a login that was moved here
 * @throws QrMoved
 */
export async function byQr(
  connection: LoginConnection,
  app: AppIdentity,
  prompts: LoginPrompts,
  token: Uint8Array | null,
): Promise<tl.auth.TypeAuthorization> {
  const scans = listenForScans(connection)
  let held = token
  for (;;) {
    const answer = await withPassword(connection, prompts, () => exchange(connection, app, held))
    held = null
    if (answer._ === 'auth.loginTokenSuccess') return answer.authorization
    if (answer._ === 'auth.loginTokenMigrateTo') throw new QrMoved(answer.dcId, answer.token)
    if (answer._ !== 'auth.loginToken') return answer
    const livesMs = lifetimeMs(answer.expires)
    const link = `tg://login?token=${Buffer.from(answer.token).toString('base64url')}`
    prompts.showQr(Secret.fromText(link), Date.now() + livesMs)
    if (await connection.wait(scans.next(livesMs))) prompts.scanned()
  }
}

function exchange(
  connection: LoginConnection,
  { apiId, apiHash }: AppIdentity,
  token: Uint8Array | null,
): Promise<tl.auth.TypeLoginToken> {
  if (token !== null) return connection.call({ _: 'auth.importLoginToken', token })
  return connection.call({ _: 'auth.exportLoginToken', apiId, apiHash: apiHash.openText(), exceptIds: [] })
}

function lifetimeMs(expiresAtSeconds: number): number {
  const left = expiresAtSeconds * 1000 - Date.now()
  return left > 0 && left <= LONGEST_MS ? left : USUAL_MS
}

interface Scans {
  /** True once the code was confirmed, false when the time is over. */
  next(timeoutMs: number): Promise<boolean>
}

/** Listens from the start: the news may come together with the answer that it is about. */
function listenForScans(connection: LoginConnection): Scans {
  let isConfirmed = false
  let wake = (): void => {}
  connection.onUpdate((updates) => {
    if (!tellsOfScan(updates)) return
    isConfirmed = true
    wake()
  })
  return {
    next: (timeoutMs) =>
      new Promise((resolve) => {
        const finish = (): void => {
          clearTimeout(timer)
          const confirmed = isConfirmed
          isConfirmed = false
          resolve(confirmed)
        }
        const timer = setTimeout(finish, timeoutMs).unref()
        wake = finish
        if (isConfirmed) finish()
      }),
  }
}

function tellsOfScan(updates: tl.TypeUpdates): boolean {
  const isScan = (update: tl.TypeUpdate): boolean => update._ === 'updateLoginToken'
  if (updates._ === 'updateShort') return isScan(updates.update)
  return (updates._ === 'updates' || updates._ === 'updatesCombined') && updates.updates.some(isScan)
}
