import { byteReader } from '../../bytes/reader.ts'
import { readTlBytes } from '../../bytes/tl.ts'
import { toHex } from '../../bytes/hex.ts'
import { isPlausibleDcId } from '../../domain/data-centers.ts'
import { isAppError } from '../../domain/errors.ts'
import { authKeyFrom, keyIdOf } from '../../domain/key-id.ts'
import { Secret } from '../../domain/secret.ts'
import type { DcKey } from '../dc-ways.ts'
import type { Stores } from './stores.ts'

/** Upstream: `td/mtproto/AuthKey.h`, `td/telegram/net/AuthDataShared.cpp`. */

interface KeysOfDcs {
  /** By DC, in their order. */
  readonly keys: ReadonlyMap<number, DcKey>
  /** Entries that hold no key of a DC. */
  readonly damaged: readonly string[]
}

const AUTH_KEY = /^auth(\d{1,5})$/

/** An entry `auth<id>` for each DC, and `salt<id>` beside it. */
export function keysOfDcs({ values }: Stores): KeysOfDcs {
  const found: [number, DcKey][] = []
  const damaged: string[] = []
  for (const [name, value] of values) {
    const id = Number(AUTH_KEY.exec(name)?.[1] ?? 0)
    if (id === 0) continue
    const authKey = isPlausibleDcId(id) ? keyFrom(value) : null
    const salt = currentSalt(values.get(`salt${id}`))
    if (authKey === null) damaged.push(name)
    else found.push([id, { authKey, ...(salt && { salt }) }])
  }
  return { keys: new Map(found.toSorted(([a], [b]) => a - b)), damaged }
}

/** i64 key id, i32 flags, TL bytes key, then dates; the id has to fit the key. */
function keyFrom(value: Uint8Array): Secret | null {
  try {
    const reader = byteReader(value)
    const id = reader.bytes(8)
    reader.i32le()
    const key = authKeyFrom(readTlBytes(reader))
    return key !== null && key !== 'damaged' && keyIdOf(key) === toHex(id) ? key : null
  } catch (error) {
    if (isAppError(error)) return null
    throw error
  }
}

/** A count, then salts (i64, valid from and until as f64) with the one in use last, behind those to come. */
function currentSalt(value: Uint8Array | undefined): Secret | null {
  if (value === undefined) return null
  try {
    const reader = byteReader(value)
    const count = reader.u32le()
    if (count === 0 || count * 24 > reader.remaining) return null
    reader.bytes((count - 1) * 24)
    const salt = reader.bytes(8)
    // A salt that was never the server's is a random number with a date before all others.
    const isReal = reader.f64le() > 0 && salt.some((byte) => byte !== 0)
    return isReal ? new Secret(salt) : null
  } catch (error) {
    if (isAppError(error)) return null
    throw error
  }
}
