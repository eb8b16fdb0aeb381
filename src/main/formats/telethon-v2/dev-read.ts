import { isIpv6 } from '../../bytes/ip.ts'
import type { Problem } from '../../domain/problem.ts'
import {
  type Account,
  type ChannelState,
  collectionOf,
  emptySession,
  type Session,
  type UpdateState,
} from '../../domain/session.ts'
import { booleanOf, bytesOf, hasColumns, integerOf, numberOf, scanNamed, textOf } from '../cells.ts'
import type { Cell, TablesReader, TablesSchema } from '../media.ts'
import { pagedCollection } from '../paged.ts'
import { dcIdOf, portOf, userIdFrom } from '../stored-place.ts'
import { dataCentersFrom, type StoredDataCenter, type StoredEndpoint } from './addresses.ts'
import { developmentPeers, selfMarker } from './dev-peers.ts'
import type { V2Variant } from './layout.ts'
import { normalizeIp } from '../../bytes/ip.ts'

const SESSION_COLUMNS = ['user_id', 'dc_id', 'bot', 'pts', 'qts', 'date', 'seq', 'takeout_id']
const MAX_DATA_CENTERS = 64

/** A file of the abandoned development line (2021 to 2022). Its migration left user id 0 and a row 0 of entities. */
export async function readDevelopment(
  tables: TablesReader,
  schema: TablesSchema,
  variant: V2Variant,
  problems: Problem[],
): Promise<Session> {
  const [row = {}] = await scanNamed(tables, schema, { table: 'session', columns: SESSION_COLUMNS, limit: 1 })
  const columns = ['id', 'ip', 'ipv4', 'ipv6', 'port', 'auth']
  const rows = await scanNamed(tables, schema, { table: 'datacenter', columns, limit: MAX_DATA_CENTERS })
  const stored = rows.flatMap((cells): StoredDataCenter[] => {
    const id = dcIdOf(cells['id'])
    return id === null ? [] : [{ id, endpoints: endpointsOf(cells), auth: bytesOf(cells['auth']) }]
  })
  const homeId = dcIdOf(row['dc_id'])
  const dataCenters = dataCentersFrom(stored, homeId, problems)
  const hasHomeKey = dataCenters.some((dc) => dc.home && dc.authKey !== null)
  return {
    ...emptySession(),
    dataCenters: hasHomeKey ? dataCenters : dataCenters.map((dc) => ({ ...dc, home: false })),
    account: await accountOf(tables, schema, variant, row),
    updateState: stateOf(row),
    takeoutId: integerOf(row['takeout_id']),
    channelStates: await channelStatesOf(tables, schema),
    peers: await developmentPeers(tables, schema, variant),
  }
}

function endpointsOf(cells: Readonly<Record<string, Cell>>): readonly StoredEndpoint[] {
  const port = portOf(cells['port'])
  const first = textOf(cells['ipv4']) ?? textOf(cells['ip'])
  const second = textOf(cells['ipv6'])
  const texts = [first, second].flatMap((text) => (text === null ? [] : [normalizeIp(text) ?? text.trim()]))
  // The migration copied the one address into both columns.
  return texts
    .filter((address, index) => index === 0 || (address !== texts[0] && isIpv6(address)))
    .map((address) => ({ address, port }))
}

async function accountOf(
  tables: TablesReader,
  schema: TablesSchema,
  variant: V2Variant,
  row: Readonly<Record<string, Cell>>,
): Promise<Account | null> {
  const id = userIdFrom(integerOf(row['user_id']))
  if (id !== null) return { id, isBot: booleanOf(row['bot']), username: null, phone: null }
  // Taken over from Telethon 1, whose row 0 named the account; whether it is a bot was never known.
  const marker = await selfMarker(tables, schema, variant)
  return marker === null ? null : { id: marker, isBot: null, username: null, phone: null }
}

/** The library writes 0 for every number it does not know. */
function stateOf(row: Readonly<Record<string, Cell>>): UpdateState | null {
  const state = {
    pts: numberOf(row['pts']),
    qts: numberOf(row['qts']),
    date: numberOf(row['date']),
    seq: numberOf(row['seq']),
  }
  return Object.values(state).every((value) => value === null || value === 0) ? null : state
}

async function channelStatesOf(tables: TablesReader, schema: TablesSchema): Promise<Session['channelStates']> {
  if (!hasColumns(schema, 'channel', ['channel_id', 'pts'])) return collectionOf([])
  const count = await tables.count('channel')
  if (count === 0) return collectionOf([])
  return pagedCollection<ChannelState>(tables, count, { columns: 'pts', table: 'channel', key: 'channel_id' }, (rows) =>
    rows.flatMap(([id, pts]) => {
      const channelId = integerOf(id)
      return channelId === null ? [] : [{ channelId, pts: numberOf(pts), qts: null, date: null, seq: null }]
    }),
  )
}
