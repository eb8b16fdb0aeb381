import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeBackend } from '../../src/main/backends/stores.ts'
import type { StoreLocation } from '../../src/main/backends/store.ts'
import { Secret } from '../../src/main/domain/secret.ts'
import { collect, homeOf } from '../../src/main/domain/session.ts'
import { ferogramSqlite } from '../../src/main/formats/ferogram/sqlite.ts'
import { withFixture } from '../support/formats/fixtures.ts'
import { libsqlMissing, type LibsqlServer, startLibsql } from '../support/servers/libsql.ts'
import { freePort } from '../support/servers/process.ts'
import { startProxy } from '../support/servers/proxy.ts'
import { failure, type SqlConnection } from './support/sql-servers.ts'
import { draw, everySession, keyHex, options, query, shared, signal } from './support/sql-store-suite.ts'

const ferogram = ferogramSqlite.shared!

describe.skipIf(libsqlMissing() !== null)('a libSQL server', () => {
  let server: LibsqlServer
  const ended: (() => Promise<unknown>)[] = []
  beforeAll(async () => {
    server = await startLibsql()
  })
  afterAll(async () => {
    for (const end of ended.toReversed()) await end()
    await server?.stop()
  })

  const location = (host = server.url, tls: StoreLocation['tls']['mode'] = 'off'): StoreLocation => ({
    kind: 'libsql',
    hosts: [host],
    database: '',
    user: '',
    tls: { mode: tls, ca: '' },
    topology: { kind: 'single' },
    prefix: '',
  })
  async function open(
    at = location(),
    token = server.token,
    commandTimeoutMs = 5000,
    cancel = signal,
  ): Promise<SqlConnection> {
    const backend = await storeBackend('libsql')
    const limits = { signal: cancel, connectTimeoutMs: 2000, commandTimeoutMs }
    const connection = await backend.connect(at, { password: token === '' ? null : Secret.fromText(token) }, limits)
    if (connection.medium !== 'tables') throw new Error('no tables')
    ended.push(connection.close)
    return connection
  }

  it('keeps a session of ferogram, in the tables that are there', async () => {
    const connection = await open()
    expect(connection.server).toMatch(/^libSQL \(SQLite 3\.\d+/)
    expect(await ferogram.survey(connection.reader, signal)).toEqual([])
    await withFixture('ferogram/libsql-local.db', async (file) => {
      const [local] = await ferogramSqlite.list(file)
      const { session } = local!.decoded
      for (const attempt of ['new tables', 'in place of what is there']) {
        await connection.write((writer) =>
          ferogram.write!(writer, ferogram.keyFor('', 'any'), session, options({ variant: '0.6.5' })),
        )
        const found = await ferogram.read(connection.reader, 'session')
        const { session: read } = found!.decoded
        expect(found!.decoded.problems, attempt).toEqual(local!.decoded.problems)
        expect(keyHex(read)).toBe(keyHex(session))
        expect(homeOf(read)).toMatchObject({ id: homeOf(session)!.id, address: homeOf(session)!.address })
        expect(read.updateState).toEqual(session.updateState)
        expect(await collect(read.peers)).toEqual(await collect(session.peers))
        expect(await collect(read.channelStates)).toEqual(await collect(session.channelStates))
      }
    })
    const page = await ferogram.peers!(connection.reader, 'session', query())
    expect(page.peers.length).toBeGreaterThan(0)
    const pages = []
    for await (const some of ferogram.pages(connection.reader, '', signal)) pages.push(...some)
    expect(pages.map((one) => one.key)).toEqual(['session'])
    await connection.write((writer) => ferogram.remove!(writer, 'session'))
    expect((await ferogram.read(connection.reader, 'session'))!.decoded.problems.map(({ code }) => code)).toEqual([
      'session.no-key',
    ])
  })

  it('keeps sessions of Telethon beside it, written whole or not at all', async () => {
    const connection = await open()
    const session = draw()
    await connection.write((writer) => shared.write!(writer, 'tg_|alice', session, options()))
    expect(keyHex((await shared.read(connection.reader, 'tg_|alice'))!.decoded.session)).toBe(keyHex(session))
    expect(
      (await collect((await everySession(connection, 'tg_'))[0]!.decoded.session.peers)).length,
    ).toBeGreaterThanOrEqual(0)
    const broken = connection.write(async (writer) => {
      await shared.remove!(writer, 'tg_|alice')
      throw new RangeError('ours')
    })
    await expect(broken).rejects.toThrow(RangeError)
    expect(keyHex((await shared.read(connection.reader, 'tg_|alice'))!.decoded.session)).toBe(keyHex(session))
  })

  it('refuses whom it does not know, and writing to whom may read', async () => {
    expect((await failure(open(location(), 'wrong'))).code).toBe('source.login-failed')
    expect((await failure(open(location(), ''))).code).toBe('source.login-failed')
    const reader = await open(location(), server.readToken)
    expect((await reader.reader.schema()).tables.size).toBeGreaterThan(0)
    const write = reader.write((writer) => writer.run('CREATE TABLE not_ours (id INTEGER)'))
    expect(['source.denied', 'source.read-only']).toContain((await failure(write)).code)
    const down = open(location(`http://127.0.0.1:${await freePort()}`))
    expect(await failure(down)).toMatchObject({
      code: 'source.unreachable',
      reason: expect.stringContaining('nothing answers'),
    })
    expect((await failure(open(location(server.url.replace('http:', 'libsql:'), 'verify')))).code).toBe(
      'source.unreachable',
    )
    expect((await failure(open(location(server.url, 'verify')))).code).toBe('request.invalid')
  })

  it('is slow, dies while it is written, and comes back', async () => {
    const proxy = await startProxy(server)
    ended.push(proxy.stop)
    const connection = await open(location(`http://127.0.0.1:${proxy.port}`), server.token, 1000)
    proxy.setLatency(30_000)
    expect(await failure(everySession(connection, 'tg_'))).toMatchObject({
      code: 'source.unreachable',
      reason: expect.stringContaining('too long'),
    })
    proxy.setLatency(0)
    proxy.cut()
    const before = await everySession(connection, 'tg_')
    expect(before).toHaveLength(1)
    const write = connection.write(async (writer) => {
      await shared.remove!(writer, 'tg_|alice')
      await server.kill()
      await writer.query('SELECT 1')
    })
    expect((await failure(write)).code).toBe('source.unreachable')
    expect((await failure(connection.reader.query('SELECT 1'))).code).toBe('source.unreachable')
    await server.restart()
    expect(keyHex((await everySession(connection, 'tg_'))[0]!.decoded.session)).toBe(keyHex(before[0]!.decoded.session))
    const stopped = new AbortController()
    const last = await open(location(), server.token, 5000, stopped.signal)
    stopped.abort()
    await expect(last.reader.query('SELECT 1')).rejects.toThrow()
  })
})
