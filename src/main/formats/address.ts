import { isIpv6, normalizeIp } from '../bytes/ip.ts'
import { dcOfAddress, defaultAddress } from '../domain/data-centers.ts'
import type { DataCenter } from '../domain/session.ts'

export interface Endpoint {
  readonly address: string
  readonly port: number
  /** Why it is not what the session holds, null when it is. */
  readonly change: 'implied' | 'stale' | 'family' | null
}

/**
 * The address to write for a DC. What the session holds is kept unless it is known to belong to another DC (a stale
 * address sends the key to the wrong place), or `family` asks for the other family and the DC is known to have one.
 * @returns null when nothing is stored and none is published (test DC 4, say)
 */
export function endpointOf(
  dc: DataCenter,
  test: boolean | null,
  family: 'ipv4' | 'ipv6' | 'as-stored' = 'as-stored',
): Endpoint | null {
  const stored = dc.address === null ? null : (normalizeIp(dc.address) ?? dc.address)
  const known = stored === null ? null : dcOfAddress(stored)
  const isTest = test ?? known?.test ?? false
  const wished = family === 'as-stored' ? 'ipv4' : family
  if (stored === null) return withChange(defaultAddress(dc.id, isTest, wished), 'implied')
  const stale = known !== null && (known.dcId !== dc.id || known.test !== isTest)
  if (stale) {
    const own = defaultAddress(dc.id, isTest, isIpv6(stored) && family === 'as-stored' ? 'ipv6' : wished)
    if (own) return withChange(own, 'stale')
  }
  const otherFamily = family !== 'as-stored' && isIpv6(stored) !== (family === 'ipv6')
  if (otherFamily && known !== null) {
    const own = defaultAddress(dc.id, isTest, wished)
    if (own) return { address: own.address, port: dc.port ?? own.port, change: 'family' }
  }
  return { address: stored, port: dc.port ?? (isTest ? 80 : 443), change: null }
}

function withChange(endpoint: { address: string; port: number } | null, change: 'implied' | 'stale'): Endpoint | null {
  return endpoint === null ? null : { ...endpoint, change }
}
