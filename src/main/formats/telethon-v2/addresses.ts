import { isIpv6, normalizeIp, parseIp } from '../../bytes/ip.ts'
import { dcOfAddress } from '../../domain/data-centers.ts'
import type { Problem } from '../../domain/problem.ts'
import type { DataCenter } from '../../domain/session.ts'
import { storedKeyFrom } from '../stored-key.ts'

export interface StoredEndpoint {
  readonly address: string
  readonly port: number | null
}

/** `address:port` without brackets, whatever the family: the port stands behind the last colon. */
export function parseEndpoint(text: string | null): StoredEndpoint | null {
  if (text === null) return null
  const match = /^(.+):(\d{1,5})$/.exec(text.trim())
  const address = match?.[1] === undefined ? null : (normalizeIp(match[1]) ?? hostName(match[1]))
  const port = Number(match?.[2])
  if (address !== null && port >= 1 && port <= 65_535) return { address, port }
  const alone = normalizeIp(text) ?? hostName(text)
  return alone === null ? null : { address: alone, port: null }
}

function hostName(text: string): string | null {
  return /^[A-Za-z0-9.-]+$/.test(text) ? text : null
}

/** The spelling the server's configuration has, which the library keeps: eight groups of four digits. */
export function printEndpoint(address: string, port: number): string {
  const bytes = isIpv6(address) ? parseIp(address) : null
  if (bytes === null) return `${address}:${port}`
  const digits = Buffer.from(bytes).toString('hex').match(/.{4}/g) ?? []
  return `${digits.join(':')}:${port}`
}

/** A row of `datacenter`: the ways to one DC, and its key. */
export interface StoredDataCenter {
  readonly id: number
  readonly endpoints: readonly StoredEndpoint[]
  readonly auth: Uint8Array | null
}

/** The key stands at the first way to each DC. `homeId` null: the file does not tell. */
export function dataCentersFrom(
  stored: readonly StoredDataCenter[],
  homeId: number | null,
  problems: Problem[],
): readonly DataCenter[] {
  return stored.flatMap(({ id, endpoints, auth }) => {
    const authKey = storedKeyFrom(auth, problems, { dcId: id })
    const owner = endpoints.map(({ address }) => dcOfAddress(address)).find((known) => known !== null)
    if (owner !== undefined && owner !== null && owner.dcId !== id && authKey !== null) {
      problems.push({
        code: 'telethon.dc-mismatch',
        message: `The file gives DC ${id} an address that belongs to DC ${owner.dcId}. An export writes the address of DC ${id}.`,
      })
    }
    const ways: readonly (StoredEndpoint | null)[] = endpoints.length === 0 ? [null] : endpoints
    return ways.map((way, index) => ({
      id,
      address: way?.address ?? null,
      port: way?.port ?? null,
      authKey: index === 0 ? authKey : null,
      home: id === homeId && index === 0,
    }))
  })
}
