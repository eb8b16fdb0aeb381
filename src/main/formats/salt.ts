import { byteReader } from '../bytes/reader.ts'
import { byteWriter } from '../bytes/writer.ts'
import { Secret } from '../domain/secret.ts'
import type { DataCenter } from '../domain/session.ts'

/** A server salt stored as a signed 64-bit number, for spreading into a {@link DataCenter}; 0 is none. */
export function saltOf(value: bigint | null): Pick<DataCenter, 'salt'> {
  if (value === null || value === 0n) return {}
  return { salt: new Secret(byteWriter().i64le(BigInt.asIntN(64, value)).done()) }
}

/** The salt as a signed 64-bit number; 0 for none. */
export function saltNumber(dc: Pick<DataCenter, 'salt'>): bigint {
  return dc.salt === undefined ? 0n : byteReader(dc.salt.open()).i64le()
}
