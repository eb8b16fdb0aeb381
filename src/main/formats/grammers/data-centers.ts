import { normalizeIp, parseIp } from '../../bytes/ip.ts'
import { dcOfAddress, defaultAddress, isPlausibleDcId } from '../../domain/data-centers.ts'
import { AppError } from '../../domain/errors.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Secret } from '../../domain/secret.ts'
import type { DataCenter, Session } from '../../domain/session.ts'
import { endpointOf } from '../address.ts'
import { testModeOf } from '../test-mode.ts'

/** What one entry of a file says of a data centre: one key, up to two addresses. */
export interface DcEntry {
  readonly id: number
  readonly ipv4: Endpoint | null
  readonly ipv6: Endpoint | null
  readonly authKey: Secret | null
}

export interface Endpoint {
  readonly address: string
  readonly port: number
}

/** An entry in the neutral form: an IPv6 address beside IPv4 is a second way to the same DC, with the same key. */
export function dataCentersOf(entries: readonly DcEntry[], homeId: number | null): DataCenter[] {
  let isHomeTaken = false
  return entries.flatMap(({ id, ipv4, ipv6, authKey }): DataCenter[] => {
    const home = id === homeId && !isHomeTaken
    isHomeTaken ||= home
    const first = ipv4 ?? ipv6
    const dc = { id, address: first?.address ?? null, port: first?.port ?? null, authKey, home }
    return ipv4 === null || ipv6 === null ? [dc] : [dc, { id, ...ipv6, authKey, home: false }]
  })
}

/**
 * The data centres to write, each once, in the order of their first mention.
 * @throws AppError format.missing-field where no address is known for one with a key
 */
export function entriesOf(session: Session, format: string): DcEntry[] {
  const test = testModeOf(session)
  const byId = Map.groupBy(session.dataCenters, (dc) => dc.id)
  return [...byId].flatMap(([id, ways]): DcEntry[] => {
    const authKey = ways.find((dc) => dc.authKey !== null)?.authKey ?? null
    const endpoints = ways.flatMap((dc) => {
      const endpoint = endpointOf(dc, test)
      const address = endpoint === null ? null : normalizeIp(endpoint.address)
      return endpoint === null || address === null ? [] : [{ address, port: endpoint.port }]
    })
    const ipv4 = endpoints.find(({ address }) => !address.includes(':')) ?? null
    const ipv6 = endpoints.find(({ address }) => address.includes(':')) ?? null
    // A host name cannot be written: the address of the same data centre is.
    const known = ipv4 === null && ipv6 === null ? defaultAddress(id, test) : null
    if (ipv4 === null && ipv6 === null && known === null) {
      if (authKey === null) return []
      throw new AppError('format.missing-field', { format, field: 'address' })
    }
    return [{ id, ipv4: ipv4 ?? known, ipv6, authKey }]
  })
}

/** The IPv4 endpoint of an entry, which some layouts cannot do without. @throws AppError format.missing-field */
export function requireIpv4(entry: DcEntry, test: boolean, format: string): Endpoint {
  const ipv4 = entry.ipv4 ?? defaultAddress(entry.id, test)
  if (ipv4 === null) throw new AppError('format.missing-field', { format, field: 'address' })
  return ipv4
}

/** 4 or 16 bytes of an address that {@link entriesOf} gave. */
export function addressBytes(address: string): Uint8Array {
  const bytes = parseIp(address)
  if (bytes === null) throw new AppError('format.malformed', { reason: 'an address is none' })
  return bytes
}

/** Whether the session lives on the test servers, as far as the address of its home tells. */
export function testOf(dataCenters: readonly DataCenter[]): boolean | null {
  const home = dataCenters.find((dc) => dc.home) ?? dataCenters.find((dc) => dc.authKey !== null)
  return home?.address == null ? null : (dcOfAddress(home.address)?.test ?? null)
}

/** What is odd about the list as a whole. */
export function listProblems(dataCenters: readonly DataCenter[], problems: Problem[]): void {
  const home = dataCenters.find((dc) => dc.home)
  const hasKey = dataCenters.some((dc) => dc.authKey !== null)
  if (!hasKey) {
    problems.push({
      code: 'session.no-key',
      message:
        'The file holds no key: a client made it but never logged in, or logged out. Nothing can be exported from it.',
    })
  } else if (home !== undefined && home.authKey === null) {
    problems.push({
      code: 'session.no-key',
      message: `The file holds no key of DC ${home.id}, where the account lives, only those of others. Log in again.`,
    })
  }
  for (const dc of dataCenters) {
    const owner = dc.address === null ? null : dcOfAddress(dc.address)
    if (owner !== null && owner.dcId !== dc.id) {
      problems.push({
        code: 'grammers.dc-mismatch',
        message: `The file gives DC ${dc.id} an address that belongs to DC ${owner.dcId}. An export writes the address of DC ${dc.id} instead.`,
      })
    } else if (!isPlausibleDcId(dc.id)) {
      problems.push({
        code: 'grammers.dc-unknown',
        message: `The file lists DC ${dc.id}, which Telegram does not have. Check what was read before you rely on it.`,
      })
    }
  }
}
