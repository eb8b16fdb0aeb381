import { randomBytes } from 'node:crypto'
import type { PeerQuery } from '../src/main/formats/format.ts'
import { telethonSqlalchemy } from '../src/main/formats/telethon/sqlalchemy.ts'
import { createTable, storeTables } from '../src/main/formats/telethon/store-schema.ts'
import {
  connectSql,
  locationOf,
  type SqlClient,
  type SqlConnection,
  type SqlServer,
  startSql,
} from '../test/integration/support/sql-servers.ts'
import { expectSessions, listAll, quickest, reportRatio, SESSIONS, sessionsText } from './stores-compare.ts'

const ENTITIES = 20
const ROUNDS = 40
/** Pages of peers: what takes no time at all needs more rounds, until its code is compiled. */
const QUICK_MS = 5
const QUICK_ROUNDS = 400
const SLOW_ROUNDS = 15
const PEERS = Number(process.env['BENCH_PEERS'] ?? 1_000_000)
const shared = telethonSqlalchemy.shared!

/** Sessions of Telethon in SQL servers, against the same reads given by hand with the same driver. */
export async function measureSql(kind: SqlServer['kind'], label: string, driver: string): Promise<void> {
  const sql = await startSql(kind)
  try {
    const database = await sql.newDatabase()
    const connection = await connectSql(sql, locationOf(sql, database), { commandTimeoutMs: 300_000 })
    const client = await sql.client(database)
    await fillSessions(connection)
    await client.query(kind === 'postgres' ? 'VACUUM ANALYZE' : 'ANALYZE TABLE sessions, entities, update_state')
    const measured = await quickest(
      ROUNDS,
      () => expectSessions(listAll(shared, connection.reader)),
      () => expectSessions(listRaw(client)),
    )
    reportRatio(`${label}: list and summarise ${sessionsText()}`, `the same reads with ${driver}`, 1.3, measured)
    if (kind === 'postgres') await measurePeers(connection, client)
    await client.end()
    await connection.close()
  } finally {
    await sql.server.stop()
  }
}

/** What any script would ask: the sessions, and the numbers that the list shows of each. */
async function listRaw(client: SqlClient): Promise<number> {
  const sessions = await client.query(
    'SELECT session_id, dc_id, server_address, port, auth_key FROM sessions ORDER BY session_id',
  )
  const counts = new Map(
    (await client.query('SELECT session_id, count(*) FROM entities WHERE id <> 0 GROUP BY session_id')) as [
      unknown,
      unknown,
    ][],
  )
  await client.query(
    'SELECT m.session_id, m.hash, e.username, e.phone FROM entities m LEFT JOIN entities e ON e.session_id = m.session_id AND e.id = m.hash WHERE m.id = 0',
  )
  await client.query('SELECT session_id, count(*) FROM update_state WHERE entity_id <> 0 GROUP BY session_id')
  const states = new Map(
    (await client.query('SELECT session_id, pts, qts, date, seq FROM update_state WHERE entity_id = 0')).map((row) => [
      row[0],
      row,
    ]),
  )
  return sessions.filter(
    ([id, , , , key]) => Number(counts.get(id)) === ENTITIES && states.has(id) && Buffer.isBuffer(key),
  ).length
}

async function fillSessions(connection: SqlConnection): Promise<void> {
  await connection.write(async (writer) => {
    for (const table of storeTables) {
      const sql = createTable(writer.dialect, '', table)
      if (sql !== null) await writer.run(sql)
    }
    await writer.run('INSERT INTO version (version) VALUES (?)', [2n])
    const ids = Array.from({ length: SESSIONS }, (_, index) => `bot-${index}`)
    await writer.runMany(
      'INSERT INTO sessions (session_id, dc_id, server_address, port, auth_key) VALUES (?, ?, ?, ?, ?)',
      ids.map((id) => [id, 4n, '149.154.167.91', 443n, randomBytes(256)]),
    )
    for (const id of ids) {
      await writer.runMany(
        'INSERT INTO entities (session_id, id, hash, username, phone, name) VALUES (?, ?, ?, ?, ?, ?)',
        [
          [id, 0n, 1n, null, null, null],
          ...Array.from({ length: ENTITIES }, (_, index) => [id, BigInt(index + 1), 5n, null, 49170n, 'Ana']),
        ],
      )
    }
    await writer.runMany(
      'INSERT INTO update_state (session_id, entity_id, pts, qts, date, seq, unread_count) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ids.map((id) => [id, 0n, 1n, 2n, 1_700_000_000n, 4n, 0n]),
    )
  })
}

