import type { ResultItem } from '../../../shared/contract/telegram.ts'
import type { LoginAccount } from '../../domain/login.ts'
import type { Log } from '../../ports.ts'
import type { AuditLog } from '../../sources/audit-types.ts'
import { readCheck, STOPPED } from '../../telegram/login-result.ts'
import { describeEntry } from '../account-words.ts'
import { loginResultView } from '../present.ts'
import { failedBefore, itemOf, type PacedJobParts, skippedItem, startPacedJob, type Tried } from './paced-job.ts'
import type { Chosen, SelectParts } from './select-sessions.ts'
import type { AccessOptions, Asked, TelegramCore } from './telegram-core.ts'

export interface CheckParts extends PacedJobParts {
  readonly telegram: TelegramCore
  readonly library: SelectParts['library'] & { readonly audit: AuditLog }
  readonly log: Log
}

/** Starts asking Telegram about each of the chosen sessions whether its login lives. */
export function startCheck(parts: CheckParts, chosen: readonly Chosen[], options: AccessOptions): { jobId: string } {
  const asked = new Set<Chosen>()
  const { jobId, ended } = startPacedJob(parts, {
    kind: 'check',
    title: `Checking ${sessionsText(chosen.length)}`,
    chosen,
    ask: async (one, signal) => {
      const tried = await checkOne(parts, one, options, signal)
      if (tried.attempt.kind === 'answered') asked.add(one)
      return tried
    },
    twinOf: (twin, asked) => ({ ...skippedItem(twin, 'same-key'), login: asked.login }),
  })
  parts.track(ended.then(() => noteChecked(parts, asked)))
  return { jobId }
}

async function checkOne(
  { telegram, log }: CheckParts,
  chosen: Chosen,
  options: AccessOptions,
  signal: AbortSignal,
): Promise<Tried> {
  try {
    const asked = await telegram.withLogin(
      chosen.ref,
      options,
      signal,
      (gateway, login, stop) => gateway.check(login, stop),
      readCheck,
    )
    return triedOf(chosen, asked, signal)
  } catch (error) {
    return failedBefore(chosen, error, signal, log)
  }
}

function triedOf(chosen: Chosen, asked: Asked<LoginAccount>, signal: AbortSignal): Tried {
  if (asked.kind === 'skipped') return { attempt: { kind: 'not-asked' }, item: skippedItem(chosen, asked.reason) }
  const { answer, result } = asked
  const item: ResultItem = { ...itemOf(chosen), outcome: 'checked', login: loginResultView(result) }
  if (signal.aborted && answer.evidence === STOPPED) return { attempt: { kind: 'not-asked' }, item }
  return { attempt: { kind: 'answered', status: answer.status, waitSeconds: answer.waitSeconds }, item }
}

function noteChecked({ library }: CheckParts, asked: ReadonlySet<Chosen>): void {
  const [first] = asked
  if (!first) return
  const only = asked.size === 1 ? first : null
  const entry = only && library.catalog.find(only.ref)
  const what = entry ? describeEntry(entry) : sessionsText(asked.size)
  library.audit.add({
    action: 'checked',
    text: `Asked Telegram about ${what}`,
    ref: only?.ref ?? null,
    keyId: only?.keyId ?? null,
  })
}

function sessionsText(count: number): string {
  return `${count} ${count === 1 ? 'session' : 'sessions'}`
}
