import { randomBytes } from 'node:crypto'
import type { PeerQuery } from '../src/main/formats/format.ts'
import { factsOf } from '../src/main/formats/session-facts.ts'
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
import { mariadbMissing } from '../test/support/servers/mariadb.ts'
import { postgresMissing } from '../test/support/servers/postgres.ts'
import { asRatio, inMs, report } from './row.ts'

const SESSIONS = 5000
const ENTITIES = 20
const ROUNDS = 15
const PEERS = Number(process.env['BENCH_PEERS'] ?? 1_000_000)
const shared = telethonSqlalchemy.shared!
const { signal } = new AbortController()

/** Sessions of Telethon in SQL servers, against the same reads given by hand with the same driver. */
export async function measureSql(): Promise<void> {
  if (postgresMissing() === null) await measure('postgres', 'PostgreSQL', 'pg')
  if (mariadbMissing() === null) await measure('mysql', 'MariaDB', 'mysql2')
}

async function measure(kind: SqlServer['kind'], label: string, driver: string): Promise<void> {
  const sql = await startSql(kind)
  try {
    const database = await sql.newDatabase()
    const connection = await connectSql(sql, locationOf(sql, database), { commandTimeoutMs: 300_000 })
    const client = await sql.client(database)
    await fillSessions(connection)
    await client.query(kind === 'postgres' ? 'VACUUM ANALYZE' : 'ANALYZE TABLE sessions, entities, update_state')
    const ratio = await quickest(
      async () => expectCount(await list(connection), SESSIONS),
      async () => expectCount(await listRaw(client), SESSIONS),
    )
    report({
      name: `${label}: list and summarise 5,000 sessions`,
      value: inMs(ratio.ownMs),
      baselineName: `the same reads with ${driver}`,
      baseline: inMs(ratio.rawMs),
      ratio: asRatio(ratio.ownMs / ratio.rawMs),
      target: '≤ 1.3×',
      met: ratio.ownMs / ratio.rawMs <= 1.3,
    })
    if (kind === 'postgres') await measurePeers(connection, client)
    await client.end()
    await connection.close()
  } finally {
    await sql.server.stop()
  }
}

/** The quickest of each: what slows a round down is something else on the machine. */
async function quickest(own: () => Promise<void>, raw: () => Promise<void>): Promise<{ ownMs: number; rawMs: number }> {
  const best = { ownMs: Number.POSITIVE_INFINITY, rawMs: Number.POSITIVE_INFINITY }
  for (let round = 0; round < ROUNDS; round += 1) {
    const ownStart = performance.now()
    await own()
    best.ownMs = Math.min(best.ownMs, performance.now() - ownStart)
    const rawStart = performance.now()
    await raw()
    best.rawMs = Math.min(best.rawMs, performance.now() - rawStart)
  }
  return best
}

function expectCount(found: number, wanted: number): void {
  if (found !== wanted) throw new Error(`${found} in place of ${wanted}`)
}

async function list(connection: SqlConnection): Promise<number> {
  let count = 0
  for (const { prefix } of await shared.survey(connection.reader, signal)) {
    for await (const page of shared.pages(connection.reader, prefix, signal)) {
      for (const { decoded } of page) count += factsOf(decoded.session, decoded.info).dataCenters[0]?.keyId ? 1 : 0
    }
  }
  return count
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
  const page = (more: Partial<PeerQuery>): PeerQuery => ({
    search: '',
    kind: null,
    sort: 'id',
    direction: 'asc',
    offset: 0,
    limit: 100,
    ...more,
  })
  const search = 'AND (name ILIKE $2 OR username ILIKE $2)'
  const cases = [
    ['first page', page({}), `${columns} ORDER BY id LIMIT 101`, []],
    ['page 5,000', page({ offset: 500_000 }), `${columns} ORDER BY id LIMIT 101 OFFSET 500000`, []],
    [
      'first page by name',
      page({ sort: 'name' }),
      `${columns} ORDER BY coalesce(nullif(name, ''), username) NULLS LAST, id LIMIT 101`,
      [],
    ],
    [
      'search for a text, 100 found early',
      page({ search: 'abc' }),
      `${columns} ${search} ORDER BY id LIMIT 101`,
      ['%abc%'],
    ],
    [
      'search for a name that nobody has',
      page({ search: 'zzznobody' }),
      `${columns} ${search} ORDER BY id LIMIT 101`,
      ['%zzznobody%'],
    ],
    [
      'search for a Cyrillic name (100 found)',
      page({ search: 'иванова' }),
      `${columns} ${search} ORDER BY id LIMIT 101`,
      ['%иванова%'],
    ],
  ] as const
  for (const [name, query, sql, values] of cases) {
    const { ownMs, rawMs } = await quickest(
      async () => void (await shared.peers!(connection.reader, '|big', query)),
      async () => void (await client.query(sql, ['big', ...values])),
    )
    report({
      name: `PostgreSQL, 1,000,000 peers: ${name}`,
      value: inMs(ownMs),
      baselineName: 'the query by hand',
      baseline: inMs(rawMs),
      ratio: asRatio(ownMs / rawMs),
      target: '≤ 1.0×',
      met: ownMs / rawMs <= 1.0,
    })
  }
}

if (import.meta.main) await measureSql()
