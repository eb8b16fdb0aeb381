import { encodeBase64 } from '../../bytes/base64.ts'
import { fromHex } from '../../bytes/hex.ts'
import { isJsonObject, type JsonObject, parseJson, printJson } from '../../bytes/json.ts'
import { byteReader } from '../../bytes/reader.ts'
import { byteWriter } from '../../bytes/writer.ts'
import { AppError } from '../../domain/errors.ts'
import { keyIdOf } from '../../domain/key-id.ts'
import type { Problem } from '../../domain/problem.ts'
import { emptySession, type Field, homeOf, type Session } from '../../domain/session.ts'
import type { Decoded, FileFormat, Unlock, Variant, WriteOption } from '../format.ts'
import { bytesMember, numberMember, textMember } from '../json-members.ts'
import { saltNumber, saltOf } from '../salt.ts'
import { requireKey, requirePlace } from '../write-checks.ts'
import { flagOf, ipv6Option } from '../write-options.ts'
import { DEFAULT_KEY, type Generation, generationOf, open, seal } from './cipher.ts'
import { keyFrom } from './key.ts'
import { hostnameFor, placeFrom } from './places.ts'

const ID = 'gogram.file'
const MAX_INT32 = 2 ** 31 - 1
const NAMES = ['key', 'hash', 'salt', 'hostname', 'app_id']
const carries: ReadonlySet<Field> = new Set(['dc', 'address', 'test-mode', 'auth-key', 'salts', 'api-id'])

const keyOption: WriteOption = {
  name: 'file-key',
  label: 'Key of the file',
  help: 'The SessionAESKey of your program, any text. Without one the file is written with gogram’s built-in key, which anybody can open.',
  kind: 'secret',
}

function variant(id: Generation, label: string): Variant {
  return {
    id,
    label,
    library: 'gogram',
    carries,
    requires: ['auth-key', 'dc', 'address'],
    writable: id === '2',
  }
}

/** Never throws: null for anything that is no JSON object of the library. */
function membersOf(plain: Uint8Array | null): JsonObject | null {
  if (plain === null) return null
  try {
    const value = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(plain))
    return isJsonObject(value) && 'key' in value && 'hostname' in value ? value : null
  } catch {
    return null
  }
}

/** @throws AppError format.malformed, passcode.required, passcode.wrong */
function opened(bytes: Uint8Array, unlock: Unlock): { readonly generation: Generation; readonly members: JsonObject } {
  const generation = generationOf(bytes)
  if (generation === null) {
    throw new AppError('format.malformed', { format: ID, reason: 'its length is not that of a whole gogram file' })
  }
  const plain = membersOf(open(bytes, generation, DEFAULT_KEY))
  if (plain !== null) return { generation, members: plain }
  if (unlock.passcode === null) throw new AppError('passcode.required', {})
  const members = membersOf(open(bytes, generation, unlock.passcode.openText()))
  if (members === null) throw new AppError('passcode.wrong', {})
  return { generation, members }
}

function decodedFrom(generation: Generation, members: JsonObject): Decoded {
  const problems: Problem[] = []
  const place = placeFrom(textMember(members, 'hostname') ?? '', null, problems)
  const authKey = keyFrom(bytesMember(members, 'key'), bytesMember(members, 'hash'), problems)
  const salt = bytesMember(members, 'salt')
  if (salt !== null && salt.byteLength !== 8) {
    problems.push({
      code: 'gogram.damaged-salt',
      message: `The salt in the file has ${salt.byteLength} bytes instead of 8, and gogram stops at it. An export writes a file without salt, which gogram opens: Telegram sends it a new one.`,
    })
  }
  const apiId = numberMember(members, 'app_id', -MAX_INT32, MAX_INT32) ?? 0
  const unknownCount = Object.keys(members).filter((name) => !NAMES.includes(name)).length
  if (unknownCount > 0) {
    problems.push({
      code: 'gogram.left-out',
      message: `The file holds ${unknownCount} values that the app does not know, perhaps of a newer gogram. They are left out of an export: keep the file.`,
    })
  }
  return {
    info: { formatId: ID, variant: generation, library: 'gogram', formatVersion: Number(generation) },
    problems,
    session: {
      ...emptySession(),
      test: place.test,
      apiId: apiId > 0 ? apiId : null,
      dataCenters: [
        {
          id: place.id,
          address: place.address,
          port: place.port,
          authKey,
          home: true,
          ...saltOf(salt?.byteLength === 8 ? byteReader(salt).i64le() : null),
        },
      ],
    },
  }
}

/**
 * Upstream: `AmarnathCJD/gogram`, `internal/session/file.go`, `internal/aes_ige/aes_common.go`; read at 279dddc
 * (2026-06-24).
 *
 * | version | bytes |
 * |---|---|
 * | 0 | AES-CBC with the key text as key, its first 16 bytes as IV |
 * | 1 | `A3 5C 01 00`, IV, AES-CBC with the key text as key |
 * | 2 | `A3 5C 02 00`, IV, AES-256-CBC, HMAC-SHA256 of all before; keys derived from the text by SHA-256 |
 *
 * Inside is one JSON object: `key`, `hash` (key id) and `salt` (8 bytes little-endian) in base64, `hostname`
 * (`ip:port`), `app_id`. There is no DC: the library looks it up by the address.
 */
export const gogramFile: FileFormat = {
  id: ID,
  library: 'gogram',
  label: 'gogram file',
  help: 'The file (session.dat) that gogram for Go keeps a session in, encrypted with the key of the program. Without one gogram uses a built-in key, and the app opens the file by itself.',
  medium: 'file',
  extension: '.dat',
  variants: [
    variant('0', '0 (before May 2026)'),
    variant('1', '1 (May and June 2026)'),
    variant('2', '2 (June 2026 and later)'),
  ],
  defaultVariant: '2',
  options: [keyOption, ipv6Option],
  passcode: {
    label: 'Key of the file',
    help: 'The SessionAESKey that the program gives to gogram; it stands in its source or settings.',
  },
  detection: 'The first four bytes, or a text that the built-in key opens.',
  detect(bytes) {
    const generation = generationOf(bytes)
    // Without a header only what the built-in key opens can be told from noise; a session is never that long.
    if (generation === null || (generation === '0' && bytes.byteLength > 4096)) return null
    const isOpen = membersOf(open(bytes, generation, DEFAULT_KEY)) !== null
    if (generation === '0' && !isOpen) return null
    return {
      certainty: 'exact',
      reason: `gogram file, version ${generation}, ${isOpen ? 'under the built-in key' : 'locked with a key of its own'}`,
      variant: generation,
    }
  },
  async decode(bytes, unlock) {
    const { generation, members } = opened(bytes, unlock)
    return decodedFrom(generation, members)
  },
  async encode(session, options) {
    const plain = new TextEncoder().encode(printJson(membersFor(session, flagOf(options, 'ipv6'))))
    return seal(plain, options.options.get(keyOption.name) || DEFAULT_KEY)
  },
}

function membersFor(session: Session, isIpv6: boolean): JsonObject {
  const home = homeOf(session)
  const authKey = requireKey(home)
  const dc = requirePlace(home, ID)
  return {
    key: encodeBase64(authKey.open()),
    hash: encodeBase64(fromHex(keyIdOf(authKey)) ?? new Uint8Array()),
    salt: encodeBase64(byteWriter().i64le(saltNumber(dc)).done()),
    hostname: hostnameFor(session, dc, isIpv6, ID),
    app_id: session.apiId ?? 0,
  }
}
