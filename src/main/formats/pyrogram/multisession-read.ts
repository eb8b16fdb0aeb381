import { fromMarkedId } from '../../domain/peer.ts'
import type { Problem } from '../../domain/problem.ts'
import {
  type ChannelState,
  type Collection,
  collectionOf,
  emptySession,
  type UpdateState,
} from '../../domain/session.ts'
import { booleanOf, hasColumns, integerOf, numberOf, textOf, wholeNumberOf } from '../cells.ts'
import type { StoredSession } from '../format.ts'
import type { Cell, Row, TablesReader, TablesSchema } from '../media.ts'
import { userIdFrom } from '../stored-place.ts'
import { multisessionPeersOf } from './multisession-peers.ts'
import { dataCenterOf, keyOf, noLoginProblem } from './read.ts'

export const MULTISESSION_ID = 'pyrogram.multisession'
const COLUMNS = ['session_name', 'dc_id', 'api_id', 'test_mode', 'auth_key', 'date', 'user_id', 'is_bot']
const PAGE_ROWS = 500
const STATE_ROWS = 1000

export function isMultisession(schema: TablesSchema): boolean {
  return hasColumns(schema, 'sessions', COLUMNS)
}

const SELECT = `SELECT ${COLUMNS.join(', ')} FROM sessions`

export async function* multisessionPages(
  tables: TablesReader,
  signal: AbortSignal,
): AsyncIterable<readonly StoredSession[]> {
  let after: Cell = null
  for (;;) {
    signal.throwIfAborted()
    const where = after === null ? '' : ' WHERE session_name > ?'
    const sql = `${SELECT}${where} ORDER BY session_name LIMIT ${PAGE_ROWS}`
    const rows: readonly Row[] = await tables.query(sql, after === null ? [] : [after])
    const sessions = await sessionsOf(tables, rows)
    if (sessions.length > 0) yield sessions
    after = rows.at(-1)?.[0] ?? null
    if (rows.length < PAGE_ROWS || after === null) return
  }
}

export async function readMultisession(tables: TablesReader, key: string): Promise<StoredSession | null> {
  if (!isMultisession(await tables.schema())) return null
  const rows = await tables.query(`${SELECT} WHERE session_name = ? LIMIT 1`, [key])
  return (await sessionsOf(tables, rows))[0] ?? null
}

interface Counts {
  readonly peers: ReadonlyMap<string, number>
  readonly channels: ReadonlyMap<string, number>
  readonly states: ReadonlyMap<string, UpdateState>
}

async function sessionsOf(tables: TablesReader, rows: readonly Row[]): Promise<readonly StoredSession[]> {
  const names = rows.flatMap(([name]) => textOf(name) ?? [])
  if (names.length === 0) return []
  const schema = await tables.schema()
  const counts = await countsOf(tables, schema, names)
  return rows.flatMap((row) => sessionFrom(tables, schema, row, counts) ?? [])
}

async function countsOf(tables: TablesReader, schema: TablesSchema, names: readonly string[]): Promise<Counts> {
  const among = `session_name IN (${names.map(() => '?').join(', ')})`
  const counted = async (table: string, where: string): Promise<ReadonlyMap<string, number>> => {
    const sql = `SELECT session_name, count(*) FROM ${table} WHERE ${among}${where} GROUP BY session_name`
    return new Map((await tables.query(sql, names)).map(([name, count]) => [String(name), numberOf(count) ?? 0]))
  }
  const hasStates = hasColumns(schema, 'update_state', ['session_name', 'id', 'pts', 'qts', 'date', 'seq'])
  const sql = `SELECT session_name, pts, qts, date, seq FROM update_state WHERE id = 0 AND ${among}`
  const states = hasStates ? await tables.query(sql, names) : []
  return {
    peers: hasColumns(schema, 'peers', ['session_name', 'id']) ? await counted('peers', '') : new Map(),
    channels: hasStates ? await counted('update_state', ' AND id <> 0') : new Map(),
    states: new Map(states.map(([name, ...cells]) => [String(name), stateFrom(cells)])),
  }
}

function stateFrom(cells: Row): UpdateState {
  const [pts = null, qts = null, date = null, seq = null] = cells.map(numberOf)
  return { pts, qts, date, seq }
}

function sessionFrom(tables: TablesReader, schema: TablesSchema, row: Row, counts: Counts): StoredSession | null {
  const cells = Object.fromEntries(COLUMNS.map((name, index): [string, Cell] => [name, row[index] ?? null]))
  const name = textOf(cells['session_name'])
  if (name === null) return null
  const problems: Problem[] = []
  const authKey = keyOf(cells, problems)
  const test = booleanOf(cells['test_mode'])
  if (authKey === null && problems.length === 0) problems.push(noLoginProblem(schema, 1))
  const dataCenter = dataCenterOf(cells, authKey, test, problems)
  const userId = userIdFrom(integerOf(cells['user_id']))
  return {
    key: name,
    name,
    decoded: {
      info: { formatId: MULTISESSION_ID, variant: '1', library: 'kurigram', formatVersion: null },
      problems,
      session: {
        ...emptySession(),
        dataCenters: dataCenter === null ? [] : [dataCenter],
        test,
        account:
          userId === null ? null : { id: userId, isBot: booleanOf(cells['is_bot']), username: null, phone: null },
        apiId: wholeNumberOf(cells['api_id']),
        savedAt: numberOf(cells['date']) || null,
        updateState: counts.states.get(name) ?? null,
        channelStates: channelStatesOf(tables, name, counts.channels.get(name) ?? 0),
        peers: multisessionPeersOf(tables, schema, name, counts.peers.get(name) ?? 0),
      },
    },
  }
}

function channelStatesOf(tables: TablesReader, name: string, count: number): Collection<ChannelState> {
  if (count === 0) return collectionOf([])
  return {
    count,
    async *batches() {
      let after = -(2n ** 63n)
      for (;;) {
        const sql = `SELECT id, pts, qts, date, seq FROM update_state WHERE session_name = ? AND id <> 0 AND id > ? ORDER BY id LIMIT ${STATE_ROWS}`
        const rows: readonly Row[] = await tables.query(sql, [name, after])
        const ids = rows.map(([id]) => integerOf(id) ?? 0n)
        if (rows.length > 0) {
          yield rows.map((row, index) => ({ channelId: fromMarkedId(ids[index] ?? 0n).id, ...stateFrom(row.slice(1)) }))
        }
        if (rows.length < STATE_ROWS) return
        after = ids.at(-1) ?? after
      }
    },
  }
}
