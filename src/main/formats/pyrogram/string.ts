import { encodeBase64Url } from '../../bytes/base64.ts'
import { crc32 } from '../../bytes/crc32.ts'
import { normalizeIp } from '../../bytes/ip.ts'
import { byteWriter } from '../../bytes/writer.ts'
import { dcOfAddress, isPlausibleDcId } from '../../domain/data-centers.ts'
import { AppError } from '../../domain/errors.ts'
import type { Problem } from '../../domain/problem.ts'
import { type Account, type DataCenter, emptySession, type Field, homeOf, type Session } from '../../domain/session.ts'
import { endpointOf } from '../address.ts'
import type { Decoded, TextFormat, Variant } from '../format.ts'
import { stringKeyFrom } from '../stored-key.ts'
import { userIdFrom } from '../stored-place.ts'
import { testModeOf } from '../test-mode.ts'
import { requireKey, requirePlace } from '../write-checks.ts'
import { partsOf, type StringLayout, stringLayouts, type StringParts, WZGRAM_PREFIX } from './string-layouts.ts'

const ID = 'pyrogram.string'

/**
 * Upstream: `pyrogram/storage/storage.py` 0.15 to 2.0.106, and wzgram's two generations (read, not run).
 *
 * | layout | bytes | fields |
 * |---|---|---|
 * | S1 | 263 | dc u8, test u8, key 256, user id u32, bot u8 |
 * | S2 | 267 | dc u8, test u8, key 256, user id u64, bot u8 |
 * | S3 | 271 | dc u8, api id u32, test u8, key 256, user id u64, bot u8 |
 * | W2, W3 | 290, 322 | version u8, then as S3, port u16, address 16 or 48 bytes of ASCII |
 * | W2c, W3c | 294, 326 | the same and its CRC-32 (little-endian); "WZ_" in front |
 *
 * Url-safe base64 without padding. The libraries go by the length of the text; we go by the decoded size.
 */
export const pyrogramString: TextFormat = {
  id: ID,
  library: 'pyrogram',
  label: 'Pyrogram string',
  help: 'One line for Pyrogram and its forks. S3 is what every release from 2.0 on reads; it needs the api id.',
  medium: 'text',
  variants: stringLayouts.map(variantFrom),
  defaultVariant: 'S3',
  detection: 'Its length, and the data centre, flags and user id in it.',
  detect(text) {
    const parts = partsOf(text)
    if (parts === null || parts === 'bad-checksum' || !isPlausibleDcId(parts.dcId)) return null
    return {
      certainty: isWellFormed(parts, text) ? 'exact' : 'plausible',
      reason: `${parts.layout.id}: ${parts.layout.byteLength} bytes, DC ${parts.dcId}${parts.testByte === 0 ? '' : ' (test)'}${parts.botByte === 0 ? '' : ', a bot'}`,
      variant: parts.layout.id,
    }
  },
  decode(text) {
    const parts = partsOf(text)
    if (parts === null) {
      throw new AppError('format.malformed', {
        format: ID,
        reason: `it has ${text.length} characters; a whole string has 351, 356 or 362 (wzgram: 387 to 438)`,
      })
    }
    if (parts === 'bad-checksum') {
      throw new AppError('format.malformed', {
        format: ID,
        reason: 'its checksum does not fit: part of it was changed',
      })
    }
    if (!isPlausibleDcId(parts.dcId)) {
      throw new AppError('format.malformed', {
        format: ID,
        reason: `it names DC ${parts.dcId}, which Telegram does not have`,
      })
    }
    return decodedFrom(parts)
  },
  encode(session, options) {
    const layout = stringLayouts.find((one) => one.id === options.variant)
    if (layout === undefined) {
      const known = stringLayouts.map((one) => one.id).join(', ')
      throw new AppError('format.unsupported-version', { format: ID, found: options.variant, known })
    }
    return encodeAs(layout, session)
  },
}

/**
 * What every writer puts: a longer string cut to the length of an older layout mostly fails this. (S3 without its last
 * eleven characters passes for S1: nothing in it could tell.)
 */
function isWellFormed(parts: StringParts, text: string): boolean {
  // wzgram puts its prefix before checked strings alone.
  if (text.startsWith(WZGRAM_PREFIX) && parts.layout.wzgram?.checksum !== true) return false
  return parts.testByte <= 1 && parts.botByte <= 1 && parts.userId > 0n && parts.userId < 2n ** 52n
}

