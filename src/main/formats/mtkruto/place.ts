import { type DataCenter, homeOf, type Session } from '../../domain/session.ts'
import { AppError } from '../../domain/errors.ts'
import { testModeOf } from '../test-mode.ts'
import { requirePlace } from '../write-checks.ts'

/** A data centre as MTKruto names it: "2", or "2-test". It stores no address. */
export interface DcName {
  readonly id: number
  readonly test: boolean
}

/** Null for a name the library would take but Telegram does not have. */
export function dcFrom(text: string): DcName | null {
  const parts = /^(?:([1-5])|([1-3])-test)$/.exec(text)
  if (parts === null) return null
  return { id: Number(parts[1] ?? parts[2]), test: parts[2] !== undefined }
}

/** @throws AppError format.missing-field, format.not-writable */
export function dcNameOf(session: Session, format: string): { readonly name: string; readonly dc: DataCenter } {
  const dc = requirePlace(homeOf(session), format)
  const name = testModeOf(session) ? `${dc.id}-test` : String(dc.id)
  if (dcFrom(name) === null) {
    throw new AppError('format.not-writable', { format, reason: `MTKruto has no name for this data centre (${name})` })
  }
  return { name, dc }
}

/** Above it the library's own numbers lose digits. */
export const MAX_USER_ID = 2n ** 53n - 1n