async function measurePeers(connection: SqlConnection, client: SqlClient): Promise<void> {
  await client.query(`INSERT INTO entities (session_id, id, hash, username, phone, name)
    SELECT 'big', i, i * 7919::bigint, CASE WHEN i % 3 = 0 THEN 'user_' || i END, 491700000000 + i, 'Person ' || md5(i::text)
    FROM generate_series(1::bigint, ${PEERS}) i`)
  await client.query("UPDATE entities SET name = 'Нина Иванова' WHERE session_id = 'big' AND id % 10000 = 0")
  await client.query('VACUUM FULL entities')
  await client.query('VACUUM ANALYZE entities')
  const columns = 'SELECT id, hash, username, phone, name FROM entities WHERE session_id = $1 AND id <> 0'
  const byId = 'ORDER BY id LIMIT 101'
  const search = (text: string) => (): PeersCase => ({
    query: { search: text },
    sql: `AND (name ILIKE $2 OR username ILIKE $2) ${byId}`,
    values: [`%${text}%`],
  })
  // Backwards, so that no page before one is known, and each is a leap.
  let leap = PEERS / 2
  let next = PEERS / 4
  const cases: Readonly<Record<string, () => PeersCase>> = {
    'first page': () => ({ query: {}, sql: byId }),
    'a leap into the middle': () => ({ query: { offset: (leap -= 1000) }, sql: `${byId} OFFSET ${leap}` }),
    // Ids are the numbers of their rows: by hand one begins after the last that was shown.
    'the next page, in the middle': () => ({
      query: { offset: (next += 100) },
      sql: `AND id > $2 ${byId}`,
      values: [next],
    }),
    'first page by name': () => ({
      query: { sort: 'name' },
      sql: "ORDER BY coalesce(nullif(name, ''), username) NULLS LAST, id LIMIT 101",
    }),
    'search for a text, 100 found early': search('abc'),
    'search for a name that nobody has': search('zzznobody'),
    'search for a Cyrillic name (100 found)': search('иванова'),
  }
  for (const [name, make] of Object.entries(cases)) {
    let asked = make()
    let peers = 0
    let rows = 0
    const own = async (): Promise<void> => {
      asked = make()
      peers = (await shared.peers!(connection.reader, '|big', { ...everyPeer, ...asked.query })).peers.length
    }
    const byHand = async (): Promise<void> => {
      const found = await client.query(`${columns} ${asked.sql}`, ['big', ...(asked.values ?? [])])
      rows = found.map(peerByHand).length
    }
    const tried = await quickest(1, own, byHand)
    const measured = await quickest(tried.ownMs < QUICK_MS ? QUICK_ROUNDS : SLOW_ROUNDS, own, byHand)
    if (peers !== Math.min(rows, everyPeer.limit)) throw new Error(`${name}: ${peers} peers, ${rows} rows`)
    reportRatio(`PostgreSQL, ${PEERS.toLocaleString('en-US')} peers: ${name}`, 'the query by hand', 1, measured)
  }
}

/** 64-bit integers come as text, which is of no use to anybody. */
function peerByHand([id, hash, username, phone, name]: readonly unknown[]): object {
  return { id: BigInt(String(id)), accessHash: BigInt(String(hash)), username, phone, name }
}

/** A page as the app is asked for it, and what follows the condition on the session in a query by hand. */
interface PeersCase {
  readonly query: Partial<PeerQuery>
  readonly sql: string
  readonly values?: readonly unknown[]
}

const everyPeer: PeerQuery = { search: '', kind: null, sort: 'id', direction: 'asc', offset: 0, limit: 100 }
