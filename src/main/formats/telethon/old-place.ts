import { normalizeIp } from '../../bytes/ip.ts'
import { dcOfAddress } from '../../domain/data-centers.ts'
import type { Problem } from '../../domain/problem.ts'
import type { DataCenter } from '../../domain/session.ts'
import { saltOf } from '../salt.ts'
import { storedKeyFrom } from '../stored-key.ts'

/** What files before SQLite (JSON, pickle) keep of the one data centre they know. */
export interface OldPlace {
  readonly address: string | null
  readonly port: number | null
  /** Null for none. */
  readonly key: Uint8Array | null
  /** Unsigned up to 0.15.5, signed later; 0 for none. */
  readonly salt: bigint
  readonly timeOffset: number | null
}

/** The home of a file that stores no DC id: the address tells it. */
export function oldDataCenter(
  place: OldPlace,
  problems: Problem[],
): { readonly dataCenter: DataCenter; readonly test: boolean | null } {
  const address = place.address === null ? null : (normalizeIp(place.address) ?? place.address.trim())
  const known = address === null ? null : dcOfAddress(address)
  const authKey = storedKeyFrom(place.key, problems)
  if (authKey === null) {
    problems.push({
      code: 'session.no-key',
      message: 'The file holds no login: it was saved before any. Nothing can be exported from it.',
    })
  } else if (known === null) {
    problems.push({
      code: 'telethon.dc-unknown',
      message:
        'Files this old name no DC, and the address in this one is not a known one. Give the DC when you export the session.',
    })
  }
  return {
    test: known?.test ?? null,
    dataCenter: {
      id: known?.dcId ?? 0,
      address,
      port: place.port,
      authKey,
      home: true,
      ...saltOf(BigInt.asIntN(64, place.salt)),
      ...(place.timeOffset === null || place.timeOffset === 0 ? {} : { timeOffset: place.timeOffset }),
    },
  }
}
