import { randomBytes } from 'node:crypto'
import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { collected, everything, openTestApp, type TestApp, waitFor } from '../support/app/open-test-app.ts'
import { postgresMissing, startPostgres } from '../support/servers/postgres.ts'
import { redisMissing, type RedisServer, startRedis } from '../support/servers/redis.ts'

const EXAMPLE = new URL('../../docs/examples/acme-redis.mjs', import.meta.url).pathname
const missing = redisMissing()

/** The example, changed in one place, under another id. */
function variantOf(id: string, from: RegExp, to: string): string {
  return `export const other = { apiVersion: 1, kind: 'format', make(kit) {
    const SESSION = (key) => ({ key, name: key, decoded: { problems: [], session: kit.emptySession(),
      info: { formatId: '${id}', variant: '1', library: 'acme', formatVersion: null } } })
    return { id: '${id}', library: 'acme', label: 'Other', help: 'Other.', medium: 'keyvalue', defaultVariant: '1',
      variants: [{ id: '1', label: '1', library: 'acme', carries: new Set(), requires: [], writable: false }],
      survey: async () => [{ prefix: '', sessions: 1 }],
      async *pages() { yield [SESSION('one')] },
      read: async (_reader, key) => SESSION(key),
      keyFor: (_prefix, name) => name } } }`.replace(from, to)
}

