import { normalizeIp } from '../../bytes/ip.ts'
import { dcOfAddress, isPlausibleDcId } from '../../domain/data-centers.ts'
import { AppError } from '../../domain/errors.ts'
import type { Problem } from '../../domain/problem.ts'
import type { DataCenter, Session } from '../../domain/session.ts'
import { endpointOf } from '../address.ts'

/** Hosts of the web apps; a `-1` before the first dot serves downloads. All of them are production. */
const WEB_HOSTS = ['pluto', 'venus', 'aurora', 'vesta', 'flora']

/** Where a known address or web host belongs. `test` is null where the address does not tell. */
function ownerOf(address: string): { dcId: number; test: boolean | null } | null {
  const known = dcOfAddress(normalizeIp(address) ?? address)
  if (known !== null) return known
  const host = /^([a-z]+)(?:-1)?\.web\.telegram\.org$/.exec(address.toLowerCase())?.[1] ?? ''
  const index = WEB_HOSTS.indexOf(host)
  return index < 0 ? null : { dcId: index + 1, test: null }
}

/** An IP literal or a host name: the library connects to whatever stands there. */
export function isPlausibleAddress(address: string): boolean {
  return normalizeIp(address) !== null || /^(?=.{4,253}$)[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}$/i.test(address)
}

/** A port that was stored as a signed 16-bit number comes out negative. */
export function unsignedPort(port: number): number | null {
  const value = port < 0 ? port + 0x1_0000 : port
  return Number.isInteger(value) && value > 0 && value <= 0xffff ? value : null
}

/** The DC that the key was made at, with a problem where what is stored does not agree with itself. */
export function placeOf(
  storedId: number,
  address: string | null,
  problems: Problem[],
): { id: number; test: boolean | null } {
  const owner = address === null ? null : ownerOf(address)
  if (owner !== null && owner.dcId !== storedId) {
    problems.push({
      code: 'gramjs.dc-mismatch',
      message: `The session says DC ${storedId}, but its address belongs to DC ${owner.dcId}, where the key was made. DC ${owner.dcId} is taken; an export writes it.`,
    })
    return { id: owner.dcId, test: owner.test }
  }
  if (!isPlausibleDcId(storedId)) {
    problems.push({
      code: 'gramjs.dc-unknown',
      message: `The session says DC ${storedId}, which Telegram does not have, and its address is not a known one. Give the DC when you export the session.`,
    })
  }
  return { id: storedId, test: owner?.test ?? null }
}

/**
 * Address and port to write. The spelling of an address is kept, so that what was read comes out as it was.
 * @throws AppError format.missing-field
 */
export function endpointFor(session: Session, dc: DataCenter, format: string): { address: string; port: number } {
  const endpoint = endpointOf(dc, session.test)
  if (endpoint === null) throw new AppError('format.missing-field', { format, field: 'address' })
  const { address, port, change } = endpoint
  return { address: change === null ? (dc.address ?? address) : address, port }
}
