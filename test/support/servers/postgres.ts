import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import type { Certificate } from './certificate.ts'
import { type NewServerOptions, newServer } from './new-server.ts'
import { giveToServer, missingPrograms, runAsServer, startServer, type TestServer } from './process.ts'

/** Why tests against PostgreSQL are skipped; null when they run. */
export const postgresMissing = (): string | null => missingPrograms('postgres', 'initdb', 'openssl')

export interface PostgresOptions extends NewServerOptions {
  /** Takes no writes, as a hot standby does. */
  readonly standbyOf?: PostgresServer
  /** Settings of the server: `['default_transaction_read_only=on']`. */
  readonly config?: readonly string[]
}

export interface PostgresServer extends TestServer {
  /** Superuser. */
  readonly user: string
  readonly password: string
  readonly database: string
  readonly certificate: Certificate | null
  /** A connected client of the tests' own: end it. */
  client(): Promise<Client>
}

const USER = 'deck'
const DATABASE = 'postgres'

/** A PostgreSQL server; it never runs as root. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const made = await newServer('postgres', options)
  const { port, folder, data, certificate } = made
  const password = options.standbyOf?.password ?? made.password
  if (options.standbyOf) copyOf(options.standbyOf, folder, data)
  else newCluster(folder, data, password)
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    `unix_socket_directories=${folder}`,
    'fsync=off',
    'shared_buffers=32MB',
    ...(certificate
      ? ['ssl=on', `ssl_cert_file=${certificate.certificateFile}`, `ssl_key_file=${certificate.keyFile}`]
      : []),
    ...(options.config ?? []),
  ]
  const client = async (): Promise<Client> => {
    const connected = new Client({
      host: '127.0.0.1',
      port,
      user: USER,
      password,
      database: DATABASE,
      ...(certificate && { ssl: { rejectUnauthorized: false } }),
    })
    connected.on('error', () => {})
    await connected.connect()
    return connected
  }
  const server = await startServer({
    program: 'postgres',
    args: ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
    folder,
    port,
    answers: async () => {
      const probe = await client()
      await probe.end()
    },
  })
  return { ...server, user: USER, password, database: DATABASE, certificate, client }
}

function newCluster(folder: string, data: string, password: string): void {
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  giveToServer(passwordFile)
  const login = ['-U', USER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
  runAsServer('initdb', ['-D', data, ...login, '--no-sync', '-E', 'UTF8', '--locale=C.UTF-8'], folder)
}

function copyOf(server: PostgresServer, folder: string, data: string): void {
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, `127.0.0.1:${server.port}:*:${server.user}:${server.password}\n`, { mode: 0o600 })
  giveToServer(passwordFile)
  const from = `host=127.0.0.1 port=${server.port} user=${server.user} passfile=${passwordFile}`
  runAsServer('pg_basebackup', ['-D', data, '-d', from, '-R', '-c', 'fast', '--no-sync'], folder)
}
