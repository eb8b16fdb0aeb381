import { isJsonObject, type JsonObject, parseJson, printJson } from '../../bytes/json.ts'
import { AppError } from '../../domain/errors.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Field } from '../../domain/session.ts'
import type { FileFormat, Unlock, Variant, WriteOption } from '../format.ts'
import { blockOf, fileOf, isBlockLength, looksEncrypted, open, seal, sessionKeyFrom } from './block.ts'
import { sessionFrom } from './read.ts'
import { membersFor } from './write.ts'

const ID = 'wtelegram.session'

const carries: ReadonlySet<Field> = new Set([
  'dc',
  'address',
  'test-mode',
  'dc-flags',
  'auth-key',
  'salts',
  'user-id',
  'api-id',
  'other-data-centers',
  'other-keys',
])

const keyOption: WriteOption = {
  name: 'session-key',
  label: 'API hash or session key',
  help: 'The api_hash of your program (32 hexadecimal digits), or its session_key where it has one. The file is encrypted with it: the program opens it only with the same.',
  kind: 'secret',
}

function variant(id: 'file' | 'block', label: string): Variant {
  return {
    id,
    label,
    library: 'wtelegramclient',
    carries,
    requires: ['auth-key', 'dc', 'address', 'user-id'],
    // Nothing tells a block alone from noise, so no such file is made.
    writable: id === 'file',
  }
}

interface Opened {
  readonly variant: 'file' | 'block'
  readonly json: Uint8Array
}

/** @throws AppError format.malformed, passcode.required, passcode.wrong */
function opened(bytes: Uint8Array, { passcode }: Unlock): Opened {
  const block = blockOf(bytes)
  if (block === null && !isBlockLength(bytes.byteLength)) {
    throw new AppError('format.malformed', {
      format: ID,
      reason: 'its first bytes do not point to a session inside it, or part of it is missing',
    })
  }
  if (passcode === null) throw new AppError('passcode.required', {})
  const key = sessionKeyFrom(passcode.openText())
  if (key === null) throw new AppError('passcode.wrong', {})
  const inFile = block === null ? null : open(block, key)
  if (inFile !== null) return { variant: 'file', json: inFile }
  // A block alone is what programs get that keep the session in a place of their own.
  const alone = isBlockLength(bytes.byteLength) ? open(bytes, key) : null
  if (alone !== null) return { variant: 'block', json: alone }
  throw new AppError('passcode.wrong', {})
}

/** @throws AppError format.malformed */
function membersOf(json: Uint8Array): JsonObject {
  // Its hash was right, so bytes that are no UTF-8 were written so.
  const value = parseJson(new TextDecoder('utf-8').decode(json))
  if (isJsonObject(value)) return value
  throw new AppError('format.malformed', { format: ID, reason: 'there is no session in it' })
}

/**
 * Upstream: `wiz0u/WTelegramClient`, `src/Session.cs`; read at 3f1a4ea (2026-06-28).
 *
 * | part | kept in it |
 * |---|---|
 * | header | position and length of the current block, 4 bytes each, little-endian |
 * | block | IV (16 bytes), AES-CBC of: SHA-256 of the JSON, the JSON |
 *
 * The key is `session_key`, or `api_hash` where the program sets none. Superseded blocks stay in the file. JSON:
 * `ApiId`, `UserId`, `MainDC`, `DCSessions` by DC number (negative: media alone) with `AuthKey`, `Salt`, `DataCenter`,
 * and the address list `DcOptions`; 64-bit numbers, what is 0 is left out.
 */
export const wtelegramSession: FileFormat = {
  id: ID,
  library: 'wtelegramclient',
  label: 'WTelegramClient session',
  help: 'The file that WTelegramClient for .NET keeps a login in, encrypted with the API hash of the program: keys of several DCs, their salts and the addresses of all servers. Salts that are not valid yet or no longer are not carried; the library asks for new ones.',
  medium: 'file',
  extension: '.session',
  variants: [variant('file', 'file'), variant('block', 'block alone (custom store)')],
  defaultVariant: 'file',
  options: [keyOption],
  passcode: {
    label: 'API hash or session key',
    help: 'The api_hash of the program that made the file (32 hexadecimal digits, from my.telegram.org), or its session_key where it sets one.',
  },
  detection: 'The first eight bytes, which point to a block in the file; sure only with the key.',
  detect(bytes) {
    const block = blockOf(bytes)
    if (block === null || !looksEncrypted(block)) return null
    return {
      certainty: 'plausible',
      reason: `it points to an encrypted block of ${block.byteLength} bytes inside it, as WTelegramClient does`,
      variant: 'file',
    }
  },
  async decode(bytes, unlock) {
    const { variant: id, json } = opened(bytes, unlock)
    const problems: Problem[] = []
    const session = sessionFrom(membersOf(json), problems)
    return { info: { formatId: ID, variant: id, library: 'wtelegramclient', formatVersion: null }, problems, session }
  },
  async encode(session, options) {
    const members = membersFor(session, ID)
    const key = sessionKeyFrom(options.options.get(keyOption.name) ?? '')
    if (key === null) {
      throw new AppError('request.invalid', {
        field: keyOption.name,
        reason: 'the API hash (32 hexadecimal digits) or session key is needed to encrypt the file',
      })
    }
    const block = seal(new TextEncoder().encode(printJson(members)), key)
    return fileOf(block)
  },
}
