import { randomBytes } from 'node:crypto'
import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { collected, everything, openTestApp, type TestApp, waitFor } from '../support/app/open-test-app.ts'
import { redisMissing, type RedisServer, startRedis } from '../support/servers/redis.ts'

const EXAMPLE = new URL('../../docs/examples/acme-kv.mjs', import.meta.url).pathname
const FORMAT = new URL('../../docs/examples/acme-redis.mjs', import.meta.url).pathname
const KIND = 'custom:acme-kv'
const PASSPHRASE = 'correct horse battery'
const missing = redisMissing()

/** A Telethon string of DC 2 around a random key. */
function telethonString(key: Uint8Array): string {
  const bytes = Buffer.concat([Buffer.of(2, 149, 154, 167, 51, 1, 187), key])
  return `1${bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')}`
}

describe.skipIf(missing !== null)(`a backend of one’s own${missing ? ` (${missing})` : ''}`, () => {
  const password = randomBytes(12).toString('hex')
  let server: RedisServer
  let root: string
  let modules: string
  let deck: TestApp
  beforeEach(async () => {
    server = await startRedis({ password })
    root = mkdtempSync(join(tmpdir(), 'custom-backend-test-'))
    modules = join(root, 'modules')
    for (const folder of [modules, join(root, 'data'), join(root, 'scratch')]) mkdirSync(folder, { mode: 0o700 })
    deck = await open()
  })
  afterEach(async () => {
    await deck.close()
    await server.stop()
    rmSync(root, { recursive: true, force: true })
  })

  function open(): Promise<TestApp> {
    const paths = { data: join(root, 'data'), scratch: join(root, 'scratch'), home: root, code: join(root, 'none') }
    return openTestApp({ paths })
  }
  const rows = async () => (await deck.client.sessions.list(everything)).rows
  const names = async () => (await rows()).map(({ name, formatId }) => `${name} ${formatId}`).toSorted()
  const source = async (id: string) => (await deck.client.sources.list()).find((one) => one.id === id)
  const settled = (id: string, state: string) => waitFor(async () => (await source(id))?.state === state)
  const location = (port = server.port) => ({
    kind: KIND as typeof KIND,
    hosts: [`127.0.0.1:${port}`],
    database: '',
    user: '',
    tls: { mode: 'off' as const, ca: '' },
    topology: { kind: 'single' as const },
    prefix: '',
  })

  async function enable(name: string, text?: string): Promise<string> {
    if (text !== undefined) writeFileSync(join(modules, name), text)
    const { modules: found } = await deck.client.extensions.setFolder({ folder: modules })
    const { path, sha256 } = found.find((one) => one.name === name) ?? { path: '', sha256: '' }
    await deck.client.extensions.enable({ path, sha256, confirmed: true })
    return path
  }
  async function enableExample(): Promise<string> {
    copyFileSync(EXAMPLE, join(modules, 'acme-kv.mjs'))
    return enable('acme-kv.mjs')
  }
  async function add(): Promise<string> {
    await deck.client.app.protect({ passphrase: PASSPHRASE })
    const { id } = await deck.client.sources.addStore({ location: location(), password })
    await settled(id, 'live')
    return id
  }
  async function put(sourceId: string, name: string, formatId: string, key = randomBytes(256)) {
    const { ticket, items } = await deck.client.imports.stageText({ text: telethonString(key) })
    const events = await collected(
      await deck.client.imports.commit({
        ticket,
        items: items.map(({ id }) => ({ id, name })),
        destination: { kind: 'source', sourceId },
        target: { formatId, variant: '' },
        values: {},
      }),
    )
    return { key, events }
  }

  it('is a kind of source while it is on, with its fields, and formats can be written there', async () => {
    const path = await enableExample()
    expect((await deck.client.extensions.list()).modules).toMatchObject([
      {
        kind: 'backend',
        label: 'Acme KV',
        problem: null,
        backend: { kind: KIND, medium: 'keyvalue', fields: { address: { label: 'Host and port' }, tls: true } },
      },
    ])
    const stores = async () =>
      (await deck.client.formats.list()).filter((format) => format.stores.includes(KIND)).map(({ id }) => id)
    expect(await stores()).toContain('telethon.redis')
    await deck.client.extensions.disable({ path })
    expect(await stores()).toEqual([])
    expect((await deck.client.extensions.list()).modules).toMatchObject([{ kind: null, backend: null }])
    await expect(deck.client.sources.testStore({ location: location() })).rejects.toMatchObject({
      code: 'source.module-failed',
      data: { reason: expect.stringContaining('not enabled') as string },
    })
  })

  it('is tried: what is there, a wrong password, a server that is down', async () => {
    await enableExample()
    await server.client().set('other', 'value')
    const test = (change: object) => deck.client.sources.testStore({ location: location(), password, ...change })
    expect(await test({})).toMatchObject({ text: expect.stringMatching(/^Acme KV \d+\.\d.*, no sessions$/) as string })
    await expect(test({ password: 'wrong' })).rejects.toMatchObject({ code: 'source.login-failed' })
    await expect(test({ location: location(1) })).rejects.toMatchObject({
      code: 'source.unreachable',
      data: { reason: expect.stringContaining('nothing answers') as string },
    })
    expect(JSON.stringify([await deck.client.sources.list(), deck.logged])).not.toContain(password)
  })

  it('lists, takes in, shows, deletes and restores sessions of formats of the app and of one’s own', async () => {
    await enableExample()
    copyFileSync(FORMAT, join(modules, 'acme-redis.mjs'))
    await enable('acme-redis.mjs')
    const id = await add()
    expect(await source(id)).toMatchObject({
      kind: KIND,
      writable: false,
      store: { label: 'Acme KV', medium: 'keyvalue', hasPassword: true, readOnly: true },
    })
    await expect(put(id, 'shop', 'telethon.redis')).rejects.toMatchObject({ code: 'source.read-only' })
    expect(await server.client().dbsize()).toBe(0)
    await deck.client.sources.allowWriting({ sourceId: id, allow: true, confirmed: true })
    const { key } = await put(id, 'shop', 'telethon.redis')
    await put(id, 'bank', 'acme.redis')
    expect(await names()).toEqual(['bank acme.redis', 'shop telethon.redis'])
    const [shop] = (await rows()).filter(({ name }) => name === 'shop')
    if (!shop) throw new Error('not there')
    const string = { ref: shop.ref, target: { formatId: 'telethon.string', variant: '' }, values: {} }
    expect(await deck.client.secrets.reveal({ ...string, confirmed: true, purpose: 'show' })).toMatchObject({
      value: telethonString(key),
    })
    const [deleted] = await deck.client.sessions.delete({ refs: [shop.ref] })
    expect(deleted?.error).toBeNull()
    expect(await server.client().keys('*')).toEqual(['acme:bank'])
    expect(await deck.client.trash.restore({ ids: [deleted?.trashId ?? ''] })).toMatchObject([{ error: null }])
    expect(await names()).toEqual(['bank acme.redis', 'shop telethon.redis'])
  })

  it('is polled: what a bot writes or removes is seen', async () => {
    await enableExample()
    copyFileSync(FORMAT, join(modules, 'acme-redis.mjs'))
    await enable('acme-redis.mjs')
    await add()
    const fields = { dc: '2', address: '149.154.167.51', port: '443', key: randomBytes(256).toString('hex') }
    await server.client().hset('acme:shop', fields)
    await waitFor(async () => (await names()).length === 1)
    await server.client().del('acme:shop')
    await waitFor(async () => (await names()).length === 0)
  })

  it('survives a restart with its password, says when its module is off or another, and recovers', async () => {
    const path = await enableExample()
    const id = await add()
    await deck.client.sources.allowWriting({ sourceId: id, allow: true, confirmed: true })
    await put(id, 'shop', 'telethon.redis')
    await deck.close()
    deck = await open()
    await settled(id, 'locked')
    await deck.client.app.unlock({ passphrase: PASSPHRASE })
    await settled(id, 'live')
    expect(await names()).toEqual(['shop telethon.redis'])

    await deck.client.extensions.disable({ path })
    await settled(id, 'error')
    expect(await source(id)).toMatchObject({
      problem: { code: 'source.module-failed', message: expect.stringContaining('not enabled') as string },
      store: { label: 'acme-kv', medium: null },
      writable: false,
    })
    // What is known of it stays in the list, as with a server that is down.
    expect(await names()).toEqual(['shop telethon.redis'])
    await enable('acme-kv.mjs')
    await settled(id, 'live')
    expect(await source(id)).toMatchObject({ problem: null, store: { label: 'Acme KV' }, writable: true })

    appendFileSync(path, '\n// another line\n')
    await deck.client.extensions.list()
    await settled(id, 'error')
    await enable('acme-kv.mjs')
    await settled(id, 'live')
    expect(await names()).toEqual(['shop telethon.redis'])
  })

  it('recovers when its server was down', async () => {
    await enableExample()
    const id = await add()
    await server.kill()
    await settled(id, 'error')
    expect((await source(id))?.problem).toMatchObject({ code: 'source.unreachable' })
    await server.restart()
    await settled(id, 'live')
  })
})

