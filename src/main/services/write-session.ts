import { Secret } from '../domain/secret.ts'
import type { Session } from '../domain/session.ts'
import { type EncodeOptions, extensionOf } from '../formats/format.ts'
import { encodeSession } from '../sources/file-add.ts'
import type { Target } from './formats-lookup.ts'
import { unhurried } from './unhurried.ts'

/** A session as a file of some format holds it. It opens the account. */
export interface Written {
  readonly kind: 'text' | 'file'
  /** The string itself without a line end, or the bytes of the file. */
  readonly value: Secret
  /** With its dot. */
  readonly extension: string
}

/** @throws AppError format.missing-field, format.not-writable, session.no-key */
export async function writeSession(
  session: Session,
  { format, variant }: Target,
  options: Omit<EncodeOptions, 'variant'>,
): Promise<Written> {
  const target = { formatId: format.id, options: { ...options, variant: variant.id } }
  const bytes = await encodeSession(format, unhurried(session), target)
  if (format.medium !== 'text') return { kind: 'file', value: new Secret(bytes), extension: extensionOf(format) }
  return { kind: 'text', value: new Secret(withoutLineEnd(bytes)), extension: '.txt' }
}

/** The bytes as they go into a file: a string ends with a line end, as editors and shells expect. */
export function fileBytesOf(written: Written): Uint8Array {
  if (written.kind === 'file') return written.value.open()
  const bytes = new Uint8Array(written.value.byteLength + 1)
  bytes.set(written.value.open())
  bytes[bytes.byteLength - 1] = LINE_END
  return bytes
}

const LINE_END = 0x0a

function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  return bytes.at(-1) === LINE_END ? bytes.subarray(0, -1) : bytes
}
