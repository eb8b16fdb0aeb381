import { encodeBase64Url } from '../../bytes/base64.ts'
import { AppError } from '../../domain/errors.ts'
import type { TextFormat } from '../format.ts'
import { candidateVersions, newerVersionOf } from './binary-read.ts'
import { writeBinary } from './binary-write.ts'
import { writableVersion } from './binary.ts'
import { isCompact } from './compact-parts.ts'
import { decodeBinary, detectBinary } from './decode-binary.ts'
import { limitReason } from './limits.ts'
import { shapeOf } from './stored.ts'
import { storedFrom } from './stored-from.ts'
import { decodeStrict, strictReason } from './strict-base64.ts'
import { binaryVariants } from './variants.ts'

const ID = 'ferogram.native'
/** The first bytes tell most strings of others from ours: 32 bytes are enough. */
const HEAD_CHARACTERS = 44

/**
 * Upstream: `ferogram-session/src/lib.rs`, `StringSessionBackend` and `export_native_session_string()`; up to 0.5.0
 * `export_session_string()` made it. Read at 0.6.6. The bytes of {@link ferogramBinary} in url-safe base64 without
 * padding, as long as the session needs.
 */
export const ferogramNative: TextFormat = {
  id: ID,
  library: 'ferogram',
  label: 'ferogram native string',
  help: 'The whole state of ferogram in one line: every data centre, update counters and peers. It can be very long; the short string holds the login alone. Versions 2 and 3 leave out basic groups.',
  medium: 'text',
  variants: binaryVariants,
  defaultVariant: '8',
  detection: 'What it decodes to: the same bytes as those of a ferogram binary file.',
  refuses: limitReason,
  detect(text) {
    const head = decodeStrict(text.slice(0, HEAD_CHARACTERS))
    if (head === null || isStranger(head)) return null
    const bytes = decodeStrict(text)
    return bytes === null || isCompact(bytes) ? null : detectBinary(bytes)
  },
  decode(text) {
    const bytes = decodeStrict(text)
    if (bytes === null) throw new AppError('format.malformed', { format: ID, reason: strictReason(text) })
    return decodeBinary(bytes, ID)
  },
  async encode(session, options) {
    const version = writableVersion(options.variant, ID)
    const stored = await storedFrom(session, shapeOf(version), ID, options)
    return encodeBase64Url(writeBinary(stored, version, ID), false)
  },
}

function isStranger(head: Uint8Array): boolean {
  return candidateVersions(head).length === 0 && newerVersionOf(head) === null
}
