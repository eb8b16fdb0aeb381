import type { LoginStatus } from '../../shared/login-statuses.ts'
import type { KnownLogin, LoginAccount, LoginResult } from '../domain/login.ts'
import type { GatewayAnswer, LoginAccess } from './gateway.ts'
import { wayOutNameOf } from './way-out.ts'

/** How an answer to some call is read. */
export interface AnswerReading<T> {
  /** Whom the answer tells of. */
  accountOf?(value: T): LoginAccount
  /** What is kept as the state of the login: `logged-out` after a log-out that succeeded. As answered when left out. */
  statusOf?(answer: GatewayAnswer<T>): LoginStatus
}

/** Evidence of a call that was aborted. */
export const STOPPED = 'stopped'

export const readCheck: AnswerReading<LoginAccount> = { accountOf: (account) => account }

export const readLogOut: AnswerReading<true> = {
  statusOf: ({ value, status }) => (value === null ? status : 'logged-out'),
}

/** What an answer says about the login. `before`: what was known, for the account that an answer does not name. */
export function loginResultOf<T>(
  { endpoint, wayOut }: Pick<LoginAccess, 'endpoint' | 'wayOut'>,
  answer: GatewayAnswer<T>,
  reading: AnswerReading<T>,
  atMs: number,
  before: KnownLogin | null,
): LoginResult {
  const seen = answer.value === null ? undefined : reading.accountOf?.(answer.value)
  return {
    status: reading.statusOf?.(answer) ?? answer.status,
    atMs,
    wayOut: wayOutNameOf(wayOut),
    dcId: endpoint.id,
    test: endpoint.test,
    evidence: answer.evidence,
    untilMs: answer.waitSeconds === null ? null : atMs + answer.waitSeconds * 1000,
    newDcId: answer.newDcId,
    // An answer that names nobody takes nothing away from what is known: a key stands for one account.
    account: seen ?? before?.latest.account ?? before?.final?.account ?? null,
  }
}
