import type { LoginStatus } from '../../shared/login-statuses.ts'

/** What an answer of Telegram, or the lack of one, says about a login. */
export interface Verdict {
  readonly status: LoginStatus
  /** "401 SESSION_REVOKED", "transport error 404, twice", "no answer in 15 s". */
  readonly evidence: string
  /** Of `rate-limited`. */
  readonly waitSeconds: number | null
  /** Of `wrong-dc`. */
  readonly newDcId: number | null
}

/**
 * Texts of `rpc_error`. The text decides, not the code: 420 is not always a wait, 401 means eight things, 406 several.
 * Source: core.telegram.org/api/errors and the error lists of mtcute 0.30.3 (`tl/raw-errors.json`).
 */
const STATUS_OF_TEXT: ReadonlyMap<string, LoginStatus> = new Map([
  ['AUTH_KEY_UNREGISTERED', 'logged-out'],
  ['SESSION_REVOKED', 'revoked'],
  ['SESSION_EXPIRED', 'expired'],
  ['AUTH_KEY_DUPLICATED', 'duplicated'],
  ['USER_DEACTIVATED', 'account-deleted'],
  ['USER_DEACTIVATED_BAN', 'account-banned'],
  ['AUTH_KEY_INVALID', 'key-invalid'],
  ['AUTH_KEY_PERM_EMPTY', 'temporary-key'],
  ['SESSION_PASSWORD_NEEDED', 'password-pending'],
  ['FROZEN_METHOD_INVALID', 'frozen'],
  ['API_ID_INVALID', 'app-rejected'],
  ['API_ID_PUBLISHED_FLOOD', 'app-rejected'],
  ['CONNECTION_API_ID_INVALID', 'app-rejected'],
  ['CONNECTION_LAYER_INVALID', 'app-outdated'],
  ['UPDATE_APP_TO_LOGIN', 'app-outdated'],
])

const WAIT = /^FLOOD_(?:PREMIUM_)?WAIT_(\d+)$/
const MIGRATE = /^(?:USER|PHONE|NETWORK)_MIGRATE_(\d+)$/

/** An `rpc_error` with its text as it came. Negative codes (-503 Timeout) are failures within Telegram, as 5xx are. */
export function classifyRpcError(code: number, text: string): Verdict {
  const evidence = `${code} ${printable(text)}`
  const wait = WAIT.exec(text)
  if (wait) return verdict('rate-limited', evidence, { waitSeconds: Number(wait[1]) })
  const migrate = MIGRATE.exec(text)
  if (migrate) return verdict('wrong-dc', evidence, { newDcId: Number(migrate[1]) })
  const known = STATUS_OF_TEXT.get(text)
  if (known !== undefined) return verdict(known, evidence)
  return verdict(code >= 500 || code < 0 ? 'server-error' : 'unknown', evidence)
}

/**
 * A transport error, by its positive code. 404 has to come over two connections to mean anything: it is also the answer
 * to a damaged packet.
 */
export function classifyTransportError(code: number): Verdict {
  if (code === 404) return verdict('key-unknown', 'transport error 404, twice')
  const evidence = `transport error ${code}`
  if (code === 429) return verdict('rate-limited', evidence)
  if (code === 444) return verdict('wrong-dc', evidence)
  return verdict('unknown', evidence)
}

/** No answer: nothing is known about the login. */
export function unreachable(evidence: string): Verdict {
  return verdict('network', evidence)
}

export function verdict(
  status: LoginStatus,
  evidence: string,
  more: { readonly waitSeconds?: number; readonly newDcId?: number } = {},
): Verdict {
  return { status, evidence, waitSeconds: more.waitSeconds ?? null, newDcId: more.newDcId ?? null }
}

/** Telegram's refusal to let a login younger than 24 hours end others: 406, of which only the text tells. */
export function isFreshReset(evidence: string): boolean {
  return evidence.endsWith(' FRESH_RESET_AUTHORISATION_FORBIDDEN')
}

/** A text from the network, fit for a line on the screen. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200)
}
