import { AppError } from '../../domain/errors.ts'
import type { FileFormat } from '../format.ts'
import { writeBinary } from './binary-write.ts'
import { beginsLikeSession } from './binary-read.ts'
import { decodeBinary, detectBinary } from './decode-binary.ts'
import { limitReason } from './limits.ts'
import { shapeOf } from './stored.ts'
import { storedFrom } from './stored-from.ts'
import { binaryVariants } from './variants.ts'

const ID = 'ferogram.binary'

/**
 * Upstream: `ferogram-session/src/lib.rs`, `BinaryFileBackend`; read at 0.6.6, versions 2 to 8 checked by the files of the
 * releases that wrote them.
 *
 * | part | size (little-endian) |
 * |---|---|
 * | version | 1 byte; version 1 has none |
 * | home DC | 4 bytes |
 * | data centres | 1 byte of count; id 4, has key 1, key 256, salt 8, time offset 4, address 1 + n, flags 1 (3) |
 * | state (2) | pts, qts, date, seq: 4 bytes each |
 * | channels (2) | 2 bytes of count; id 8, pts 4 |
 * | peers (2) | 2 bytes of count; id 8, access hash 8, type 1, kind 1 (6), community 1 (8) |
 * | min contexts (4) | 2 bytes of count; user 8, chat 8, message 4 |
 * | token (7) | presence 1, length 2, bytes |
 */
export const ferogramBinary: FileFormat = {
  id: ID,
  library: 'ferogram',
  label: 'ferogram binary',
  help: 'The session file of ferogram and its default. Every release opens older versions; version 8 is for 0.6.5 and later. Versions 2 and 3 leave out basic groups.',
  medium: 'file',
  extension: '.session',
  variants: binaryVariants,
  defaultVariant: '8',
  detection: 'The version in its first byte, and lengths that add up to the end of the file.',
  refuses: limitReason,
  promising: (head) => !isOtherKnown(head) && beginsLikeSession(head),
  detect: (bytes) => (isOtherKnown(bytes) ? null : detectBinary(bytes)),
  decode: async (bytes) => decodeBinary(bytes, ID),
  async encode(session, options) {
    const version = writableVersion(options.variant, ID)
    return writeBinary(await storedFrom(session, shapeOf(version), ID, options), version, ID)
  },
}

/** @throws AppError format.not-writable */
export function writableVersion(variant: string, format: string): number {
  const found = binaryVariants.find(({ id }) => id === variant)
  if (found?.writable !== true) {
    throw new AppError('format.not-writable', { format, reason: 'this version can be read only' })
  }
  return Number(found.id)
}

/** `SQLi`te, `TDF$` and `{`: the mark would pass for an absurd home DC at most, but need not be tried. */
function isOtherKnown(bytes: Uint8Array): boolean {
  return bytes[0] === 0x53 || bytes[0] === 0x54 || bytes[0] === 0x7b
}
