import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../../src/main/domain/errors.ts'
import { mariadbMissing } from '../support/servers/mariadb.ts'
import { postgresMissing, startPostgres } from '../support/servers/postgres.ts'
import { freePort } from '../support/servers/process.ts'
import { startProxy } from '../support/servers/proxy.ts'
import { connectSql, failure, locationOf, type SqlConnection, type SqlServer, startSql } from './support/sql-servers.ts'
import { draw, everySession, keyHex, options, shared } from './support/sql-store-suite.ts'
import { restoreTables, storedTables } from './support/stored-tables.ts'

describe.each([
  ['postgres', 'sqlalchemy_postgresql', postgresMissing()],
  ['mysql', 'sqlalchemy_mysql', mariadbMissing()],
] as const)('a %s server with faults', (kind, store, missing) => {
  describe.skipIf(missing !== null)('of all kinds', () => {
    let sql: SqlServer
    let database: string
    const ended: (() => Promise<unknown>)[] = []
    beforeAll(async () => {
      sql = await startSql(kind, { tls: true, subjectAltName: 'DNS:localhost' })
    })
    afterAll(() => sql?.server.stop())
    afterEach(async () => {
      for (const end of ended.splice(0).toReversed()) await end().catch(() => {})
    })
    const restored = async (): Promise<void> => {
      database = await sql.newDatabase()
      await restoreTables(sql, database, storedTables(store))
    }
    const open = async (
      ...args: Parameters<typeof connectSql> extends [SqlServer, ...infer Rest] ? Rest : never
    ): Promise<SqlConnection> => {
      const connection = await connectSql(sql, ...args)
      ended.push(connection.close)
      return connection
    }
    const proxied = async (): Promise<Awaited<ReturnType<typeof startProxy>>> => {
      const proxy = await startProxy(sql.server)
      ended.push(proxy.stop)
      return proxy
    }

    it('is down, refuses the login, or has no such database', async () => {
      const nobody = locationOf(sql, 'nowhere', { hosts: [`127.0.0.1:${await freePort()}`] })
      expect(await failure(open(nobody))).toMatchObject({
        code: 'source.unreachable',
        reason: expect.stringContaining('nothing answers'),
      })
      await restored()
      const wrong = failure(open(locationOf(sql, database), { password: 'wrong' }))
      expect((await wrong).code).toBe('source.login-failed')
      expect((await failure(open(locationOf(sql, 'nowhere')))).code).toBe('source.not-found')
      const later = locationOf(sql, database, { hosts: [...nobody.hosts, ...locationOf(sql, database).hosts] })
      expect((await open(later)).server).toMatch(/\d/)
    })

    it('has a certificate that does not fit', async () => {
      await restored()
      const tls = (mode: 'verify' | 'any', ca: string, host = '127.0.0.1'): Promise<SqlConnection> =>
        open(locationOf(sql, database, { hosts: [`${host}:${sql.server.port}`], tls: { mode, ca } }))
      expect(await failure(tls('verify', ''))).toMatchObject({
        code: 'source.unreachable',
        reason: expect.stringContaining('authority'),
      })
      // The certificate is for `localhost`, and the address is none of its names.
      expect(await failure(tls('verify', sql.server.ca))).toMatchObject({
        code: 'source.unreachable',
        reason: expect.stringContaining('another name'),
      })
      expect((await everySession(await tls('verify', sql.server.ca, 'localhost'))).length).toBe(3)
      expect((await everySession(await tls('any', ''))).length).toBe(3)
    })

    it('dies while it is read and comes back', async () => {
      await restored()
      const connection = await open(locationOf(sql, database))
      const pages = shared.pages(connection.reader, '', new AbortController().signal)[Symbol.asyncIterator]()
      await sql.server.kill()
      expect(await failure(pages.next())).toMatchObject({ code: 'source.unreachable' })
      expect(await failure(everySession(connection))).toMatchObject({ code: 'source.unreachable' })
      await sql.server.restart()
      // The same connection, without a word of ours.
      expect((await everySession(connection)).length).toBe(3)
    })

    it('dies while it is written: nothing is half written', async () => {
      await restored()
      const connection = await open(locationOf(sql, database))
      const before = await everySession(connection)
      const broken = connection.write(async (writer) => {
        await shared.write!(writer, '|bob', draw(), options())
        await sql.server.kill()
        await writer.query('SELECT 1')
      })
      expect(await failure(broken)).toMatchObject({ code: 'source.unreachable' })
      await sql.server.restart()
      const after = await everySession(connection)
      expect(after.map((one) => [one.key, one.decoded.session.peers.count])).toEqual(
        before.map((one) => [one.key, one.decoded.session.peers.count]),
      )
      expect(keyHex(after[1]!.decoded.session)).toBe(keyHex(before[1]!.decoded.session))
      const session = draw()
      await connection.write((writer) => shared.write!(writer, '|bob', session, options()))
      expect(keyHex((await shared.read(connection.reader, '|bob'))!.decoded.session)).toBe(keyHex(session))
    })

    it('leaves it unsaid whether it saved', async () => {
      await restored()
      const proxy = await proxied()
      const connection = await open(locationOf(sql, database, { hosts: [`127.0.0.1:${proxy.port}`] }))
      const lost = connection.write(async (writer) => {
        await writer.run('DELETE FROM entities WHERE session_id = ?', ['alice'])
        proxy.cutAfterSending('COMMIT')
      })
      expect(await failure(lost)).toMatchObject({
        code: 'source.unreachable',
        reason: expect.stringContaining('look again'),
      })
      const undone = connection.write(async (writer) => {
        await writer.run('DELETE FROM entities WHERE session_id = ?', ['bob'])
        proxy.cutBeforeSending('COMMIT')
      })
      expect((await failure(undone)).code).toBe('source.unreachable')
      const rows = await (await open(locationOf(sql, database))).reader.query(
        "SELECT count(*) FROM entities WHERE session_id = 'bob'",
      )
      expect(rows[0]![0]).toBeGreaterThan(0n)
    })

    it('is slow or says nothing any more', async () => {
      await restored()
      const proxy = await proxied()
      const hosts = [`127.0.0.1:${proxy.port}`]
      const connection = await open(locationOf(sql, database, { hosts }), { commandTimeoutMs: 1000 })
      proxy.setLatency(30_000)
      const read = failure(everySession(connection))
      expect(await read).toMatchObject({ code: 'source.unreachable', reason: expect.stringContaining('too long') })
      proxy.setLatency(0)
      proxy.cut()
      expect((await everySession(connection)).length).toBe(3)
      proxy.setHanging(true)
      const late = open(locationOf(sql, database, { hosts }), { connectTimeoutMs: 500, commandTimeoutMs: 500 })
      expect(await failure(late)).toMatchObject({
        code: 'source.unreachable',
        reason: expect.stringContaining('too long'),
      })
    })

    it('is left when the person cancels, and leaves off itself', async () => {
      await restored()
      const stopped = new AbortController()
      const connection = await open(locationOf(sql, database), { signal: stopped.signal })
      const long = connection.reader.query(kind === 'postgres' ? 'SELECT pg_sleep(60)' : 'SELECT SLEEP(60)')
      const result = long.then(
        () => 'done',
        (error: unknown) => (error as Error).name,
      )
      await sleep(200)
      stopped.abort()
      expect(await result).toBe('AbortError')
      const admin = await sql.client()
      ended.push(admin.end)
      const running =
        kind === 'postgres'
          ? "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'"
          : "SELECT count(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT SLEEP%'"
      await expect.poll(async () => Number((await admin.query(running))[0]![0])).toBe(0)
      await expect(connection.reader.query('SELECT 1')).rejects.toThrow()
    })

    it('has its rows changed by another program', async () => {
      await restored()
      const connection = await open(locationOf(sql, database))
      const other = await sql.client(database)
      ended.push(other.end)
      if (kind === 'postgres') {
        const write = connection.write(async (writer) => {
          await shared.read(writer, '|bob')
          await other.query("UPDATE sessions SET port = 80 WHERE session_id = 'bob'")
          await shared.write!(writer, '|bob', draw(), options())
        })
        expect((await failure(write)).code).toBe('source.changed')
        const [row] = await other.query("SELECT port FROM sessions WHERE session_id = 'bob'")
        expect(row).toEqual([80])
        return
      }
      // What was read is locked: the other waits, and gives up or comes after us.
      await other.query('SET SESSION innodb_lock_wait_timeout = 1')
      await connection.write(async (writer) => {
        await shared.read(writer, '|bob')
        await expect(other.query("UPDATE sessions SET port = 80 WHERE session_id = 'bob'")).rejects.toMatchObject({
          errno: 1205,
        })
        await shared.write!(writer, '|bob', draw(), options())
      })
      // Both read, both want to write: the server ends one of the two.
      await other.query('SET SESSION innodb_lock_wait_timeout = 20')
      await other.query('START TRANSACTION')
      await other.query('SELECT * FROM sessions LOCK IN SHARE MODE')
      await other.query("UPDATE entities SET name = 'x' WHERE session_id = 'alice'")
      await other.query("UPDATE entities SET name = 'x' WHERE session_id = 'carol'")
      let theirs: Promise<unknown> = Promise.resolve()
      const write = connection.write(async (writer) => {
        await shared.read(writer, '|bob')
        theirs = other.query("UPDATE sessions SET port = 80 WHERE session_id = 'bob'").catch(() => {})
        await sleep(300)
        await writer.run("UPDATE sessions SET port = 81 WHERE session_id = 'bob'")
      })
      expect((await failure(write)).code).toBe('source.changed')
      await theirs
      await other.query('ROLLBACK')
    })

    it('has its tables made by another program meanwhile', async () => {
      database = await sql.newDatabase()
      const connection = await open(locationOf(sql, database))
      const other = await sql.client(database)
      ended.push(other.end)
      const write = connection.write(async (writer) => {
        await writer.schema()
        await other.query('CREATE TABLE update_state (entity_id BIGINT)')
        await shared.write!(writer, '|bob', draw(), options())
      })
      // As whoever wrote at the same time: it is done again, and then decides by what is there.
      expect((await failure(write)).code).toBe('source.changed')
    })

    it('takes nothing of a write that fails by itself', async () => {
      await restored()
      const connection = await open(locationOf(sql, database))
      const before = (await everySession(connection)).map((one) => one.decoded.session.peers.count)
      const own = new AppError('session.duplicate', {})
      const write = connection.write(async (writer) => {
        await shared.write!(writer, '|bob', draw(), options())
        throw own
      })
      await expect(write).rejects.toBe(own)
      const bug = connection.write(async () => {
        throw new RangeError('ours')
      })
      await expect(bug).rejects.toThrow(RangeError)
      expect((await everySession(connection)).map((one) => one.decoded.session.peers.count)).toEqual(before)
      const long = connection.write((writer) =>
        writer.run('INSERT INTO entities (session_id, id, hash, username) VALUES (?, ?, ?, ?)', [
          'bob',
          1n,
          1n,
          'u'.repeat(40),
        ]),
      )
      expect((await failure(long)).code).toBe('request.unsupported')
      const twice = connection.write((writer) =>
        writer.runMany('INSERT INTO version (version) VALUES (?)', [[77n], [77n]]),
      )
      expect((await failure(twice)).code).toBe('source.changed')
    })

    it('takes no writes: nothing is tried twice', async () => {
      await restored()
      const admin = await sql.client(database)
      ended.push(admin.end)
      await admin.query(
        kind === 'postgres'
          ? `ALTER DATABASE ${database} SET default_transaction_read_only = on`
          : "CREATE USER 'reader'@'127.0.0.1' IDENTIFIED BY 'reader-word'",
      )
      if (kind === 'mysql') {
        await admin.query(`GRANT ALL PRIVILEGES ON ${database}.* TO 'reader'@'127.0.0.1'`)
        await admin.query('SET GLOBAL read_only = 1')
      }
      const login = kind === 'mysql' ? { user: 'reader' } : {}
      const connection = await open(
        locationOf(sql, database, login),
        kind === 'mysql' ? { password: 'reader-word' } : {},
      )
      expect((await everySession(connection)).length).toBe(3)
      const write = connection.write((writer) => shared.write!(writer, '|bob', draw(), options()))
      expect((await failure(write)).code).toBe('source.read-only')
      if (kind === 'mysql') {
        await admin.query('SET GLOBAL read_only = 0')
        await admin.query(`REVOKE ALL PRIVILEGES ON ${database}.* FROM 'reader'@'127.0.0.1'`)
        await admin.query(`GRANT SELECT ON ${database}.* TO 'reader'@'127.0.0.1'`)
        const reader = await open(locationOf(sql, database, login), { password: 'reader-word' })
        const denied = reader.write((writer) => shared.write!(writer, '|bob', draw(), options()))
        expect((await failure(denied)).code).toBe('source.denied')
      }
    })

    it('holds thousands of tables of others', async () => {
      await restored()
      const admin = await sql.client(database)
      ended.push(admin.end)
      const count = kind === 'postgres' ? 1000 : 150
      if (kind === 'postgres') {
        await admin.query(
          `DO $$ BEGIN FOR i IN 1..${count} LOOP EXECUTE 'CREATE TABLE other_' || i || ' (id INT PRIMARY KEY, sessions TEXT)'; END LOOP; END $$`,
        )
      } else {
        for (let index = 0; index < count; index += 1)
          await admin.query(`CREATE TABLE other_${index} (id INT PRIMARY KEY, sessions TEXT)`)
      }
      const connection = await open(locationOf(sql, database))
      expect((await connection.reader.schema()).tables.size).toBeGreaterThan(count)
      expect((await everySession(connection)).length).toBe(3)
      const narrow = await open(locationOf(sql, database, { prefix: 'other_1' }))
      expect((await narrow.reader.schema()).tables.size).toBeLessThan(count)
      expect([...(await narrow.reader.schema()).tables.keys()].every((name) => name.startsWith('other_1'))).toBe(true)
    })

    it('tells whether something may have changed', async () => {
      await restored()
      const connection = await open(locationOf(sql, database))
      const other = await sql.client(database)
      ended.push(other.end)
      const first = await connection.probe!('')
      expect(typeof first).toBe('string')
      await other.query("UPDATE sessions SET port = 80 WHERE session_id = 'bob'")
      await expect.poll(() => connection.probe!(''), { timeout: 10_000 }).not.toBe(first)
      await expect
        .poll(async () => (await connection.probe!('')) === (await connection.probe!('')), { timeout: 10_000 })
        .toBe(true)
    })
  })
})

