import { byteReader } from '../../bytes/reader.ts'
import { readTlBytes } from '../../bytes/tl.ts'
import { toHex } from '../../bytes/hex.ts'
import { isPlausibleDcId } from '../../domain/data-centers.ts'
import { isAppError } from '../../domain/errors.ts'
import { authKeyFrom, keyIdOf } from '../../domain/key-id.ts'
import { Secret } from '../../domain/secret.ts'
import type { DataCenter } from '../../domain/session.ts'
import type { Stores } from './stores.ts'

/** Upstream: `td/mtproto/AuthKey.h`, `td/telegram/net/AuthDataShared.cpp`. */

interface KeysOfDcs {
  readonly dataCenters: readonly DataCenter[]
  /** Entries that hold no key of a DC. */
  readonly damaged: readonly string[]
}

const AUTH_KEY = /^auth(\d{1,5})$/

/** A DC for each entry `auth<id>`, the home first and then by number. */
export function dataCentersFrom({ values }: Stores, homeId: number | null): KeysOfDcs {
  const dataCenters: DataCenter[] = []
  const damaged: string[] = []
  for (const [name, value] of values) {
    const id = Number(AUTH_KEY.exec(name)?.[1] ?? 0)
    if (id === 0) continue
    const authKey = isPlausibleDcId(id) ? keyFrom(value) : null
    if (authKey === null) {
      damaged.push(name)
      continue
    }
    const salt = currentSalt(values.get(`salt${id}`))
    dataCenters.push({ id, address: null, port: null, authKey, home: id === homeId, ...(salt && { salt }) })
  }
  return { dataCenters: dataCenters.toSorted((a, b) => Number(b.home) - Number(a.home) || a.id - b.id), damaged }
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
