import type { ResultItem } from '../../../shared/contract/telegram.ts'
import { isOverStatus } from '../../../shared/login-statuses.ts'
import type { Log } from '../../ports.ts'
import type { LoginResults } from '../../sources/login-results.ts'
import { judgeLogOut, judgeLostLogOut, type LogOutOutcome } from '../../telegram/log-out.ts'
import { readCheck, readLogOut, STOPPED } from '../../telegram/login-result.ts'
import type { Attempt } from '../../telegram/pacing.ts'
import { loginResultView } from '../present.ts'
import { failedBefore, itemOf, skippedItem, type Tried } from './paced-job.ts'
import type { Chosen } from './select-sessions.ts'
import type { AccessOptions, Asked, TelegramCore } from './telegram-core.ts'

export interface RevokeOneParts {
  readonly telegram: TelegramCore
  readonly logins: LoginResults
  readonly log: Log
}

type Answered<T> = Extract<Asked<T>, { kind: 'answered' }>

/** Why a session is not logged out, whatever the person says; null for nothing. A whole sentence. */
export function revokeRefusal(logins: Pick<LoginResults, 'get'>, keyId: string | null): string | null {
  const latest = keyId === null ? undefined : logins.get(keyId)?.latest
  return latest?.status === 'wrong-dc'
    ? 'Telegram says that the account lives in another data centre than the session: restore it from where it works.'
    : null
}

/** Logs one session out at Telegram. A lost answer is settled by one check, never by a guess. */
export async function revokeOne(
  parts: RevokeOneParts,
  chosen: Chosen,
  options: AccessOptions,
  signal: AbortSignal,
): Promise<Tried> {
  const { telegram, logins, log } = parts
  const base = itemOf(chosen)
  const known = chosen.keyId === null ? null : logins.get(chosen.keyId)
  const over = known?.final ?? known?.latest
  if (over && isOverStatus(over.status)) {
    return { attempt: { kind: 'not-asked' }, item: { ...base, outcome: 'already', login: loginResultView(over) } }
  }
  const refused = revokeRefusal(logins, chosen.keyId)
  if (refused !== null) {
    return { attempt: { kind: 'not-asked' }, item: { ...base, outcome: 'failed', reason: refused } }
  }
  try {
    const asked = await telegram.withLogin(
      chosen.ref,
      options,
      signal,
      (gateway, login, stop) => gateway.logOut(login, stop),
      readLogOut,
    )
    if (asked.kind === 'skipped') return { attempt: { kind: 'not-asked' }, item: skippedItem(chosen, asked.reason) }
    const judged = judgeLogOut(asked.answer)
    if (judged === 'lost') return await settle(parts, chosen, options, base, asked)
    return triedOf(base, asked, judged, signal)
  } catch (error) {
    return failedBefore(chosen, error, signal, log)
  }
}

function triedOf(
  base: Omit<ResultItem, 'outcome'>,
  { answer, result }: Answered<true>,
  judged: LogOutOutcome,
  signal: AbortSignal,
): Tried {
  const { status, waitSeconds } = answer
  const item = { ...base, login: loginResultView(result) }
  if (signal.aborted && answer.evidence === STOPPED) {
    return { attempt: { kind: 'not-asked' }, item: { ...item, login: null, outcome: 'failed' } }
  }
  return { attempt: { kind: 'answered', status, waitSeconds }, item: { ...item, ...judged } }
}

/**
 * The log-out went out and nothing came back. A cancelled job does not leave it at that either: the person has to know
 * whether the login lives.
 */
async function settle(
  { telegram }: RevokeOneParts,
  chosen: Chosen,
  options: AccessOptions,
  base: Omit<ResultItem, 'outcome'>,
  lost: Answered<true>,
): Promise<Tried> {
  const checked = await telegram.withLogin(
    chosen.ref,
    // It was ours to use a moment ago.
    { ...options, includeInUse: true },
    new AbortController().signal,
    (gateway, login, signal) => gateway.check(login, signal),
    readCheck,
  )
  // Not tried again by itself: whoever reads this decides.
  const attempt: Attempt = { kind: 'answered', status: 'unknown', waitSeconds: null }
  const { evidence } = lost.answer
  if (checked.kind === 'skipped') return { attempt, item: { ...base, ...judgeLostLogOut(evidence, null) } }
  const login = loginResultView(checked.result)
  return { attempt, item: { ...base, login, ...judgeLostLogOut(evidence, checked.answer) } }
}
