import { decodeBase64, encodeBase64 } from '../../bytes/base64.ts'
import { byteReader } from '../../bytes/reader.ts'
import { byteWriter } from '../../bytes/writer.ts'
import { isPlausibleDcId } from '../../domain/data-centers.ts'
import { AppError } from '../../domain/errors.ts'
import type { Problem } from '../../domain/problem.ts'
import { emptySession, homeOf } from '../../domain/session.ts'
import type { TextFormat } from '../format.ts'
import { stringKeyFrom } from '../stored-key.ts'
import { requireKey, requirePlace } from '../write-checks.ts'
import { flagOf } from '../write-options.ts'
import { endpointFor, isPlausibleAddress, placeOf } from './place.ts'

const ID = 'gramjs.string'
const VERSION = '1'
/** DC, length, port and key: all but the address. */
const FIXED_BYTE_LENGTH = 261
/** GramJS takes a longer one for an address of Telethon. */
const MAX_ADDRESS_BYTES = 100
const MAX_SIGNED_PORT = 0x7fff

interface Parts {
  readonly dcId: number
  readonly address: string
  readonly port: number
  readonly key: Uint8Array
}

/**
 * The fields of a string whose length agrees with the length of the address in it; null for any other text. That
 * equation tells it from a Telethon string of the same number of characters.
 */
function partsOf(text: string): Parts | null {
  if (!text.startsWith(VERSION) || text.length > 600) return null
  const bytes = decodeBase64(text.slice(VERSION.length))
  if (bytes === null || bytes.byteLength < FIXED_BYTE_LENGTH + 2) return null
  const reader = byteReader(bytes)
  const dcId = reader.u8()
  const addressLength = reader.u16()
  if (addressLength !== bytes.byteLength - FIXED_BYTE_LENGTH || addressLength > MAX_ADDRESS_BYTES) return null
  const address = String.fromCharCode(...reader.view(addressLength))
  if (!isPlausibleDcId(dcId) || !isPlausibleAddress(address)) return null
  const port = reader.u16()
  return port === 0 ? null : { dcId, address, port, key: reader.view(256) }
}

/**
 * Upstream: `gramjs/sessions/StringSession.ts`; read at 2.26.22. teleproto writes the same.
 *
 * | part | size (big-endian) |
 * |---|---|
 * | version | the character `1`, outside the base64 |
 * | DC | 1 byte |
 * | address | 2 bytes of length, then text: IPv4, IPv6 or a host name |
 * | port | 2 bytes |
 * | auth key | 256 bytes |
 *
 * Standard base64 with its padding: 369 characters with most IPv4 addresses.
 */
export const gramjsString: TextFormat = {
  id: ID,
  library: 'gramjs',
  label: 'GramJS string',
  help: 'One line for StringSession of GramJS and teleproto: the key and where it is used, nothing else.',
  medium: 'text',
  variants: [
    {
      id: '1',
      label: '1 (every release)',
      library: 'gramjs',
      carries: new Set(['dc', 'address', 'test-mode', 'auth-key']),
      requires: ['auth-key', 'dc', 'address'],
      writable: true,
    },
  ],
  defaultVariant: '1',
  detection: 'The length of the address in it agrees with the whole.',
  options: [
    {
      name: 'high-port',
      label: 'Write a port above 32767',
      help: 'GramJS and teleproto read such a port as a negative number and cannot connect; other programs can.',
      kind: 'flag',
    },
  ],
  detect(text) {
    const parts = partsOf(text)
    if (parts === null) return null
    return {
      certainty: 'exact',
      reason: `version 1, DC ${parts.dcId} at ${parts.address}, whose length agrees with the whole`,
      variant: '1',
    }
  },
  decode(text) {
    const parts = partsOf(text)
    if (parts === null) {
      throw new AppError('format.malformed', {
        format: ID,
        reason: `it has ${text.length} characters, and the length of the address in it does not agree with that: part of it is missing or changed`,
      })
    }
    const problems: Problem[] = []
    const { id, test } = placeOf(parts.dcId, parts.address, problems)
    const authKey = stringKeyFrom(parts.key, problems, 'it was saved before any login')
    return {
      info: { formatId: ID, variant: '1', library: 'gramjs', formatVersion: 1 },
      problems,
      session: {
        ...emptySession(),
        test,
        dataCenters: [{ id, address: parts.address, port: parts.port, authKey, home: true }],
      },
    }
  },
  encode(session, options) {
    const home = homeOf(session)
    const authKey = requireKey(home)
    const dc = requirePlace(home, ID)
    const { address, port } = endpointFor(session, dc, ID)
    const addressBytes = new TextEncoder().encode(address)
    if (addressBytes.byteLength > MAX_ADDRESS_BYTES || !isPlausibleAddress(address)) {
      throw new AppError('format.not-writable', { format: ID, reason: 'its address is not one that GramJS can read' })
    }
    if (port > MAX_SIGNED_PORT && !flagOf(options, 'high-port')) {
      throw new AppError('format.not-writable', {
        format: ID,
        reason: `its port is ${port}, and GramJS reads one above 32767 as a negative number`,
      })
    }
    const writer = byteWriter()
      .u8(dc.id)
      .u16(addressBytes.byteLength)
      .bytes(addressBytes)
      .u16(port)
      .bytes(authKey.open())
    return VERSION + writer.text(encodeBase64)
  },
}
