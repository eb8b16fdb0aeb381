import { isOverStatus, loginStatusWords } from '../../shared/login-statuses.ts'
import type { LoginAccount } from '../domain/login.ts'
import type { GatewayAnswer } from './gateway.ts'

/** What came of a log-out. `reason` is a whole sentence where something is left to be said, else ''. */
export interface LogOutOutcome {
  readonly outcome: 'logged-out' | 'already' | 'failed' | 'in-doubt'
  readonly reason: string
}

/** `lost`: it may have been done, and one check has to settle it ({@link judgeLostLogOut}). */
export function judgeLogOut({ status, value, maybeDone }: GatewayAnswer<true>): LogOutOutcome | 'lost' {
  if (maybeDone) return 'lost'
  if (value !== null) return { outcome: 'logged-out', reason: '' }
  if (isOverStatus(status)) return { outcome: 'already', reason: '' }
  return { outcome: 'failed', reason: loginStatusWords[status].meaning }
}

/**
 * The answer to a log-out was lost (`evidence` says how), and a check came after it: null where that could not be made.
 * Never a guess.
 */
export function judgeLostLogOut(evidence: string, checked: GatewayAnswer<LoginAccount> | null): LogOutOutcome {
  const lost = `The answer to the log-out was lost (${evidence}).`
  if (checked === null) return { outcome: 'in-doubt', reason: lost }
  if (checked.status === 'logged-out') return { outcome: 'logged-out', reason: '' }
  if (isOverStatus(checked.status)) return { outcome: 'already', reason: '' }
  if (checked.value !== null) return { outcome: 'failed', reason: `${lost} The login still lives: try again.` }
  return { outcome: 'in-doubt', reason: `${lost} Check it later.` }
}
