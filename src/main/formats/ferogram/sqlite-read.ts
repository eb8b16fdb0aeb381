import { authKeyFrom } from '../../domain/key-id.ts'
import type { Problem } from '../../domain/problem.ts'
import { Secret } from '../../domain/secret.ts'
import { type ChannelState, type Collection, collectionOf, type MinContext } from '../../domain/session.ts'
import { emptySession } from '../../domain/session.ts'
import { bytesOf, hasColumns, integerOf, scanNamed, wholeNumberOf } from '../cells.ts'
import type { StoredSession } from '../format.ts'
import type { Cell, TablesReader, TablesSchema } from '../media.ts'
import { pagedCollection } from '../paged.ts'
import { channelStateFrom, minContextFrom, placesFrom, updateStateFrom } from './session-from.ts'
import { peersCollection } from './sqlite-peers.ts'
import { sqliteShapeOf, TABLES } from './sqlite-schema.ts'
import type { StoredDc, StoredState } from './stored.ts'

export const SQLITE_ID = 'ferogram.sqlite'

const DC_COLUMNS = ['dc_id', 'flags', 'addr', 'auth_key', 'first_salt', 'time_offset']
/** Far more than the library ever writes. */
const MAX_DC_ROWS = 256
const MAX_META_ROWS = 64
const MAX_DC_ID = 10_000

/** The one session of a file. */
export async function readFerogram(tables: TablesReader): Promise<StoredSession> {
  const schema = await tables.schema()
  const problems: Problem[] = missingTables(schema)
  const meta = await metaOf(tables, schema)
  const rows = await scanNamed(tables, schema, { table: 'dcs', columns: DC_COLUMNS, limit: MAX_DC_ROWS })
  const dcs = rows.flatMap((row) => dcFrom(row, problems) ?? [])
  const places = placesFrom({ homeDcId: meta.homeDcId, dcs }, problems)
  if (meta.homeDcId === null) problems.push(emptyProblem(dcs, schema))
  const variant = sqliteShapeOf(schema)
  return {
    key: '',
    name: null,
    decoded: {
      info: { formatId: SQLITE_ID, variant, library: 'ferogram', formatVersion: null },
      problems,
      session: {
        ...emptySession(),
        ...places,
        updateState: updateStateFrom(await stateOf(tables, schema)),
        channelStates: await channelsOf(tables, schema),
        peers: await peersCollection(tables, schema),
        minContexts: await minContextsOf(tables, schema),
        ...(meta.token === null ? {} : { futureAuthToken: meta.token }),
      },
    },
  }
}

function missingTables(schema: TablesSchema): Problem[] {
  const missing = TABLES.filter((name) => name !== 'min_peers' && !schema.tables.has(name))
  if (missing.length === 0) return []
  return [
    {
      code: 'ferogram.missing-table',
      message: `The file lacks ${missing.length === 1 ? 'a table' : 'tables'} of ferogram (${missing.join(', ')}). ferogram adds them empty when it opens the file; what was in there is lost.`,
    },
  ]
}

async function metaOf(
  tables: TablesReader,
  schema: TablesSchema,
): Promise<{ homeDcId: number | null; token: Secret | null }> {
  const rows = await scanNamed(tables, schema, { table: 'meta', columns: ['key', 'value'], limit: MAX_META_ROWS })
  const valueOf = (key: string): Cell | undefined => rows.find((row) => row['key'] === key)?.['value']
  const home = wholeNumberOf(valueOf('home_dc_id'))
  const token = bytesOf(valueOf('future_auth_token'))
  return {
    homeDcId: home !== null && home >= 1 && home <= MAX_DC_ID ? home : null,
    token: token === null ? null : new Secret(token.slice()),
  }
}

/** Null for a row the library passes over. */
function dcFrom(row: Readonly<Record<string, Cell>>, problems: Problem[]): StoredDc | null {
  const id = wholeNumberOf(row['dc_id'])
  const flags = wholeNumberOf(row['flags'])
  const address = row['addr']
  const isReadable = id !== null && id >= 1 && id <= MAX_DC_ID && flags !== null && flags >= 0 && flags <= 255
  if (!isReadable || typeof address !== 'string') {
    problems.push({
      code: 'ferogram.odd-row',
      message:
        'A row of the table “dcs” cannot be one of a data centre, and ferogram passes over it. It is left out here too; open the raw view to see it.',
    })
    return null
  }
  const key = bytesOf(row['auth_key'])
  return {
    id,
    address,
    isWholeAddress: true,
    // Text or a number in place of a key is damage as well; so is a blob of no bytes.
    authKey: row['auth_key'] == null ? null : key === null || key.byteLength === 0 ? 'damaged' : authKeyFrom(key),
    salt: integerOf(row['first_salt']) ?? 0n,
    timeOffset: wholeNumberOf(row['time_offset']) ?? 0,
    flags,
  }
}

/** Without a home DC the library takes the file for a fresh one, whatever else is in it. */
function emptyProblem(dcs: readonly StoredDc[], schema: TablesSchema): Problem {
  const hasKey = dcs.some(({ authKey }) => authKey !== null && authKey !== 'damaged')
  if (hasKey) {
    return {
      code: 'ferogram.no-home',
      message:
        'The file does not say which data centre is home, so ferogram takes it for an empty one though it holds a key. Export the session to repair it.',
    }
  }
  return {
    code: 'session.no-key',
    message: schema.wal
      ? 'The file holds no login. It is in WAL mode: if its “-wal” file was left behind when it was copied, the login is in there.'
      : 'The file holds no login: a client made it but never logged in, or logged out. Nothing can be exported from it.',
  }
}

async function stateOf(tables: TablesReader, schema: TablesSchema): Promise<StoredState | null> {
  const columns = ['pts', 'qts', 'date', 'seq']
  if (!hasColumns(schema, 'update_state', ['id', ...columns])) return null
  const [row] = await tables.scan({ table: 'update_state', columns, whereKey: 1n, limit: 1 })
  if (row === undefined) return null
  const [pts = 0, qts = 0, date = 0, seq = 0] = row.map((cell) => wholeNumberOf(cell) ?? 0)
  return { pts, qts, date, seq }
}

async function channelsOf(tables: TablesReader, schema: TablesSchema): Promise<Collection<ChannelState>> {
  if (!hasColumns(schema, 'channel_pts', ['channel_id', 'pts'])) return collectionOf([])
  const count = await tables.count('channel_pts')
  const source = { columns: 'pts', table: 'channel_pts', key: 'channel_id' }
  if (count === 0) return collectionOf([])
  return pagedCollection(tables, count, source, (rows) =>
    rows.flatMap(([channel, pts]) => {
      const id = integerOf(channel)
      return id === null ? [] : [channelStateFrom({ id, pts: wholeNumberOf(pts) ?? 0 })]
    }),
  )
}

async function minContextsOf(tables: TablesReader, schema: TablesSchema): Promise<Collection<MinContext>> {
  if (!hasColumns(schema, 'min_peers', ['user_id', 'peer_id', 'msg_id'])) return collectionOf([])
  const count = await tables.count('min_peers')
  const source = { columns: 'peer_id, msg_id', table: 'min_peers', key: 'user_id' }
  if (count === 0) return collectionOf([])
  return pagedCollection(tables, count, source, (rows) =>
    rows.flatMap(([user, peer, message]) => {
      const [userId, peerId, messageId] = [integerOf(user), integerOf(peer), wholeNumberOf(message)]
      return userId === null || peerId === null || messageId === null
        ? []
        : [minContextFrom({ userId, peerId, messageId })]
    }),
  )
}
