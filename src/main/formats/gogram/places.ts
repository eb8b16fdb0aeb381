import { dcOfAddress, isPlausibleDcId } from '../../domain/data-centers.ts'
import { AppError } from '../../domain/errors.ts'
import type { Problem } from '../../domain/problem.ts'
import type { DataCenter, Session } from '../../domain/session.ts'
import { endpointOf } from '../address.ts'
import { type HostPort, parseHostPort, printHostPort } from '../host-port.ts'

/** The addresses the library ships, and knows the DC of. */
const LISTED: Readonly<Record<number, string>> = {
  1: '149.154.175.58',
  2: '149.154.167.50',
  3: '149.154.175.100',
  4: '149.154.167.91',
  5: '91.108.56.151',
}

/** The DC the library takes an `ip:port` to be (`SearchAddr`): its list, then parts of addresses, else 4. */
export function gogramDcOf(hostname: string): number {
  for (const [id, address] of Object.entries(LISTED)) if (hostname === `${address}:443`) return Number(id)
  if (hostname.includes('91.108.56')) return 5
  if (hostname.includes('149.154.175')) return 1
  return hostname.includes('149.154.167') ? 2 : 4
}

/** @throws AppError format.malformed */
function hostPortFrom(hostname: string): HostPort {
  const place = parseHostPort(hostname)
  if (place === null) throw new AppError('format.malformed', { reason: 'its server address is none' })
  return place
}

export interface Place extends HostPort {
  readonly id: number
  readonly test: boolean | null
}

/**
 * Where the key was made: the DC that owns the address. Only of an unknown address the DC is what the library says
 * (`storedId`, in strings) or would guess.
 */
export function placeFrom(hostname: string, storedId: number | null, problems: Problem[]): Place {
  const place = hostPortFrom(hostname)
  const known = dcOfAddress(place.address)
  if (known !== null) {
    if (storedId !== null && storedId !== known.dcId) {
      problems.push({
        code: 'gogram.dc-mismatch',
        message: `The string says DC ${storedId}, but its address belongs to DC ${known.dcId}, where the key was made. DC ${known.dcId} is taken; an export writes it.`,
      })
    }
    return { ...place, id: known.dcId, test: known.test }
  }
  const listed = Object.entries(LISTED).find(([, address]) => address === place.address)
  const id = storedId ?? (listed === undefined ? gogramDcOf(hostname) : Number(listed[0]))
  if (storedId === null && listed === undefined) {
    problems.push({
      code: 'gogram.dc-guessed',
      message: `The file has no DC number and its address is not a known one. DC ${id} is taken, as gogram would; give the right one when you export the session if you know better.`,
    })
  } else if (!isPlausibleDcId(id)) {
    problems.push({
      code: 'gogram.dc-unknown',
      message: `The string says DC ${id}, which Telegram does not have, and its address is not a known one. Give the DC when you export the session.`,
    })
  }
  return { ...place, id, test: null }
}

/**
 * What to write for a DC. An address that the library would take for another DC gives way to its own for this one,
 * unless there is none (test servers) or IPv6 is asked for: it takes every IPv6 address for DC 4.
 * @throws AppError format.missing-field
 */
export function hostnameFor(session: Session, dc: DataCenter, isIpv6: boolean, format: string): string {
  const endpoint = endpointOf(dc, session.test, isIpv6 ? 'ipv6' : 'as-stored')
  if (endpoint === null) throw new AppError('format.missing-field', { format, field: 'address' })
  const hostname = printHostPort(endpoint.address, endpoint.port)
  const listed = LISTED[dc.id]
  const isTest = session.test ?? dcOfAddress(endpoint.address)?.test ?? false
  if (isIpv6 || isTest || listed === undefined || gogramDcOf(hostname) === dc.id) return hostname
  return printHostPort(listed, 443)
}
