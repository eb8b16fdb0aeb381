import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis, type RedisOptions as DriverOptions } from 'ioredis'
import { type Certificate, makeCertificate } from './certificate.ts'
import { freePort, giveToServer, missingPrograms, serverFolder, startServer, type TestServer } from './process.ts'

/** One mapping of replies is the default, and the type of the other differs. */
type RedisOptions = Omit<DriverOptions, 'replyMapping'>

/** Why tests against Redis are skipped; null when they run. */
export const redisMissing = (): string | null => missingPrograms('redis-server', 'openssl')

export interface RedisOptionsForTest {
  /** Speaks TLS alone. */
  readonly tls?: boolean
  /** Alternative names of the certificate, `DNS:other.example` for one that does not fit. */
  readonly subjectAltName?: string
  /** `requirepass`. */
  readonly password?: string
  /** Lines of an ACL: `user reader on >word ~telethon:* +@read`. */
  readonly acl?: readonly string[]
  readonly replicaOf?: TestServer
  /** `notify-keyspace-events`. */
  readonly notifyKeyspace?: string
  /** Keeps what it was told over a kill. */
  readonly durable?: boolean
  /** More lines of its configuration. */
  readonly config?: readonly string[]
}

export interface RedisServer extends TestServer {
  readonly certificate: Certificate | null
  /** A plain client of the tests' own; it is closed when the server is stopped. */
  client(options?: RedisOptions): Redis
}

/** A Redis server without a word of the machine's own configuration. */
export async function startRedis(options: RedisOptionsForTest = {}): Promise<RedisServer> {
  const port = await freePort()
  const folder = serverFolder('redis')
  const certificate = options.tls ? makeCertificate(folder, options.subjectAltName) : null
  const lines = [
    'bind 127.0.0.1',
    ...(certificate
      ? [
          'port 0',
          `tls-port ${port}`,
          `tls-cert-file ${certificate.certificateFile}`,
          `tls-key-file ${certificate.keyFile}`,
          `tls-ca-cert-file ${certificate.certificateFile}`,
          'tls-auth-clients no',
        ]
      : [`port ${port}`]),
    'save ""',
    ...(options.durable ? ['appendonly yes', 'appendfsync always'] : []),
    `dir ${folder}`,
    'repl-diskless-sync-delay 0',
    ...(options.password ? [`requirepass ${options.password}`] : []),
    ...(options.acl ?? []),
    ...(options.replicaOf ? [`replicaof 127.0.0.1 ${options.replicaOf.port}`] : []),
    ...(options.notifyKeyspace ? [`notify-keyspace-events ${options.notifyKeyspace}`] : []),
    ...(options.config ?? []),
  ]
  return launchRedis({ port, folder, lines, certificate, password: options.password })
}

export interface RedisCluster {
  readonly nodes: readonly RedisServer[]
  stop(): Promise<void>
}

const SLOTS = 16_384

/** A cluster of three masters that share the slots evenly. */
export async function startRedisCluster(options: { readonly notifyKeyspace?: string } = {}): Promise<RedisCluster> {
  const nodes: { server: RedisServer; busPort: number }[] = []
  for (let index = 0; index < 3; index += 1) {
    const busPort = await freePort()
    const config = [
      'cluster-enabled yes',
      `cluster-port ${busPort}`,
      'cluster-node-timeout 3000',
      'cluster-config-file nodes.conf',
    ]
    nodes.push({ server: await startRedis({ ...options, config }), busPort })
  }
  const [first] = nodes
  if (first === undefined) throw new Error('no node')
  for (const [index, { server }] of nodes.entries()) {
    const client = server.client()
    const [from, to] = [index, index + 1].map((share) => Math.floor((share * SLOTS) / nodes.length))
    await client.call('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1))
    await client.call('CLUSTER', 'ADDSLOTSRANGE', String(from), String((to ?? 0) - 1))
    if (index > 0) {
      await client.call('CLUSTER', 'MEET', '127.0.0.1', String(first.server.port), String(first.busPort))
    }
  }
  for (const { server } of nodes) await untilReady(server.client())
  return {
    nodes: nodes.map(({ server }) => server),
    async stop() {
      await Promise.all(nodes.map(({ server }) => server.stop()))
    },
  }
}

/** Every node knows every slot and all others. */
async function untilReady(client: Redis): Promise<void> {
  const deadline = Date.now() + 30_000
  for (;;) {
    const info = String(await client.call('CLUSTER', 'INFO'))
    if (info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3')) return
    if (Date.now() > deadline) throw new Error(`the cluster does not come together: ${info}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

export interface RedisSentinels {
  readonly masterName: string
  readonly master: RedisServer
  readonly replica: RedisServer
  readonly sentinel: RedisServer
  stop(): Promise<void>
}

/** A master with a replica, watched by a sentinel that lets the replica take over after a second. */
export async function startRedisSentinel(): Promise<RedisSentinels> {
  const masterName = 'deck'
  const master = await startRedis()
  const replica = await startRedis({ replicaOf: master })
  const port = await freePort()
  const folder = serverFolder('sentinel')
  const lines = [
    'bind 127.0.0.1',
    `port ${port}`,
    `dir ${folder}`,
    `sentinel monitor ${masterName} 127.0.0.1 ${master.port} 1`,
    `sentinel down-after-milliseconds ${masterName} 1000`,
    `sentinel failover-timeout ${masterName} 5000`,
  ]
  const sentinel = await launchRedis({ port, folder, lines, certificate: null, sentinel: true })
  return {
    masterName,
    master,
    replica,
    sentinel,
    async stop() {
      await Promise.all([sentinel.stop(), replica.stop(), master.stop()])
    },
  }
}

interface Launch {
  readonly port: number
  readonly folder: string
  readonly lines: readonly string[]
  readonly certificate: Certificate | null
  readonly password?: string | undefined
  readonly sentinel?: boolean
}

async function launchRedis({ port, folder, lines, certificate, password, sentinel }: Launch): Promise<RedisServer> {
  const file = join(folder, 'redis.conf')
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 })
  // A sentinel writes into its own configuration.
  giveToServer(file)
  const clients = new Set<Redis>()
  const client = (more: RedisOptions = {}): Redis => {
    const all: RedisOptions = {
      host: '127.0.0.1',
      port,
      ...(password ? { password } : {}),
      ...(certificate ? { tls: { ca: certificate.ca, checkServerIdentity: () => undefined } } : {}),
      ...more,
    }
    const made = new Redis(all)
    made.on('error', () => {})
    clients.add(made)
    return made
  }
  const server = await startServer({
    program: 'redis-server',
    args: [file, ...(sentinel ? ['--sentinel'] : [])],
    folder,
    port,
    answers: async () => {
      const probe = client({ lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 })
      try {
        await probe.connect()
        // An ACL may let nobody in without a name: an answer is an answer.
        await probe.ping().catch((error: unknown) => {
          if (!/NOAUTH|NOPERM/.test(String(error))) throw error
        })
      } finally {
        probe.disconnect()
        clients.delete(probe)
      }
    },
  })
  return {
    ...server,
    certificate,
    client,
    async stop() {
      for (const one of clients) one.disconnect()
      clients.clear()
      await server.stop()
    },
  }
}