function variantFrom(layout: StringLayout): Variant {
  const carries: Field[] = ['dc', 'test-mode', 'auth-key', 'user-id', 'is-bot']
  const requires: Field[] = ['auth-key', 'dc', 'user-id', 'is-bot']
  if (layout.apiId) carries.push('api-id')
  if (layout.id === 'S3') requires.push('api-id')
  if (layout.wzgram !== null) carries.push('address')
  return {
    id: layout.id,
    label: layout.label,
    library: layout.library,
    carries: new Set(carries),
    requires,
    writable: true,
  }
}

function decodedFrom(parts: StringParts): Decoded {
  const problems: Problem[] = []
  const authKey = stringKeyFrom(parts.key, problems)
  const test = parts.testByte !== 0
  const address = parts.address === null ? null : (normalizeIp(parts.address) ?? parts.address)
  const owner = address === null ? null : dcOfAddress(address)
  if (owner !== null && (owner.dcId !== parts.dcId || owner.test !== test)) {
    problems.push({
      code: 'pyrogram.stale-address',
      message: `The string holds a key of DC ${parts.dcId} but the address of DC ${owner.dcId}. An export writes the address of DC ${parts.dcId} instead.`,
    })
  }
  const userId = userIdFrom(parts.userId)
  if (userId === null) {
    problems.push({
      code: 'pyrogram.no-user',
      message:
        'The string names no account (its user id is not a possible one). Give the user id when you export the session.',
    })
  }
  return {
    info: {
      formatId: ID,
      variant: parts.layout.id,
      library: parts.layout.library,
      formatVersion: parts.layout.id,
    },
    problems,
    session: {
      ...emptySession(),
      dataCenters: [{ id: parts.dcId, address, port: parts.port, authKey, home: true }],
      test,
      account: userId === null ? null : { id: userId, isBot: parts.botByte !== 0, username: null, phone: null },
      apiId: parts.apiId,
    },
  }
}

function encodeAs(layout: StringLayout, session: Session): string {
  const home = homeOf(session)
  const authKey = requireKey(home)
  const dc = requirePlace(home, ID)
  const { account } = session
  if (account === null) throw new AppError('format.missing-field', { format: ID, field: 'user-id' })
  if (account.isBot === null) throw new AppError('format.missing-field', { format: ID, field: 'is-bot' })
  if (layout.id === 'S3' && session.apiId === null) {
    throw new AppError('format.missing-field', { format: ID, field: 'api-id' })
  }
  requireUserIdFits(layout, account)
  const writer = byteWriter()
  if (layout.wzgram !== null) writer.u8(layout.wzgram.version)
  writer.u8(dc.id)
  if (layout.apiId) writer.u32(session.apiId ?? 0)
  writer.u8(testModeOf(session) ? 1 : 0).bytes(authKey.open())
  if (layout.userIdByteLength === 4) writer.u32(Number(account.id))
  else writer.u64(account.id)
  writer.u8(account.isBot ? 1 : 0)
  if (layout.wzgram === null) return writer.text((bytes) => encodeBase64Url(bytes, false))

  const place = addressBytes(dc, session.test, layout.wzgram.addressByteLength)
  writer.u16(place.port).bytes(place.address)
  if (!layout.wzgram.checksum) return encodeBase64Url(writer.done(), false)
  writer.u32le(crc32(writer.done()))
  return WZGRAM_PREFIX + encodeBase64Url(writer.done(), false)
}

const SHORT_ID_LIMIT = 2n ** 32n
const LONG_ID_LIMIT = 2n ** 63n

function requireUserIdFits(layout: StringLayout, account: Account): void {
  if (account.id >= 0n && account.id < (layout.userIdByteLength === 4 ? SHORT_ID_LIMIT : LONG_ID_LIMIT)) return
  throw new AppError('format.not-writable', {
    format: ID,
    reason:
      layout.id === 'S1'
        ? 'S1 has no room for a user id this long: take S2 or S3'
        : 'the user id is not a possible one',
  })
}

/** Port and NUL-filled address; all zero ("use the table") when the text does not fit, for wzgram itself would cut it. */
function addressBytes(dc: DataCenter, test: boolean | null, byteLength: number): { port: number; address: Uint8Array } {
  const address = new Uint8Array(byteLength)
  const stored = endpointOf(dc, test)
  const fitting = stored !== null && stored.address.length > byteLength ? endpointOf(dc, test, 'ipv4') : stored
  if (fitting === null || fitting.address.length > byteLength) return { port: 0, address }
  address.set(new TextEncoder().encode(fitting.address))
  return { port: fitting.port, address }
}
