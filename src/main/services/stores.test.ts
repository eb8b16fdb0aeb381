import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { collected, everything, openTestApp, type TestApp, waitFor } from '../../../test/support/app/open-test-app.ts'
import { type PostgresServer, postgresMissing, startPostgres } from '../../../test/support/servers/postgres.ts'

const missing = postgresMissing()
const passphrase = 'correct horse battery'
const alchemy = { formatId: 'telethon.sqlalchemy', variant: '' }
const plain = { kind: 'plain', confirmed: true } as const
const memory = { kind: 'source', sourceId: 'memory' } as const

/** A Telethon string of DC 2 around a random key. */
function telethonString(key = randomBytes(256)): string {
  const bytes = Buffer.concat([Buffer.of(2, 149, 154, 167, 51, 1, 187), key])
  return `1${bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')}`
}

describe.skipIf(missing !== null)(`a PostgreSQL server as a source${missing ? ` (${missing})` : ''}`, () => {
  let server: PostgresServer
  let deck: TestApp
  let address: string

  beforeAll(async () => {
    server = await startPostgres()
    address = `postgresql+psycopg2://${server.user}:${server.password}@127.0.0.1:${server.port}/${server.database}`
  })
  afterAll(() => server.stop())
  beforeEach(async () => {
    deck = await openTestApp()
  })
  afterEach(async () => {
    await deck.close()
    const client = await server.client()
    await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
    await client.end()
  })

  const sources = () => deck.client.sources
  const rows = async () => (await deck.client.sessions.list(everything)).rows

  async function addServer(allowWriting = true) {
    await deck.client.app.protect({ passphrase })
    const { location, ticket } = await sources().parseStoreAddress({ text: address })
    const source = await sources().addStore({ location, ...(ticket && { ticket }) })
    await settled(source.id, 'live')
    if (allowWriting) await sources().allowWriting({ sourceId: source.id, allow: true, confirmed: true })
    return source.id
  }
  async function settled(id: string, state: string) {
    await waitFor(async () => (await sources().list()).find((one) => one.id === id)?.state === state)
  }
  async function remember(...names: string[]) {
    const text = names.map(() => telethonString()).join('\n')
    const { ticket, items } = await deck.client.imports.stageText({ text })
    const commit = { ticket, destination: memory, target: null, values: {} }
    const events = await collected(
      await deck.client.imports.commit({
        ...commit,
        items: items.map(({ id }, index) => ({ id, name: names[index] ?? null })),
      }),
    )
    return events.flatMap((event) => (event.type === 'item' && event.ref ? [event.ref] : []))
  }
  async function save(refs: { sourceId: string; key: string }[], sourceId: string) {
    const destination = { kind: 'source', sourceId } as const
    return collected(
      await deck.client.exports.save({ refs, target: alchemy, values: {}, destination, protection: plain }),
    )
  }

  it('understands a pasted address, never gives its password back, and asks for a passphrase to seal it', async () => {
    const parsed = await sources().parseStoreAddress({ text: address })
    expect(parsed).toMatchObject({ hasPassword: true, ignored: [], location: { kind: 'postgres', user: server.user } })
    const { location, ticket } = parsed
    expect(JSON.stringify(parsed)).not.toContain(server.password)
    await expect(sources().addStore({ location, ...(ticket && { ticket }) })).rejects.toMatchObject({
      code: 'protection.required',
    })
    const tested = await sources().testStore({ location, ...(ticket && { ticket }) })
    expect(tested).toMatchObject({ found: [], text: expect.stringMatching(/^PostgreSQL \d+.*, no sessions$/) })
    await expect(sources().testStore({ location, password: 'wrong' })).rejects.toMatchObject({
      code: 'source.login-failed',
    })
    expect(JSON.stringify(await sources().list())).not.toContain(server.password)
    expect(JSON.stringify(deck.logged)).not.toContain(server.password)
  })

  it('is read only until writing is allowed, then takes sessions in, gives them back and keeps what is deleted', async () => {
    const sourceId = await addServer(false)
    const refs = await remember('shop', 'bank')
    await expect(save(refs, sourceId)).rejects.toMatchObject({ code: 'source.read-only' })
    await sources().allowWriting({ sourceId, allow: true, confirmed: true })
    const events = await save(refs, sourceId)
    expect(events.at(-1)).toMatchObject({ type: 'done', written: 2, failed: 0 })
    const again = await save(refs.slice(0, 1), sourceId)
    expect(again.at(-1)).toMatchObject({ type: 'done', written: 1 })
    const stored = (await rows()).filter(({ ref }) => ref.sourceId === sourceId)
    expect(stored.map(({ name, formatId }) => [name, formatId])).toEqual([
      ['bank', alchemy.formatId],
      ['shop', alchemy.formatId],
      ['shop 2', alchemy.formatId],
    ])
    const shop = stored.find(({ name }) => name === 'shop')
    if (!shop) throw new Error('not there')
    expect((await deck.client.sessions.get({ ref: shop.ref })).abilities).toMatchObject({ delete: true, export: true })
    const string = { ref: shop.ref, target: { formatId: 'telethon.string', variant: '' }, values: {} }
    expect((await deck.client.secrets.measure(string)).charLength).toBe(353)

    const [deleted] = await deck.client.sessions.delete({ refs: [shop.ref] })
    expect(deleted).toMatchObject({ error: null, trashId: expect.any(String) })
    expect((await rows()).filter(({ ref }) => ref.sourceId === sourceId)).toHaveLength(2)
    expect(await deck.client.trash.restore({ ids: [deleted?.trashId ?? ''] })).toMatchObject([{ error: null }])
    const back = (await rows()).find(({ ref }) => ref.key === shop.ref.key)
    expect(back).toMatchObject({ keyId: shop.keyId, name: 'shop' })
  })

  it('shows within two seconds what somebody else adds and takes away', async () => {
    const sourceId = await addServer()
    await save(await remember('first'), sourceId)
    const client = await server.client()
    await client.query(
      "INSERT INTO sessions (session_id, dc_id, server_address, port, auth_key) SELECT 'second', dc_id, server_address, port, auth_key FROM sessions",
    )
    const startedAt = performance.now()
    await waitFor(async () => (await rows()).some(({ name }) => name === 'second'))
    console.log('seen after', Math.round(performance.now() - startedAt), 'ms')
    await client.query("DELETE FROM sessions WHERE session_id = 'second'")
    await waitFor(async () => !(await rows()).some(({ name }) => name === 'second'))
    await client.end()
  })

  it('is locked with the app, and comes back with the passphrase', async () => {
    const sourceId = await addServer()
    await deck.client.app.lock()
    await settled(sourceId, 'locked')
    await deck.client.app.unlock({ passphrase })
    await settled(sourceId, 'live')
  })

  it('says that the server went, keeps its sessions, and recovers by itself', async () => {
    const sourceId = await addServer()
    await save(await remember('kept'), sourceId)
    await server.kill()
    await settled(sourceId, 'error')
    const source = (await sources().list()).find(({ id }) => id === sourceId)
    expect(source?.problem?.code).toBe('source.unreachable')
    expect((await rows()).filter(({ ref }) => ref.sourceId === sourceId)).toHaveLength(1)
    await server.restart()
    await settled(sourceId, 'live')
  })
})
