import { DC_FLAGS, type DataCenter, homeOf, type Session } from '../../domain/session.ts'
import { AppError } from '../../domain/errors.ts'
import { isIpv6 } from '../../bytes/ip.ts'
import { endpointOf } from '../address.ts'
import type { EncodeOptions } from '../format.ts'
import type { Cell, TablesWriter } from '../media.ts'
import { refuseExistingTables, requireKey, requirePlace } from '../write-checks.ts'
import { printEndpoint } from './addresses.ts'
import { createStatements, SCHEMA_NUMBER } from './schema.ts'

const ID = 'telethon-v2.sqlite'

/** Creates a file as the library saves one: its tables, the version row, and the rows of the session. */
export async function writeTelethonV2(tables: TablesWriter, session: Session, options: EncodeOptions): Promise<void> {
  const home = homeOf(session)
  requireKey(home)
  const place = requirePlace(home, ID)
  const { account } = session
  if (account === null) throw new AppError('format.missing-field', { format: ID, field: 'user-id' })
  if (account.isBot === null) throw new AppError('format.missing-field', { format: ID, field: 'is-bot' })
  if (endpointOf(place, session.test) === null) {
    throw new AppError('format.missing-field', { format: ID, field: 'address' })
  }
  await refuseExistingTables(tables, ['version', 'datacenter', 'user', 'state', 'channelstate', 'sessions'])

  for (const statement of createStatements) await tables.run(statement)
  await tables.run('INSERT INTO version VALUES (?)', [BigInt(SCHEMA_NUMBER)])
  await tables.runMany('INSERT INTO datacenter VALUES (?, ?, ?, ?)', dataCenterRows(session, place))
  await tables.run('INSERT INTO user VALUES (?, ?, ?, ?)', [
    account.id,
    BigInt(place.id),
    account.isBot ? 1n : 0n,
    account.username,
  ])
  await writeStates(tables, session, options)
  const leftOut = session.dataCenters.filter(isLeftOut).length
  options.onDropped?.('other-data-centers', leftOut, 'Telethon 2 keeps neither media nor CDN servers')
}

/** One row for each DC, in the order of their ids: its first address of each family and its key. */
function dataCenterRows(session: Session, home: DataCenter): Cell[][] {
  const rows = new Map<number, { ipv4: string | null; ipv6: string | null; auth: Uint8Array | null }>()
  // The home's own address and key come before what else is known of its DC.
  for (const dc of [home, ...session.dataCenters.filter((one) => one !== home)]) {
    if (isLeftOut(dc)) continue
    const row = rows.get(dc.id) ?? { ipv4: null, ipv6: null, auth: null }
    const endpoint = endpointOf(dc, session.test)
    if (endpoint !== null) {
      const text = printEndpoint(endpoint.address, endpoint.port)
      if (isIpv6(endpoint.address)) row.ipv6 ??= text
      else row.ipv4 ??= text
    }
    row.auth ??= dc.authKey?.open() ?? null
    rows.set(dc.id, row)
  }
  return [...rows].toSorted(([a], [b]) => a - b).map(([id, { ipv4, ipv6, auth }]) => [BigInt(id), ipv4, ipv6, auth])
}

/** The library keeps neither media nor CDN servers nor those behind obfuscation. */
function isLeftOut(dc: DataCenter): boolean {
  return !dc.home && ((dc.flags ?? 0) & (DC_FLAGS.media | DC_FLAGS.cdn | DC_FLAGS.obfuscatedOnly)) !== 0
}

/** States of channels are looked at only beside a state of the account, where 0 stands for unknown. */
async function writeStates(tables: TablesWriter, session: Session, options: EncodeOptions): Promise<void> {
  let unknown = 0
  const { updateState } = session
  let isWritten = updateState !== null
  const writeAccount = (): Promise<void> =>
    tables.run('INSERT INTO state VALUES (?, ?, ?, ?)', [
      whole(updateState?.pts),
      whole(updateState?.qts),
      whole(updateState?.date),
      whole(updateState?.seq),
    ])
  if (isWritten) await writeAccount()
  for await (const states of session.channelStates.batches()) {
    unknown += states.filter(({ pts }) => pts === null).length
    const rows = states.flatMap(({ channelId, pts }) => (pts === null ? [] : [[channelId, whole(pts)]]))
    if (rows.length === 0) continue
    if (!isWritten) await writeAccount()
    isWritten = true
    await tables.runMany('INSERT OR REPLACE INTO channelstate VALUES (?, ?)', rows)
  }
  options.onDropped?.('channel-states', unknown, 'they have no number to go on from')
}

function whole(value: number | null | undefined): bigint {
  return BigInt(Math.trunc(value ?? 0))
}
