import { Secret } from '../domain/secret.ts'
import type { Session } from '../domain/session.ts'
import type { EncodeOptions } from '../formats/format.ts'
import { type Encoded, encodeSession } from '../sources/encode-session.ts'
import type { Target } from './formats-lookup.ts'
import { unhurried } from './unhurried.ts'

/**
 * A session in another format, ready to be put in its place, where it opens the account. `name` is the session's, made
 * fit to be the name of a file.
 * @throws AppError format.missing-field, format.not-writable, session.no-key, session.other-server
 */
export function encodeFor(
  session: Session,
  name: string,
  { format, variant }: Target,
  options: Omit<EncodeOptions, 'variant'>,
): Promise<Encoded> {
  const target = { formatId: format.id, options: { ...options, variant: variant.id } }
  return encodeSession(format, unhurried(session), name, target)
}

/** The session as one line of text, without its line end. @throws like {@link encodeFor} */
export async function stringFor(
  session: Session,
  target: Target,
  options: Omit<EncodeOptions, 'variant'>,
): Promise<Secret> {
  const encoded = await encodeFor(session, '', target, options)
  if (encoded.kind !== 'bytes') throw new TypeError('only a string is one line of text')
  const { bytes } = encoded
  return new Secret(bytes.at(-1) === LINE_END ? bytes.subarray(0, -1) : bytes)
}

const LINE_END = 0x0a
