import { encodeBase64Url } from '../../bytes/base64.ts'
import { writeTlBoolean, writeTlBytes } from '../../bytes/tl.ts'
import { byteWriter } from '../../bytes/writer.ts'
import { AppError, isAppError } from '../../domain/errors.ts'
import type { Problem } from '../../domain/problem.ts'
import { type DataCenter, emptySession, type Field, homeOf, type Session } from '../../domain/session.ts'
import { endpointOf } from '../address.ts'
import type { Decoded, TextFormat, Variant } from '../format.ts'
import { stringKeyFrom } from '../stored-key.ts'
import { testModeOf } from '../test-mode.ts'
import { requireKey, requirePlace } from '../write-checks.ts'
import { basicDcOption, dataCenterFrom, mediaOf } from './dc-option.ts'
import { MAX_USER_ID, STRING_FLAGS, type StringParts, stringParts, type StringVariant } from './string-parts.ts'

const ID = 'mtcute.string'

const labels: Readonly<Record<StringVariant, string>> = {
  '1': '1 (before 0.1)',
  '2': '2 (0.0.1 to 0.7.0)',
  '3-old': '3 with addresses of version 1 (0.7.1 to 0.18)',
  '3': '3 (0.19 and later)',
}

function variantOf(id: StringVariant): Variant {
  const carries: Field[] = ['dc', 'address', 'test-mode', 'auth-key', 'user-id', 'is-bot']
  return {
    id,
    label: labels[id],
    library: 'mtcute',
    carries: new Set(carries),
    // Without it the account is left out: the library asks Telegram who it is when it starts.
    onlyWith: { 'user-id': 'is-bot' },
    requires: ['auth-key', 'dc', 'address'],
    writable: id === '3' || id === '3-old',
  }
}

/**
 * Upstream: `@mtcute/core` highlevel/utils/string-session; read at 0.2.0, 0.12.2, 0.17.1, 0.29.7, 0.30.3.
 *
 * | part | form (little-endian) |
 * |---|---|
 * | version | u8 |
 * | flags | int: 1 the account follows, 2 test mode (up to 0.18), 4 a media address follows |
 * | addresses | versions 1 and 2: TL dcOption; 3: TL bytes of the library's own form |
 * | account | long user id, TL Bool "is a bot" |
 * | auth key | TL bytes, 256 |
 *
 * Url-safe base64 without padding.
 */
export const mtcuteString: TextFormat = {
  id: ID,
  library: 'mtcute',
  label: 'mtcute string',
  help: 'One line for importSession of mtcute: the key, its data centre with the media address, and the account where it is known whether it is a bot.',
  medium: 'text',
  variants: (['1', '2', '3-old', '3'] as const).map(variantOf),
  defaultVariant: '3',
  detection: 'The version in its first byte, flags, a data centre and a key of 256 bytes that end with the string.',
  detect(text) {
    const parts = wholeParts(text)
    if (parts === null) return null
    const { main, self } = parts
    return {
      certainty: 'exact',
      reason: `version ${parts.variant.slice(0, 1)}, DC ${main.id} at ${main.address}${parts.test ? ' (test)' : ''}${self?.isBot === true ? ', a bot' : ''}`,
      variant: parts.variant,
    }
  },
  decode(text) {
    try {
      return decodedFrom(stringParts(text, ID))
    } catch (error) {
      if (!isAppError(error, 'format.malformed')) throw error
      throw new AppError('format.malformed', { ...error.details, format: ID })
    }
  },
  encode(session, { variant }) {
    if (variant !== '3' && variant !== '3-old') {
      throw new AppError('format.not-writable', { format: ID, reason: 'releases of today refuse this version' })
    }
    return encodeAs(variant, session)
  },
}

function wholeParts(text: string): StringParts | null {
  try {
    return stringParts(text, ID)
  } catch (error) {
    if (isAppError(error)) return null
    throw error
  }
}

function decodedFrom(parts: StringParts): Decoded {
  const problems: Problem[] = []
  const authKey = stringKeyFrom(parts.key, problems, 'nothing can be exported from it')
  if (parts.main.hasSecret || parts.media?.hasSecret === true) {
    problems.push({
      code: 'mtcute.proxy-secret',
      message:
        'An address in the string has a proxy secret behind it, which no other form can hold. It is left out; the key does not depend on it.',
    })
  }
  const dataCenters: DataCenter[] = [dataCenterFrom(parts.main, { home: true, authKey })]
  if (parts.media !== null) dataCenters.push(dataCenterFrom(parts.media, { home: false, authKey: null }))
  return {
    info: {
      formatId: ID,
      variant: parts.variant,
      library: 'mtcute',
      formatVersion: Number(parts.variant.slice(0, 1)),
    },
    problems,
    session: {
      ...emptySession(),
      dataCenters,
      test: parts.test,
      account: parts.self && { ...parts.self, username: null, phone: null },
    },
  }
}

function encodeAs(variant: '3' | '3-old', session: Session): string {
  const home = homeOf(session)
  const authKey = requireKey(home)
  const dc = requirePlace(home, ID)
  const endpoint = endpointOf(dc, session.test)
  if (endpoint === null) throw new AppError('format.missing-field', { format: ID, field: 'address' })
  const test = testModeOf(session)
  const version = variant === '3' ? 2 : 1
  const media = mediaOf(session.dataCenters, dc, endpoint.address)
  const mediaEndpoint = media && endpointOf(media, session.test)
  // Without the bot flag the account is left out: the library asks Telegram who it is when it starts.
  const { account } = session
  const self = account === null || account.isBot === null ? null : { id: account.id, isBot: account.isBot }
  if (self !== null && (self.id < 1n || self.id > MAX_USER_ID)) {
    throw new AppError('format.not-writable', { format: ID, reason: 'the user id is not a possible one' })
  }
  const flags =
    (self === null ? 0 : STRING_FLAGS.self) |
    (test && variant === '3-old' ? STRING_FLAGS.test : 0) |
    (mediaEndpoint === null ? 0 : STRING_FLAGS.media)
  const writer = byteWriter().u8(3).u32le(flags)
  writeTlBytes(writer, basicDcOption({ id: dc.id, endpoint, isMedia: false, test }, version))
  if (mediaEndpoint !== null) {
    writeTlBytes(writer, basicDcOption({ id: dc.id, endpoint: mediaEndpoint, isMedia: true, test }, version))
  }
  if (self !== null) writeTlBoolean(writer.i64le(self.id), self.isBot)
  return writeTlBytes(writer, authKey.open()).text((bytes) => encodeBase64Url(bytes, false))
}
