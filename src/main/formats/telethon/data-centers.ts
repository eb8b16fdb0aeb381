import { isIpv6, normalizeIp } from '../../bytes/ip.ts'
import { dcOfAddress } from '../../domain/data-centers.ts'
import type { Problem } from '../../domain/problem.ts'
import type { DataCenter } from '../../domain/session.ts'
import { textOf } from '../cells.ts'
import type { Cell } from '../media.ts'
import { storedKeyFrom } from '../stored-key.ts'
import { dcIdOf, keyBytesFrom, portOf } from '../stored-place.ts'

export type SessionCells = Readonly<Record<string, Cell>>

/** One row of `sessions` as a data centre. The first row is the home: the library loads no other. */
export function dataCenterOf(row: SessionCells, home: boolean, problems: Problem[]): DataCenter {
  const storedAddress = textOf(row['server_address'])
  const address = storedAddress === null ? null : (normalizeIp(storedAddress) ?? storedAddress.trim())
  const storedId = dcIdOf(row['dc_id']) ?? 0
  const known = address === null ? null : dcOfAddress(address)
  const bytes = keyBytesOf(row['auth_key'], problems)
  // A view of something larger would keep all of it in memory.
  const isOwn = bytes !== null && bytes.byteLength === bytes.buffer.byteLength
  const authKey = storedKeyFrom(bytes, problems, { dcId: storedId, isOwn })
  let id = storedId
  if (known !== null && known.dcId !== storedId && storedId === 0) {
    id = known.dcId
    problems.push({
      code: 'telethon.dc-inferred',
      message: `The file says DC 0, as one does that came from an old JSON session. Its address belongs to DC ${id}, which is taken; an export writes it.`,
    })
  } else if (known !== null && known.dcId !== storedId) {
    id = known.dcId
    problems.push({
      code: 'telethon.dc-mismatch',
      message: `The file says DC ${storedId}, but its address belongs to DC ${id}, where the key was made. DC ${id} is taken; an export writes it.`,
    })
  } else if (storedId === 0 && authKey !== null) {
    problems.push({
      code: 'telethon.dc-unknown',
      message: 'The file says DC 0 and its address is not a known one. Give the DC when you export the session.',
    })
  }
  if (address !== null && authKey !== null && isIpv6(address)) {
    problems.push({
      code: 'telethon.ipv6',
      message:
        'The file holds an IPv6 address: a Telethon client without IPv6 switched on moves such a file to DC 2 and loses the login. Export it with the IPv4 address unless IPv6 is meant.',
    })
  }
  return { id, address, port: portOf(row['port']), authKey, home }
}

function keyBytesOf(cell: Cell | undefined, problems: Problem[]): Uint8Array | null {
  const { bytes, wasText } = keyBytesFrom(cell)
  if (wasText) {
    problems.push({
      code: 'telethon.key-as-text',
      message:
        'The auth key stands in the file as text of hexadecimal digits, which Telethon cannot use. It was read all the same; export the session as Telethon SQLite to repair it.',
    })
  }
  return bytes
}
