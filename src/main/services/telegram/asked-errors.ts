import { isFinalStatus } from '../../../shared/login-statuses.ts'
import { AppError } from '../../domain/errors.ts'
import type { GatewayAnswer } from '../../telegram/gateway.ts'
import { skipPhrases } from '../../telegram/skip-words.ts'
import type { Asked } from './telegram-core.ts'

/** Telegram's answer to a bot that wants what people alone have. */
export function isForPeopleAlone(evidence: string): boolean {
  return evidence.endsWith(' BOT_METHOD_INVALID')
}

/**
 * The answer to a single call, where anything but the value is a failure of the whole.
 * @throws AppError telegram.*, request.unsupported for a bot, session.no-key, telegram.in-use
 */
export function valueOf<T>(asked: Asked<T>): {
  readonly value: T
  readonly asked: Extract<Asked<T>, { kind: 'answered' }>
} {
  if (asked.kind === 'skipped') {
    if (asked.reason === 'in-use') throw new AppError('telegram.in-use', {})
    if (asked.reason === 'no-key') throw new AppError('session.no-key', {})
    throw new AppError('request.unsupported', { reason: skipPhrases[asked.reason] })
  }
  const { value } = asked.answer
  if (value === null) throw errorOf(asked.answer)
  return { value, asked }
}

/** What a call that gave no value failed of. */
function errorOf({ status, evidence, waitSeconds }: GatewayAnswer<unknown>): AppError {
  if (isForPeopleAlone(evidence)) {
    return new AppError('request.unsupported', {
      reason: 'Telegram has this for accounts of people alone, not for bots',
    })
  }
  if (isFinalStatus(status) || status === 'password-pending') return new AppError('telegram.unauthorized', { status })
  if (status === 'rate-limited') return new AppError('telegram.wait', { seconds: waitSeconds ?? 60 })
  if (status === 'app-rejected') return new AppError('telegram.app-refused', { cause: 'rejected' })
  if (status === 'app-outdated') return new AppError('telegram.app-refused', { cause: 'outdated' })
  return status === 'network'
    ? new AppError('telegram.unreachable', { reason: evidence })
    : new AppError('telegram.refused', { evidence })
}
