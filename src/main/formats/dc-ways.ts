import { normalizeIp } from '../bytes/ip.ts'
import { DC_FLAGS, type DataCenter } from '../domain/session.ts'

/** One way to a DC as the server lists them; libraries that keep the list keep the keys elsewhere. */
export interface DcWay {
  readonly id: number
  /** Bits of Telegram's `dcOption`. */
  readonly flags: number
  readonly address: string
  readonly port: number
}

/** What is kept of a DC itself. */
export type DcKey = Pick<DataCenter, 'authKey' | 'salt'>

/** Ids from here on are special connections of a DC (id mod 10000). */
const SHIFT = 10_000

/**
 * Listed ways in their order, with each DC's key at the one that a plain connection takes first; then keys of DCs without
 * one (the home before all). Ways that lead nowhere are left out.
 */
export function dataCentersOf(
  homeId: number | null,
  keys: ReadonlyMap<number, DcKey>,
  ways: readonly DcWay[],
): readonly DataCenter[] {
  const usable = ways.filter(({ id, port }) => id > 0 && id < SHIFT && port > 0 && port <= 0xffff)
  const ids = new Set(homeId === null ? keys.keys() : [homeId, ...keys.keys()])
  const carriers = new Map([...ids].map((id) => [id, carrierOf(id, usable)]))
  const listed = usable.map((way): DataCenter => {
    const carries = carriers.get(way.id) === way
    return {
      id: way.id,
      address: normalizeIp(way.address) ?? way.address,
      port: way.port,
      ...(carries ? keyOf(keys, way.id) : { authKey: null }),
      home: carries && way.id === homeId,
      flags: way.flags,
    }
  })
  const unlisted = [...carriers]
    .filter(([, way]) => way === null)
    .map(([id]): DataCenter => ({ id, address: null, port: null, ...keyOf(keys, id), home: id === homeId }))
  return [...unlisted.filter((dc) => dc.home), ...listed, ...unlisted.filter((dc) => !dc.home)]
}

function keyOf(keys: ReadonlyMap<number, DcKey>, id: number): DcKey {
  return keys.get(id) ?? { authKey: null }
}

/** Not for media or CDN alone, IPv4 before IPv6. */
function carrierOf(id: number, ways: readonly DcWay[]): DcWay | null {
  const special = DC_FLAGS.media | DC_FLAGS.cdn | DC_FLAGS.obfuscatedOnly
  const rank = ({ flags }: DcWay): number => ((flags & special) === 0 ? 0 : 2) + ((flags & DC_FLAGS.ipv6) === 0 ? 0 : 1)
  const own = ways.filter((way) => way.id === id)
  return own.toSorted((a, b) => rank(a) - rank(b))[0] ?? null
}