describe.skipIf(postgresMissing() !== null)('a standby of PostgreSQL', () => {
  it('is read, refuses to be written, and tells how far it is', async () => {
    const primary = await startPostgres({ config: ['wal_level=replica', 'hot_standby=on'] })
    const standby = await startPostgres({ standbyOf: primary })
    try {
      const sql: SqlServer = {
        kind: 'postgres',
        server: { ...primary, ca: '' },
        client: () => Promise.reject(new Error('not needed')),
        newDatabase: () => Promise.reject(new Error('not needed')),
      }
      const first = await connectSql(sql, locationOf(sql, primary.database))
      await first.write((writer) => shared.write!(writer, '|alice', draw(), options()))
      const replica = await connectSql(sql, locationOf(sql, primary.database, { hosts: [`127.0.0.1:${standby.port}`] }))
      await expect.poll(async () => (await everySession(replica)).length, { timeout: 20_000 }).toBe(1)
      const before = await replica.probe!('')
      expect((await failure(replica.write((writer) => shared.remove!(writer, '|alice')))).code).toBe('source.read-only')
      await first.write((writer) => shared.remove!(writer, '|alice'))
      await expect.poll(() => replica.probe!(''), { timeout: 20_000 }).not.toBe(before)
      await replica.close()
      await first.close()
    } finally {
      await standby.stop()
      await primary.stop()
    }
  })
})