describe.skipIf(missing !== null)(
  `a module of one’s own, through the services${missing ? ` (${missing})` : ''}`,
  () => {
    let server: RedisServer
    let deck: TestApp
    let modules: string
    beforeEach(async () => {
      server = await startRedis()
      deck = await openTestApp()
      modules = join(deck.root, 'modules')
      mkdirSync(modules)
    })
    afterEach(async () => {
      await deck.close()
      await server.stop()
    })

    const extensions = () => deck.client.extensions
    const rows = async () => (await deck.client.sessions.list(everything)).rows
    const named = async () => (await rows()).map(({ name, formatId }) => `${name} ${formatId}`).toSorted()
    const sources = async () => deck.client.sources.list()

    async function addRedis(): Promise<string> {
      const { location } = await deck.client.sources.parseStoreAddress({ text: `redis://127.0.0.1:${server.port}/0` })
      const { id } = await deck.client.sources.addStore({ location })
      await waitFor(async () => (await sources()).find((one) => one.id === id)?.state === 'live')
      return id
    }
    async function put(name: string, key = randomBytes(256)): Promise<void> {
      const fields = { dc: '2', address: '149.154.167.51', port: '443', key: key.toString('hex') }
      await server.client().hset(`acme:${name}`, fields)
    }
    async function enable(name: string) {
      const { modules: found } = await extensions().setFolder({ folder: modules })
      const { path, sha256 } = found.find((one) => one.name === name) ?? { path: '', sha256: '' }
      return extensions().enable({ path, sha256, confirmed: true })
    }

    it('is listed off, lists its sessions once it is enabled, and none when it is disabled', async () => {
      copyFileSync(EXAMPLE, join(modules, 'acme.mjs'))
      await put('shop')
      await addRedis()
      const before = await extensions().setFolder({ folder: modules })
      const path = join(modules, 'acme.mjs')
      expect(before).toEqual({
        folder: modules,
        missing: false,
        modules: [
          {
            name: 'acme.mjs',
            path,
            sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
            kind: null,
            label: null,
            backend: null,
            enabled: false,
            problem: null,
          },
        ],
      })
      expect(await named()).toEqual([])
      expect(await enable('acme.mjs')).toMatchObject({
        modules: [{ kind: 'format', label: 'Acme Redis', enabled: true, problem: null }],
      })
      expect((await deck.client.formats.list()).find(({ id }) => id === 'acme.redis')).toMatchObject({
        stores: ['redis'],
        writable: false,
      })
      await waitFor(async () => (await named()).length === 1)
      expect(await named()).toEqual(['shop acme.redis'])
      await extensions().disable({ path })
      await waitFor(async () => (await named()).length === 0)
      expect((await deck.client.formats.list()).some(({ id }) => id === 'acme.redis')).toBe(false)
      const { entries } = await deck.client.audit.list({ ref: null, offset: 0, limit: 50 })
      expect(entries.map(({ action }) => action).toReversed()).toEqual([
        'source-added',
        'modules-folder',
        'module-enabled',
        'module-disabled',
      ])
      expect(entries[1]?.text).toContain(before.modules[0]?.sha256)
    })

    it('takes sessions in, shows one, deletes it into the trash and puts it back', async () => {
      copyFileSync(EXAMPLE, join(modules, 'acme.mjs'))
      await enable('acme.mjs')
      await deck.client.app.protect({ passphrase: 'correct horse battery' })
      const sourceId = await addRedis()
      await deck.client.sources.allowWriting({ sourceId, allow: true, confirmed: true })
      const key = randomBytes(256)
      const bytes = Buffer.concat([Buffer.of(2, 149, 154, 167, 51, 1, 187), key])
      const text = `1${bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')}`
      const { ticket, items } = await deck.client.imports.stageText({ text })
      await collected(
        await deck.client.imports.commit({
          ticket,
          items: items.map(({ id }) => ({ id, name: 'bank' })),
          destination: { kind: 'source', sourceId },
          target: { formatId: 'acme.redis', variant: '' },
          values: {},
        }),
      )
      expect(await server.client().hget('acme:bank', 'key')).toBe(key.toString('hex'))
      const [row] = await rows()
      if (!row) throw new Error('not there')
      expect(row).toMatchObject({ name: 'bank', formatId: 'acme.redis', status: 'ok' })
      expect(await deck.client.sessions.get({ ref: row.ref })).toMatchObject({
        abilities: { export: true, delete: true },
      })
      expect(await deck.client.peers.page({ ref: row.ref, offset: 0, limit: 10 })).toMatchObject({ peers: [] })
      const string = { ref: row.ref, target: { formatId: 'telethon.string', variant: '' }, values: {} }
      expect(await deck.client.secrets.reveal({ ...string, confirmed: true, purpose: 'show' })).toMatchObject({
        value: text,
      })
      const [deleted] = await deck.client.sessions.delete({ refs: [row.ref] })
      expect(deleted?.error).toBeNull()
      expect(await server.client().exists('acme:bank')).toBe(0)
      expect(await deck.client.trash.restore({ ids: [deleted?.trashId ?? ''] })).toMatchObject([{ error: null }])
      expect(await server.client().hget('acme:bank', 'key')).toBe(key.toString('hex'))
    })

    it('goes off when its file changes, and says so in the audit log', async () => {
      copyFileSync(EXAMPLE, join(modules, 'acme.mjs'))
      await enable('acme.mjs')
      await put('shop')
      await addRedis()
      expect(await named()).toEqual(['shop acme.redis'])
      appendFileSync(join(modules, 'acme.mjs'), '\n// another line\n')
      expect(await extensions().list()).toMatchObject({
        modules: [{ enabled: false, kind: null, problem: expect.stringContaining('changed') as string }],
      })
      await waitFor(async () => (await named()).length === 0)
      const { entries } = await deck.client.audit.list({ ref: null, offset: 0, limit: 50 })
      expect(entries[0]).toMatchObject({
        action: 'module-disabled',
        text: expect.stringContaining('changed') as string,
      })
    })

    it('is loaded at the next start before stores are looked at', async () => {
      const root = mkdtempSync(join(tmpdir(), 'extensions-test-'))
      const paths = { data: join(root, 'data'), scratch: join(root, 'scratch'), home: root, code: join(root, 'none') }
      for (const folder of [paths.data, paths.scratch]) mkdirSync(folder, { mode: 0o700 })
      try {
        await deck.close()
        deck = await openTestApp({ paths })
        mkdirSync(modules, { recursive: true })
        copyFileSync(EXAMPLE, join(modules, 'acme.mjs'))
        await enable('acme.mjs')
        await put('shop')
        await addRedis()
        await deck.close()
        deck = await openTestApp({ paths })
        expect(await named()).toEqual(['shop acme.redis'])
        await waitFor(async () => (await sources()).every(({ state }) => state === 'live'))
        expect(await named()).toEqual(['shop acme.redis'])
        expect(await extensions().list()).toMatchObject({ modules: [{ enabled: true, label: 'Acme Redis' }] })
      } finally {
        await deck.close()
        rmSync(root, { recursive: true, force: true })
      }
    })

    it.each([
      ['throws in survey', /async \(\) => \[\{/, "async () => { throw new Error('secret words') }, x: [{"],
      ['throws at once', /survey: async \(\) =>/, "survey: () => { throw 'secret words' }, x:"],
      ['throws in pages', /yield \[SESSION\('one'\)\]/, "throw new TypeError('secret words')"],
      ['gives no pages', /async \*pages\(\) \{.*\}/, 'pages: () => 7'],
      ['gives what is no session', /SESSION\('one'\)/, '{ key: 1 }'],
      ['gives a session of another format', /formatId: '[^']*'/, "formatId: 'telethon.redis'"],
      ['throws an error of the app that has no words', /yield \[SESSION\('one'\)\]/, "throw new kit.AppError('x', {})"],
      ['gives no places', /\[\{ prefix: '', sessions: 1 \}\]/, 'null'],
    ])('one that %s is a problem of the source, and the rest is listed', async (_what, from, to) => {
      copyFileSync(EXAMPLE, join(modules, 'acme.mjs'))
      const source = variantOf('bad.redis', from, to)
      expect(source).not.toBe(variantOf('bad.redis', /$^/, ''))
      writeFileSync(join(modules, 'bad.mjs'), source)
      await enable('acme.mjs')
      expect(await enable('bad.mjs')).toMatchObject({ modules: [{ problem: null }, { problem: null }] })
      await put('shop')
      const id = await addRedis()
      expect(await named()).toEqual(['shop acme.redis'])
      const { problem } = (await sources()).find((one) => one.id === id) ?? {}
      expect(problem).toMatchObject({ code: 'format.malformed', message: expect.stringContaining('bad.mjs') as string })
      expect(JSON.stringify([problem, deck.logged])).not.toContain('secret words')
    })

    it('one that hangs does not keep the app from closing', async () => {
      writeFileSync(
        join(modules, 'bad.mjs'),
        variantOf('bad.redis', /yield \[SESSION\('one'\)\]/, 'globalThis.hangs = true; await new Promise(() => {})'),
      )
      await enable('bad.mjs')
      const { location } = await deck.client.sources.parseStoreAddress({ text: `redis://127.0.0.1:${server.port}/0` })
      const { id } = await deck.client.sources.addStore({ location })
      await waitFor(async () => 'hangs' in globalThis)
      expect((await sources()).find((one) => one.id === id)?.state).toBe('scanning')
      await deck.close()
    })
  },
)

/** Sessions in a table of the bot's own. */
const ACME_TABLES = `export const acmeTables = { apiVersion: 1, kind: 'format',
  make({ Secret, authKeyFrom, emptySession, homeOf }) {
    const stored = ([name, dc, key]) => ({ key: String(name), name: String(name), decoded: { problems: [],
      info: { formatId: 'acme.tables', variant: '1', library: 'acme', formatVersion: 1 },
      session: { ...emptySession(), dataCenters: [
        { id: Number(dc), address: null, port: null, authKey: authKeyFrom(key), home: true }] } } })
    return { id: 'acme.tables', library: 'acme', label: 'Acme tables', help: 'Acme.', medium: 'tables',
      defaultVariant: '1', variants: [{ id: '1', label: '1', library: 'acme', carries: new Set(['dc', 'auth-key']),
        requires: ['auth-key', 'dc'], writable: true }],
      shared: {
        async survey(tables) {
          return (await tables.schema()).tables.has('acme') ? [{ prefix: '', sessions: await tables.count('acme') }] : []
        },
        async *pages(tables) { yield (await tables.query('SELECT name, dc, key FROM acme LIMIT 500')).map(stored) },
        async read(tables, key) {
          const [row] = await tables.query('SELECT name, dc, key FROM acme WHERE name = ?', [key])
          return row ? stored(row) : null
        },
        async write(tables, key, session) {
          const { id, authKey } = homeOf(session)
          await tables.run('INSERT INTO acme VALUES (?, ?, ?)', [key, BigInt(id), authKey.open()])
        },
        async remove(tables, key) { await tables.run('DELETE FROM acme WHERE name = ?', [key]) },
        keyFor: (_prefix, name) => name } } } }`

const noPostgres = postgresMissing()

it.skipIf(noPostgres !== null)(
  `a module for tables lists and writes${noPostgres ? ` (${noPostgres})` : ''}`,
  async () => {
    const server = await startPostgres()
    const deck = await openTestApp()
    const client = await server.client()
    try {
      await client.query('CREATE TABLE acme (name text PRIMARY KEY, dc bigint, key bytea)')
      await client.query("INSERT INTO acme VALUES ('shop', 2, $1)", [randomBytes(256)])
      const folder = join(deck.root, 'modules')
      mkdirSync(folder)
      writeFileSync(join(folder, 'acme.mjs'), ACME_TABLES)
      const [module] = (await deck.client.extensions.setFolder({ folder })).modules
      const { path, sha256 } = module ?? { path: '', sha256: '' }
      expect(await deck.client.extensions.enable({ path, sha256, confirmed: true })).toMatchObject({
        modules: [{ label: 'Acme tables', problem: null }],
      })
      await deck.client.app.protect({ passphrase: 'correct horse battery' })
      const { location } = await deck.client.sources.parseStoreAddress({
        text: `postgresql://${server.user}@127.0.0.1:${server.port}/${server.database}`,
      })
      const { id: sourceId } = await deck.client.sources.addStore({ location, password: server.password })
      const rows = async () => (await deck.client.sessions.list(everything)).rows
      await waitFor(async () => (await rows()).length === 1)
      const [shop] = await rows()
      if (!shop) throw new Error('not there')
      expect(shop).toMatchObject({ name: 'shop', formatId: 'acme.tables', status: 'ok' })
      await deck.client.sources.allowWriting({ sourceId, allow: true, confirmed: true })
      await deck.client.sessions.delete({ refs: [shop.ref] })
      expect((await client.query('SELECT * FROM acme')).rows).toEqual([])
      const [trashed] = await deck.client.trash.list()
      expect(await deck.client.trash.restore({ ids: [trashed?.id ?? ''] })).toMatchObject([{ error: null }])
      expect((await client.query('SELECT name, dc FROM acme')).rows).toEqual([{ name: 'shop', dc: '2' }])
    } finally {
      await client.end()
      await deck.close()
      await server.stop()
    }
  },
)
