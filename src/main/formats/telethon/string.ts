import { decodeBase64, encodeBase64Url } from '../../bytes/base64.ts'
import { formatIp, isIpv6, normalizeIp, parseIp } from '../../bytes/ip.ts'
import { byteReader } from '../../bytes/reader.ts'
import { byteWriter } from '../../bytes/writer.ts'
import { dcOfAddress, isPlausibleDcId } from '../../domain/data-centers.ts'
import { AppError } from '../../domain/errors.ts'
import type { Problem } from '../../domain/problem.ts'
import { emptySession, homeOf } from '../../domain/session.ts'
import { endpointOf } from '../address.ts'
import type { TextFormat } from '../format.ts'
import { stringKeyFrom } from '../stored-key.ts'
import { requireKey, requirePlace } from '../write-checks.ts'
import { flagOf, ipv6Option } from '../write-options.ts'

const ID = 'telethon.string'
const VERSION = '1'
const IPV4_BYTE_LENGTH = 263
const IPV6_BYTE_LENGTH = 275

interface Parts {
  readonly dcId: number
  readonly address: string
  readonly port: number
  readonly key: Uint8Array
}

/** The fields of a string of exactly the right size, null for any other text. */
function partsOf(text: string): Parts | null {
  if (!text.startsWith(VERSION)) return null
  const bytes = decodeBase64(text.slice(VERSION.length))
  if (bytes?.byteLength !== IPV4_BYTE_LENGTH && bytes?.byteLength !== IPV6_BYTE_LENGTH) return null
  if (bytes.byteLength === IPV6_BYTE_LENGTH && isAddressText(bytes)) return null
  const reader = byteReader(bytes)
  const dcId = reader.u8()
  const address = formatIp(reader.view(bytes.byteLength === IPV4_BYTE_LENGTH ? 4 : 16))
  return { dcId, address, port: reader.u16(), key: reader.view(256) }
}

/**
 * GramJS has the same first character, and with an IPv4 address of 14 characters the same length: there the address is
 * text behind its length.
 */
function isAddressText(bytes: Uint8Array): boolean {
  return bytes[1] === 0 && bytes[2] === 14 && bytes.subarray(3, 17).every((byte) => byte > 0x20 && byte < 0x7f)
}

/** An IPv6 string cut short decodes as an IPv4 one, but without the padding that every writer adds. */
function mayBeCut(parts: Parts, text: string): boolean {
  return !text.endsWith('=') && dcOfAddress(parts.address) === null
}

/**
 * Upstream: `telethon/sessions/string.py`, 1.2.0 and later; read at 1.37.0.
 *
 * | part | size (big-endian) |
 * |---|---|
 * | version | the character `1`, outside the base64 |
 * | DC | 1 byte |
 * | address | 4 or 16 bytes |
 * | port | 2 bytes |
 * | auth key | 256 bytes |
 *
 * Url-safe base64 with its padding: 353 characters with IPv4, 369 with IPv6.
 */
export const telethonString: TextFormat = {
  id: ID,
  library: 'telethon',
  label: 'Telethon string',
  help: 'One line for StringSession of Telethon 1.2 and later: the key and where it is used, nothing else.',
  medium: 'text',
  variants: [
    {
      id: '1',
      label: '1 (1.2 and later)',
      library: 'telethon',
      carries: new Set(['dc', 'address', 'test-mode', 'auth-key']),
      requires: ['auth-key', 'dc', 'address'],
      writable: true,
    },
  ],
  defaultVariant: '1',
  options: [ipv6Option],
  detection: 'Its length and first character, the data centre and address in it.',
  detect(text) {
    const parts = partsOf(text)
    if (parts === null) return null
    const isKnownPlace = dcOfAddress(parts.address) !== null
    const isWhole = isPlausibleDcId(parts.dcId) && !mayBeCut(parts, text)
    return {
      certainty: isKnownPlace || isWhole ? 'exact' : 'plausible',
      reason: `version 1, ${isIpv6(parts.address) ? IPV6_BYTE_LENGTH : IPV4_BYTE_LENGTH} bytes, DC ${parts.dcId} at ${parts.address}`,
      variant: '1',
    }
  },
  decode(text) {
    const parts = partsOf(text)
    if (parts === null) {
      if (text !== '' && !text.startsWith(VERSION)) {
        throw new AppError('format.unsupported-version', { format: ID, found: 'another first character', known: '1' })
      }
      throw new AppError('format.malformed', {
        format: ID,
        reason: `it has ${text.length} characters; a whole string has 353 or 369`,
      })
    }
    const problems: Problem[] = []
    const known = dcOfAddress(parts.address)
    const id = known?.dcId ?? parts.dcId
    if (id !== parts.dcId) {
      problems.push({
        code: parts.dcId === 0 ? 'telethon.dc-inferred' : 'telethon.dc-mismatch',
        message: `The string says DC ${parts.dcId}, but its address belongs to DC ${id}, where the key was made. DC ${id} is taken; an export writes it.`,
      })
    } else if (!isPlausibleDcId(id)) {
      problems.push({
        code: 'telethon.dc-unknown',
        message: `The string says DC ${id}, which Telegram does not have, and its address is not a known one. Give the DC when you export the session.`,
      })
    }
    if (mayBeCut(parts, text)) {
      problems.push({
        code: 'telethon.cut-string',
        message:
          'The string lacks the “=” at its end, and its address is not a known one: it may be a longer string that was cut short. Copy it again, or check the address before you use the key.',
      })
    }
    const authKey = stringKeyFrom(parts.key, problems, 'it was saved before any login')
    return {
      info: { formatId: ID, variant: '1', library: 'telethon', formatVersion: 1 },
      problems,
      session: {
        ...emptySession(),
        test: known?.test ?? null,
        dataCenters: [{ id, address: parts.address, port: parts.port, authKey, home: true }],
      },
    }
  },
  encode(session, options) {
    const home = homeOf(session)
    const authKey = requireKey(home)
    const dc = requirePlace(home, ID)
    const endpoint = endpointOf(dc, session.test, flagOf(options, 'ipv6') ? 'ipv6' : 'as-stored')
    const address = endpoint === null ? null : parseIp(normalizeIp(endpoint.address) ?? '')
    if (endpoint === null || address === null) {
      throw new AppError('format.missing-field', { format: ID, field: 'address' })
    }
    const writer = byteWriter().u8(dc.id).bytes(address).u16(endpoint.port).bytes(authKey.open())
    return VERSION + writer.text((bytes) => encodeBase64Url(bytes, true))
  },
}
