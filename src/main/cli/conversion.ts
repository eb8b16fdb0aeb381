import type { Session } from '../domain/session.ts'
import type { Decoded } from '../formats/format.ts'
import { encodeSession } from '../sources/file-add.ts'
import type { ConversionPlan, Target } from './tools.ts'

export async function planConversion(
  decoded: Decoded,
  _target: Target,
  _values: ReadonlyMap<string, string>,
): Promise<ConversionPlan> {
  return { kept: [], lost: [], missing: [], session: decoded.session }
}

/** The bytes of a file in the target format. @throws AppError format.missing-field, format.not-writable, session.no-key */
export async function encodeTarget(
  session: Session,
  { format, variant }: Target,
  options: ReadonlyMap<string, string>,
): Promise<Uint8Array> {
  const nowSeconds = Math.floor(Date.now() / 1000)
  return encodeSession(format, session, { formatId: format.id, options: { variant, options, nowSeconds } })
}
