import { AppError } from '../domain/errors.ts'
import type { Session } from '../domain/session.ts'
import type { Format } from './format.ts'

/** Why a session of one server is not written for another: its key is not known there. Null when it fits. */
export function otherServerError(
  server: Session['server'],
  format: Pick<Format, 'id' | 'server'>,
): AppError<'session.other-server'> | null {
  if (format.server === 'any' || format.server === server) return null
  return new AppError('session.other-server', { format: format.id, made: server ?? 'telegram' })
}

/** @throws AppError session.other-server */
export function refuseOtherServer(session: Pick<Session, 'server'>, format: Pick<Format, 'id' | 'server'>): void {
  const error = otherServerError(session.server, format)
  if (error) throw error
}
