import { encodeBase64Url } from '../../bytes/base64.ts'
import { normalizeIp, parseIp } from '../../bytes/ip.ts'
import { byteWriter } from '../../bytes/writer.ts'
import { dcOfAddress, isPlausibleDcId } from '../../domain/data-centers.ts'
import { AppError } from '../../domain/errors.ts'
import type { Problem } from '../../domain/problem.ts'
import { emptySession, homeOf } from '../../domain/session.ts'
import { endpointOf } from '../address.ts'
import type { Decoded, TextFormat, Variant } from '../format.ts'
import { stringKeyFrom } from '../stored-key.ts'
import { requireKey, requirePlace } from '../write-checks.ts'
import { compactByteLength, type CompactParts, compactPartsOf } from './compact-parts.ts'
import { trailingProblem } from './decode-binary.ts'
import { saltFrom } from './session-from.ts'
import { decodeStrict, strictReason } from './strict-base64.ts'

const ID = 'ferogram.string'

function variant(id: string, label: string, hasSalt: boolean, writable: boolean): Variant {
  return {
    id,
    label,
    library: 'ferogram',
    carries: new Set(['dc', 'address', 'test-mode', 'auth-key', 'user-id', ...(hasSalt ? (['salts'] as const) : [])]),
    requires: ['auth-key', 'dc', 'address', 'user-id'],
    writable,
  }
}

/**
 * Upstream: `ferogram-session/src/string_session.rs`, 0.5.1 and later; read at 0.6.6.
 *
 * | part | size (big-endian) |
 * |---|---|
 * | version | 1 byte: 1 or 2 |
 * | DC | 1 byte |
 * | kind of address | 1 byte: 4 or 6 |
 * | address | 4 or 16 bytes |
 * | port | 2 bytes |
 * | user id | 8 bytes |
 * | salt, sequence number, layer | 8, 4 and 4 bytes, version 1 alone |
 * | auth key | 256 bytes |
 *
 * Url-safe base64 without padding: 364 and 380 characters in version 2, 386 and 402 in version 1. The library writes
 * version 2; its version 1 is made by hand, with numbers of a running connection that no session keeps, so it is read only.
 */
export const ferogramString: TextFormat = {
  id: ID,
  library: 'ferogram',
  label: 'ferogram string',
  help: 'One line for session_string() of ferogram 0.5.1 and later: the key, where it is used and whose it is. It needs the user id.',
  medium: 'text',
  variants: [variant('V1', 'V1 (made by hand)', true, false), variant('V2', 'V2 (0.5.1 and later)', false, true)],
  defaultVariant: 'V2',
  detection:
    'The version in its first byte, a data centre, its address and a key of 256 bytes, with nothing behind them.',
  detect(text) {
    // A compact string has 402 characters at most; something longer has too much behind it.
    const bytes = text.length > 4096 ? null : decodeStrict(text)
    const parts = bytes === null ? null : compactPartsOf(bytes)
    if (parts === null || !isPlausibleDcId(parts.dcId) || parts.port === 0) return null
    return {
      certainty: parts.trailingByteLength === 0 ? 'exact' : 'plausible',
      reason: `V${parts.version}, DC ${parts.dcId} at ${parts.address}`,
      variant: `V${parts.version}`,
    }
  },
  decode: (text) => decodedFrom(requireParts(text)),
  encode(session, options) {
    if (options.variant !== 'V2') {
      throw new AppError('format.not-writable', { format: ID, reason: 'this version can be read only' })
    }
    const home = homeOf(session)
    const authKey = requireKey(home)
    const dc = requirePlace(home, ID)
    const endpoint = endpointOf(dc, session.test)
    const address = endpoint === null ? null : parseIp(normalizeIp(endpoint.address) ?? '')
    if (endpoint === null || address === null) {
      throw new AppError('format.missing-field', { format: ID, field: 'address' })
    }
    if (session.account === null) throw new AppError('format.missing-field', { format: ID, field: 'user-id' })
    const writer = byteWriter()
      .u8(2)
      .u8(dc.id)
      .u8(address.byteLength === 4 ? 4 : 6)
      .bytes(address)
      .u16(endpoint.port)
    writer.u64(BigInt.asUintN(64, session.account.id)).bytes(authKey.open())
    return encodeBase64Url(writer.done(), false)
  },
}

/** @throws AppError format.malformed, format.unsupported-version */
function requireParts(text: string): CompactParts {
  const malformed = (reason: string): AppError<'format.malformed'> =>
    new AppError('format.malformed', { format: ID, reason })
  const bytes = decodeStrict(text)
  if (bytes === null) throw malformed(strictReason(text))
  const version = bytes[0] ?? 0
  if (version !== 1 && version !== 2) {
    throw new AppError('format.unsupported-version', { format: ID, found: String(version), known: '1, 2' })
  }
  const parts = compactPartsOf(bytes)
  if (parts === null) {
    const wanted = compactByteLength(bytes)
    throw malformed(
      wanted === null
        ? `the kind of its address is ${bytes[2] ?? 'missing'}; only 4 and 6 exist`
        : `it holds ${bytes.byteLength} bytes of ${wanted}: part of it is missing`,
    )
  }
  if (!isPlausibleDcId(parts.dcId)) throw malformed(`it names DC ${parts.dcId}, which Telegram does not have`)
  if (parts.port === 0) throw malformed('its port is 0')
  return parts
}

function decodedFrom(parts: CompactParts): Decoded {
  const problems: Problem[] = []
  if (parts.trailingByteLength > 0) problems.push(trailingProblem(parts.trailingByteLength))
  const authKey = stringKeyFrom(parts.key, problems)
  const owner = dcOfAddress(parts.address)
  if (owner !== null && owner.dcId !== parts.dcId) {
    problems.push({
      code: 'ferogram.stale-address',
      message: `The string holds a key of DC ${parts.dcId} but the address of DC ${owner.dcId}. An export writes the address of DC ${parts.dcId} instead.`,
    })
  }
  if (parts.userId <= 0n) {
    problems.push({
      code: 'ferogram.no-user-id',
      message: 'The string names no user, though it has a place for one. Give the user id when you export the session.',
    })
  }
  const salt = parts.salt === null || parts.salt === 0n ? {} : { salt: saltFrom(parts.salt) }
  const { dcId: id, address, port, userId } = parts
  return {
    session: {
      ...emptySession(),
      test: owner?.test ?? null,
      dataCenters: [{ id, address, port, authKey, home: true, ...salt }],
      account: userId > 0n ? { id: userId, isBot: null, username: null, phone: null } : null,
    },
    info: { formatId: ID, variant: `V${parts.version}`, library: 'ferogram', formatVersion: parts.version },
    problems,
  }
}
