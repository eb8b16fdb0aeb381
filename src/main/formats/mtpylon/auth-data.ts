import { hash } from 'node:crypto'
import { fromHex, toHex } from '../../bytes/hex.ts'
import { AppError } from '../../domain/errors.ts'
import { authKeyFrom, keyIdOf } from '../../domain/key-id.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Secret } from '../../domain/secret.ts'
import { homeOf } from '../../domain/session.ts'
import type { FileFormat } from '../format.ts'
import { requireKey } from '../write-checks.ts'
import { foreignSession, idProblem, paddedKey } from './key.ts'

const ID = 'zagram.authdata'
/** Three arrays of numbers, 272 in all, however they are spaced. */
const MAX_BYTE_LENGTH = 64 * 1024
const KEY_ID_BYTE_LENGTH = 8
const SALT_BYTE_LENGTH = 8

interface AuthData {
  readonly authKey: Uint8Array
  readonly authKeyId: Uint8Array
  readonly serverSalt: Uint8Array
}

/** The three values as JSON has them, null for anything else. */
function valuesOf(bytes: Uint8Array): Readonly<Record<keyof AuthData, unknown>> | null {
  if (bytes.byteLength > MAX_BYTE_LENGTH) return null
  // Quick: most files are no JSON.
  const first = bytes.find((byte) => byte > 0x20 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf)
  if (first !== 0x7b) return null
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>
    const { authKey, authKeyId, serverSalt } = value
    return authKey === undefined || authKeyId === undefined || serverSalt === undefined
      ? null
      : { authKey, authKeyId, serverSalt }
  } catch {
    return null
  }
}

/** An array of byte numbers, or the object that a typed array becomes in JSON; null for anything else. */
function byteArray(value: unknown): Uint8Array | null {
  if (typeof value !== 'object' || value === null) return null
  const entries = Object.entries(value)
  const isRow = entries.every(([key], index) => key === String(index))
  const isBytes = entries.every(([, byte]) => Number.isInteger(byte) && byte >= 0 && byte <= 255)
  return isRow && isBytes ? Uint8Array.from(entries.map(([, byte]) => byte as number)) : null
}

function keyOf({ authKey, authKeyId }: AuthData, problems: Problem[]): Secret | null {
  const padded = paddedKey(authKey)
  const key = padded === null ? 'damaged' : authKeyFrom(padded)
  if (key === 'damaged') {
    throw new AppError('format.malformed', { format: ID, reason: `its key has ${authKey.byteLength} bytes, not 256` })
  }
  if (key === null) {
    problems.push({ code: 'session.no-key', message: 'The key is nothing but zeros: nobody is logged in with it.' })
    return null
  }
  const stored = toHex(authKeyId)
  // The client computes the id from what it keeps, the server from all 256 bytes.
  const isOfShort = authKey.byteLength < 256 && stored === hash('sha1', authKey, 'hex').slice(24, 40)
  if (isOfShort) {
    problems.push({
      code: 'mtpylon.short-key',
      message: `The key begins with a zero byte, which zagram drops: it calls the key ${stored}, the server ${keyIdOf(key)}, and they do not find each other. Log in again in the page.`,
    })
    return key
  }
  const problem = idProblem(stored, key)
  if (problem !== null) problems.push(problem)
  return key
}

/**
 * Upstream: zagram 0.0.2, the client of mtpylon; read at 0ee4c04. It keeps one value in localStorage under `authData`.
 *
 * | member | content |
 * |---|---|
 * | authKey | array of byte numbers, without the zeros it begins with |
 * | authKeyId | 8 byte numbers |
 * | serverSalt | 8 byte numbers |
 */
export const zagramAuthData: FileFormat = {
  id: ID,
  library: 'zagram',
  label: 'zagram authData',
  help: 'What zagram, the client of mtpylon servers, keeps in a page’s localStorage under “authData”. It is for the server of that page alone, never for Telegram.',
  medium: 'file',
  extension: '.json',
  server: 'mtpylon',
  detection: 'JSON with `authKey`, `authKeyId` and `serverSalt`.',
  variants: [
    {
      id: '1',
      label: '1 (0.0.2)',
      library: 'zagram',
      carries: new Set(['auth-key', 'salts']),
      requires: ['auth-key'],
      writable: true,
    },
  ],
  defaultVariant: '1',
  detect(bytes) {
    return valuesOf(bytes) === null
      ? null
      : { certainty: 'exact', reason: 'JSON with authKey, authKeyId and serverSalt', variant: '1' }
  },
  async decode(bytes) {
    const values = valuesOf(bytes)
    const authKey = byteArray(values?.authKey)
    const authKeyId = byteArray(values?.authKeyId)
    const serverSalt = byteArray(values?.serverSalt)
    if (authKey === null || authKeyId === null || serverSalt === null) {
      throw new AppError('format.malformed', {
        format: ID,
        reason: 'it is not JSON with the bytes of authKey, authKeyId and serverSalt',
      })
    }
    if (authKeyId.byteLength !== KEY_ID_BYTE_LENGTH || serverSalt.byteLength !== SALT_BYTE_LENGTH) {
      throw new AppError('format.malformed', { format: ID, reason: 'its key id or its salt does not have 8 bytes' })
    }
    const problems: Problem[] = []
    const key = keyOf({ authKey, authKeyId, serverSalt }, problems)
    const hasSalt = serverSalt.some((byte) => byte !== 0)
    return {
      info: { formatId: ID, variant: '1', library: 'zagram', formatVersion: null },
      problems,
      session: foreignSession(key, hasSalt ? serverSalt : null),
    }
  },
  async encode(session) {
    const home = homeOf(session)
    const key = requireKey(home)
    const bytes = key.open()
    const start = bytes.findIndex((byte) => byte !== 0)
    const value = {
      authKey: [...bytes.subarray(start)],
      authKeyId: [...(fromHex(keyIdOf(key)) ?? [])],
      // A server that does not know a salt sends its own.
      serverSalt: [...(home?.salt?.open() ?? new Uint8Array(SALT_BYTE_LENGTH))],
    }
    return new TextEncoder().encode(JSON.stringify(value))
  },
}
