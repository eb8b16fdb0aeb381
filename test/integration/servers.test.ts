import { spawn } from 'node:child_process'
import { createConnection } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { mariadbMissing, startMariaDb } from '../support/servers/mariadb.ts'
import { postgresMissing, startPostgres } from '../support/servers/postgres.ts'
import { redisMissing, startRedis, startRedisCluster, startRedisSentinel } from '../support/servers/redis.ts'

/** Everything started here, ended after each test. */
const started: { stop(): Promise<void> }[] = []
const kept = <T extends { stop(): Promise<void> }>(server: T): T => {
  started.push(server)
  return server
}
afterEach(async () => {
  for (const server of started.splice(0).toReversed()) await server.stop()
})

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

describe.skipIf(redisMissing() !== null)('test servers: Redis', () => {
  it('starts, loses what it was not told to keep, comes back and ends', async () => {
    const server = kept(await startRedis())
    await server.client().set('a', '1')
    await server.kill()
    expect(await isListening(server.port)).toBe(false)
    await server.restart()
    expect(await server.client().get('a')).toBeNull()
    await server.stop()
    expect(await isListening(server.port)).toBe(false)
  })

  it('speaks TLS with a certificate of its own', async () => {
    const server = kept(await startRedis({ tls: true, password: 'word' }))
    expect(await server.client().ping()).toBe('PONG')
  })

  it('makes a cluster, and a master with a replica and a sentinel', async () => {
    const cluster = kept(await startRedisCluster())
    expect(String(await cluster.nodes[1]?.client().call('CLUSTER', 'INFO'))).toContain('cluster_size:3')
    const sentinels = kept(await startRedisSentinel())
    const master = await sentinels.sentinel.client().call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'deck')
    expect(master).toEqual(['127.0.0.1', String(sentinels.master.port)])
  })

  it('ends when the process that started it is killed', async () => {
    const program = `
      import { startRedis } from ${JSON.stringify(new URL('../support/servers/redis.ts', import.meta.url).href)}
      const server = await startRedis()
      process.stdout.write(String(server.port))
      setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program])
    const port = await new Promise<number>((resolve) => child.stdout.once('data', (text) => resolve(Number(text))))
    expect(await isListening(port)).toBe(true)
    child.kill('SIGKILL')
    await vi.waitFor(async () => expect(await isListening(port)).toBe(false), 5000)
  })
})

describe.skipIf(postgresMissing() !== null)('test servers: PostgreSQL', () => {
  it('starts with TLS, survives a kill, and has a standby that takes no writes', async () => {
    const server = kept(await startPostgres({ tls: true }))
    const client = await server.client()
    await client.query('CREATE TABLE t (a int); INSERT INTO t VALUES (1)')
    await client.end()
    await server.kill()
    await server.restart()
    const standby = kept(await startPostgres({ standbyOf: server }))
    const reader = await standby.client()
    expect((await reader.query('SELECT a FROM t')).rows).toEqual([{ a: 1 }])
    await expect(reader.query('INSERT INTO t VALUES (2)')).rejects.toThrow(/read-only/)
    await reader.end()
  })
})

describe.skipIf(mariadbMissing() !== null)('test servers: MariaDB', () => {
  it('starts with TLS and survives a kill', async () => {
    const server = kept(await startMariaDb({ tls: true }))
    const client = await server.client()
    await client.query('CREATE TABLE t (a int)')
    await client.end()
    await server.kill()
    await server.restart()
    const again = await server.client()
    expect((await again.query('SELECT count(*) AS n FROM t'))[0]).toEqual([{ n: 0 }])
    await again.end()
  })
})