/** A backend over a map, changed in one place. */
function mapBackend(change: readonly [from: string, to: string] | null): string {
  const source = `const values = new Map(); export const bad = { apiVersion: 1, kind: 'backend', make: (kit) => ({
    kind: 'bad', label: 'Bad', help: 'Bad.', medium: 'keyvalue', fields: { address: { label: 'Address' } },
    async connect() {
      const reader = {
        async *scan() { yield [...values.keys()] },
        async get(keys) { return keys.map((key) => values.get(key) ?? null) },
        async members() { return null },
      }
      return {
        server: 'Bad 1',
        reader,
        async write(work) {
          const staged = new Map()
          const put = (key, bytes) => { staged.set(key, { type: 'string', bytes }) }
          const none = () => {}
          await work({ ...reader, put, putFields: none, addMember: none, removeMember: none, remove: none })
          for (const [key, value] of staged) values.set(key, value)
        },
        async close() {},
      }
    } }) }`
  if (change === null) return source
  expect(source).toContain(change[0])
  return source.replace(change[0], () => change[1])
}

describe('a backend of one’s own that goes wrong', () => {
  let deck: TestApp
  beforeEach(async () => {
    deck = await openTestApp()
  })
  afterEach(() => deck.close())

  const source = async (id: string) => (await deck.client.sources.list()).find((one) => one.id === id)

  async function addBad(text: string): Promise<string> {
    const folder = join(deck.root, 'modules')
    mkdirSync(folder)
    writeFileSync(join(folder, 'bad.mjs'), text)
    const [module] = (await deck.client.extensions.setFolder({ folder })).modules
    const { path, sha256 } = module ?? { path: '', sha256: '' }
    const { modules } = await deck.client.extensions.enable({ path, sha256, confirmed: true })
    expect(modules).toMatchObject([{ problem: null, backend: { kind: 'custom:bad' } }])
    const { id } = await deck.client.sources.addStore({
      location: {
        kind: 'custom:bad',
        hosts: ['/anywhere at all'],
        database: '',
        user: '',
        tls: { mode: 'off', ca: '' },
        topology: { kind: 'single' },
        prefix: '',
      },
    })
    return id
  }

  it('works as it is', async () => {
    const id = await addBad(mapBackend(null))
    await waitFor(async () => (await source(id))?.state === 'live')
    expect(await source(id)).toMatchObject({ problem: null, name: '/anywhere at all', location: '/anywhere at all' })
  })

  it.each([
    ['throws as it connects', 'async connect() {', "connect() { throw new Error('secret words')"],
    ['opens nothing', 'const reader =', 'if (values.size === 0) return null; const reader ='],
    ['has no name', "server: 'Bad 1'", 'server: 7'],
    ['reads nothing', 'async members() { return null },', ''],
    ['gives keys that are none', 'yield [...values.keys()]', 'yield [7]'],
    ['gives no keys at all', 'async *scan() { yield [...values.keys()] }', 'scan: () => 7'],
    ['throws as it scans', 'yield [...values.keys()]', "throw 'secret words'"],
    ['throws an error of the app without words', 'yield [...values.keys()]', "throw new kit.AppError('x', {})"],
  ])('one that %s is a problem of the source', async (_what, from, to) => {
    const text = mapBackend([from, to])
    const id = await addBad(text)
    await waitFor(async () => (await source(id))?.state === 'error')
    const problem = (await source(id))?.problem
    expect(problem).toMatchObject({
      code: 'source.module-failed',
      message: expect.stringContaining('bad.mjs') as string,
    })
    expect(JSON.stringify([problem, deck.logged])).not.toContain('secret words')
  })

  it.each([
    ['begins no transaction', 'await work({', 'void ({'],
    ['gives no writer', 'await work({ ...reader, put,', 'await work({ ...reader,'],
    ['runs it twice', 'for (const [key, value] of staged)', 'await work({}); for (const [key, value] of staged)'],
    [
      'fails as it saves',
      'for (const [key, value] of staged)',
      "throw new Error('secret words'); for (const [key, value] of staged)",
    ],
    ['fails as it puts', 'staged.set(key, { type', "throw new Error('secret words'); staged.set(key, { type"],
    ['fails later as it puts', 'const put = (', 'const put = async ('],
  ])('one that %s is an error of what is written', async (what, from, to) => {
    const late = what === 'fails later as it puts'
    const text = mapBackend([from, to])
    const id = await addBad(late ? text.replace('staged.set(key, {', "throw new Error('secret words'); ({") : text)
    await waitFor(async () => (await source(id))?.state === 'live')
    await deck.client.sources.allowWriting({ sourceId: id, allow: true, confirmed: true })
    const { ticket, items } = await deck.client.imports.stageText({ text: telethonString(randomBytes(256)) })
    const events = await collected(
      await deck.client.imports.commit({
        ticket,
        items: items.map(({ id: item }) => ({ id: item, name: 'shop' })),
        destination: { kind: 'source', sourceId: id },
        target: { formatId: 'telethon.redis', variant: '' },
        values: {},
      }),
    )
    expect(events.at(-1)).toMatchObject({ type: 'done', failed: 1 })
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'item',
        error: { code: 'source.module-failed', message: expect.stringContaining('bad.mjs') as string },
      }),
    )
    expect(JSON.stringify([events, deck.logged])).not.toContain('secret words')
  })

  it.each([
    ['connects', 'async connect() {', 'async connect() { globalThis.hangs = true; await new Promise(() => {});'],
    ['scans', 'yield [...values.keys()]', 'globalThis.hangs = true; await new Promise(() => {})'],
    ['closes', 'async close() {}', 'async close() { await new Promise(() => {}) }'],
  ])('one that hangs as it %s does not keep the app from closing', async (what, from, to) => {
    Reflect.deleteProperty(globalThis, 'hangs')
    const id = await addBad(mapBackend([from, to]))
    if (what === 'closes') await waitFor(async () => (await source(id))?.state === 'live')
    else await waitFor(async () => 'hangs' in globalThis)
    await deck.close()
  })
})
