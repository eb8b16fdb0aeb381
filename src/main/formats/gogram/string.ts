import { encodeBase64, encodeBase64Url } from '../../bytes/base64.ts'
import { fromHex, toHex } from '../../bytes/hex.ts'
import { printJson } from '../../bytes/json.ts'
import { AppError } from '../../domain/errors.ts'
import { authKeyFrom, keyIdOf } from '../../domain/key-id.ts'
import type { Problem } from '../../domain/problem.ts'
import { emptySession, type Field, homeOf } from '../../domain/session.ts'
import type { Decoded, TextFormat, Variant } from '../format.ts'
import { requireKey, requirePlace } from '../write-checks.ts'
import { flagOf, ipv6Option } from '../write-options.ts'
import { keyFrom } from './key.ts'
import { hostnameFor, placeFrom } from './places.ts'
import { JSON_PREFIX, partsOf, type StringParts, type StringVariant } from './string-layouts.ts'

const ID = 'gogram.string'
const carries: ReadonlySet<Field> = new Set(['dc', 'address', 'test-mode', 'auth-key', 'api-id'])

function variant(id: StringVariant, label: string): Variant {
  return { id, label, library: 'gogram', carries, requires: ['auth-key', 'dc', 'address'], writable: id === 'E' }
}

function hasOwnKeyId({ key, keyId }: StringParts): boolean {
  const authKey = authKeyFrom(key)
  return authKey !== null && authKey !== 'damaged' && keyId !== null && keyIdOf(authKey) === toHex(keyId)
}

function decodedFrom(parts: StringParts): Decoded {
  const problems: Problem[] = []
  const place = placeFrom(parts.hostname, parts.dcId, problems)
  const authKey = keyFrom(parts.key, parts.keyId, problems)
  if (parts.unknownCount > 0) {
    problems.push({
      code: 'gogram.left-out',
      message: `The string holds ${parts.unknownCount} values that the app does not know, perhaps of a newer gogram. They are left out of an export: keep the string.`,
    })
  }
  return {
    info: {
      formatId: ID,
      variant: parts.variant,
      library: 'gogram',
      formatVersion: parts.variant === 'E' ? '1BvE' : '1BvX',
    },
    problems,
    session: {
      ...emptySession(),
      test: place.test,
      apiId: parts.apiId > 0 ? parts.apiId : null,
      dataCenters: [{ id: place.id, address: place.address, port: place.port, authKey, home: true }],
    },
  }
}

/**
 * Upstream: `AmarnathCJD/gogram`, `internal/session/string.go`; read at 279dddc (2026-06-24) and back to 2023.
 *
 * | begins | body, base64url without padding |
 * |---|---|
 * | `1BvE` | JSON: `key` and `hash` (key id) in base64, `dc_id`, `ip_addr` (`ip:port`), `app_id`; empty ones left out |
 * | `1BvX` | key, key id, `ip:port`, DC, api id with `:_:` or `::` between them |
 * | `1BvX` before October 2025 | with `::`; DC and api id are one character each |
 */
export const gogramString: TextFormat = {
  id: ID,
  library: 'gogram',
  label: 'gogram string',
  help: 'One line for the StringSession of gogram (Go): the key, where it is used and the API id. It has no padding and begins with “1Bv”.',
  medium: 'text',
  variants: [
    variant('E', '1BvE (December 2025 and later)'),
    variant('X', '1BvX with “:_:” (October to December 2025)'),
    variant('X2', '1BvX with “::” and numbers'),
    variant('X1', '1BvX with “::” and characters (before October 2025)'),
  ],
  defaultVariant: 'E',
  options: [ipv6Option],
  detection: 'Its first four characters (“1BvE” or “1BvX”) and whether the parts behind them fit.',
  detect(text) {
    const parts = partsOf(text)
    if (parts === null) return null
    return {
      // JSON with these members is nothing else; of the older ones the key id under the key makes sure.
      certainty:
        parts.variant === 'E'
          ? parts.key === null
            ? 'plausible'
            : 'exact'
          : hasOwnKeyId(parts)
            ? 'exact'
            : 'plausible',
      reason: `gogram string “${text.slice(0, 4)}”, DC ${parts.dcId}`,
      variant: parts.variant,
    }
  },
  decode(text) {
    const parts = partsOf(text)
    if (parts !== null) return decodedFrom(parts)
    if (/^1Bv?q?/.test(text) && !/^1Bv[EX]/.test(text)) {
      throw new AppError('format.unsupported-version', {
        format: ID,
        found: 'a string of 2023 or earlier',
        known: '1BvE and 1BvX',
      })
    }
    throw new AppError('format.malformed', {
      format: ID,
      reason: 'it does not begin as a gogram string, or part of it is missing',
    })
  },
  encode(session, options) {
    const home = homeOf(session)
    const authKey = requireKey(home)
    const dc = requirePlace(home, ID)
    const json = printJson({
      key: encodeBase64(authKey.open()),
      hash: encodeBase64(fromHex(keyIdOf(authKey)) ?? new Uint8Array()),
      dc_id: dc.id,
      ip_addr: hostnameFor(session, dc, flagOf(options, 'ipv6'), ID),
      ...(session.apiId === null ? {} : { app_id: session.apiId }),
    })
    return JSON_PREFIX + encodeBase64Url(new TextEncoder().encode(json), false)
  },
}
