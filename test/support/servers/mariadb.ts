import { join } from 'node:path'
import { type Connection, createConnection } from 'mysql2/promise'
import type { Certificate } from './certificate.ts'
import { type NewServerOptions, newServer } from './new-server.ts'
import { missingPrograms, runAsServer, startServer, type TestServer } from './process.ts'

/** Why tests against MariaDB are skipped; null when they run. */
export const mariadbMissing = (): string | null => missingPrograms('mariadbd', 'mariadb-install-db', 'openssl')

export interface MariaDbOptions extends NewServerOptions {
  /** Settings of the server: `['read_only=1']`. The tests' own user is above `read_only`. */
  readonly config?: readonly string[]
}

export interface MariaDbServer extends TestServer {
  /** May do everything. */
  readonly user: string
  readonly password: string
  readonly database: string
  readonly certificate: Certificate | null
  /** A client of the tests' own: end it. */
  client(): Promise<Connection>
}

const USER = 'deck'
const DATABASE = 'deck'

/** A MariaDB server; it never runs as root. */
export async function startMariaDb(options: MariaDbOptions = {}): Promise<MariaDbServer> {
  const { port, folder, data, password, certificate } = await newServer('mariadb', options)
  runAsServer(
    'mariadb-install-db',
    ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'],
    folder,
  )
  const settings = [
    `datadir=${data}`,
    `port=${port}`,
    'bind-address=127.0.0.1',
    `socket=${join(folder, 's')}`,
    `pid-file=${join(folder, 'pid')}`,
    'innodb-flush-log-at-trx-commit=2',
    'innodb-buffer-pool-size=64M',
    'character-set-server=utf8mb4',
    ...(certificate ? [`ssl-cert=${certificate.certificateFile}`, `ssl-key=${certificate.keyFile}`] : []),
    ...(options.config ?? []),
  ]
  const server = await startServer({
    program: 'mariadbd',
    args: ['--no-defaults', ...settings.map((setting) => `--${setting}`)],
    folder,
    port,
    answers: async () => {
      const root = await createConnection({ host: '127.0.0.1', port, user: 'root' })
      await root.end()
    },
  })
  const root = await createConnection({ host: '127.0.0.1', port, user: 'root' })
  await root.query(`CREATE DATABASE ${DATABASE}`)
  await root.query(`CREATE USER '${USER}'@'127.0.0.1' IDENTIFIED BY '${password}'`)
  await root.query(`GRANT ALL PRIVILEGES ON *.* TO '${USER}'@'127.0.0.1' WITH GRANT OPTION`)
  await root.end()
  const client = (): Promise<Connection> =>
    createConnection({ host: '127.0.0.1', port, user: USER, password, database: DATABASE, supportBigNumbers: true })
  return { ...server, user: USER, password, database: DATABASE, certificate, client }
}
