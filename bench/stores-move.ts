import { everything, openTestApp, type TestApp, waitFor } from '../test/support/app/open-test-app.ts'
import { startPostgres } from '../test/support/servers/postgres.ts'
import { startRedis } from '../test/support/servers/redis.ts'
import { report } from './row.ts'
import { SESSIONS, sessionsText } from './stores-compare.ts'
import { fillRedis } from './stores-redis.ts'

/** Code is loaded, connections are up, caches are filled: what comes after it is the moving. */
const WARM = SESSIONS / 5
const MOST_GROWTH_MIB = 32

/** Sessions from Redis into PostgreSQL through the whole program: how its memory goes. */
export async function measureMoving(): Promise<void> {
  const redis = await startRedis()
  const postgres = await startPostgres()
  const deck = await openTestApp()
  try {
    await fillRedis(redis.client())
    await deck.client.app.protect({ passphrase: crypto.randomUUID() })
    const from = await addStore(deck, `redis://127.0.0.1:${redis.port}/0`)
    const { user, password, port, database } = postgres
    const to = await addStore(deck, `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`)
    await deck.client.sources.allowWriting({ sourceId: to, allow: true, confirmed: true })
    const refs = await refsOf(deck, from)
    if (refs.length !== SESSIONS) throw new Error(`${refs.length} sessions are listed`)
    const events = await deck.client.exports.save({
      refs,
      target: { formatId: 'telethon.sqlalchemy', variant: '' },
      values: {},
      destination: { kind: 'source', sourceId: to },
      protection: { kind: 'plain', confirmed: true },
    })
    let moved = 0
    let atWarm = 0
    let startMs = 0
    let startCpu = process.cpuUsage()
    for await (const event of events) {
      if (event.type !== 'item') continue
      if (event.error) {
        throw new Error(`session ${moved} was not moved: ${event.error.code}`, { cause: deck.logged.at(-1) })
      }
      moved += 1
      // The person is there: four minutes without a sign of them, and everything locks.
      if (moved % 100 === 0) await deck.client.app.touch()
      if (moved !== WARM) continue
      atWarm = usedMib()
      startMs = performance.now()
      startCpu = process.cpuUsage()
    }
    const perSecond = Math.round((SESSIONS - WARM) / ((performance.now() - startMs) / 1000))
    const { user: userMicros, system } = process.cpuUsage(startCpu)
    const cpuMs = (userMicros + system) / 1000 / (SESSIONS - WARM)
    const growth = Math.max(0, usedMib() - atWarm)
    const client = await postgres.client()
    const { rows } = await client.query<{ count: string }>('SELECT count(*) FROM sessions')
    await client.end()
    if (moved !== SESSIONS || Number(rows[0]?.count) !== SESSIONS) throw new Error(`${moved} moved of ${SESSIONS}`)
    report({
      name: `${sessionsText()} from Redis into PostgreSQL: memory in use, after the first ${WARM.toLocaleString('en-US')} and at the end (${perSecond} a second, ${cpuMs.toFixed(1)} ms of processor time each)`,
      value: `${atWarm.toFixed(0)} and ${(atWarm + growth).toFixed(0)} MiB`,
      target: `≤ ${MOST_GROWTH_MIB} MiB more`,
      met: growth <= MOST_GROWTH_MIB,
    })
  } finally {
    await deck.close()
    await redis.stop()
    await postgres.stop()
  }
}

async function addStore(deck: TestApp, address: string): Promise<string> {
  const { location, ticket } = await deck.client.sources.parseStoreAddress({ text: address })
  const { id } = await deck.client.sources.addStore({ location, ...(ticket && { ticket }) })
  await waitFor(async () => (await deck.client.sources.list()).find((one) => one.id === id)?.state === 'live')
  return id
}

async function refsOf(deck: TestApp, sourceId: string): Promise<{ sourceId: string; key: string }[]> {
  const refs: { sourceId: string; key: string }[] = []
  for (;;) {
    const { rows } = await deck.client.sessions.list({ ...everything, offset: refs.length })
    if (rows.length === 0) return refs.filter((ref) => ref.sourceId === sourceId)
    refs.push(...rows.map(({ ref }) => ref))
  }
}

/** What is reachable, in the heap of V8 and beside it. */
function usedMib(): number {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 1024 ** 2
}
