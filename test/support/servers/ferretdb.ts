import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { MongoClient } from 'mongodb'
import { type Certificate, makeCertificate } from './certificate.ts'
import { freePort, missingPrograms, programPath, serverFolder, startServer, type TestServer } from './process.ts'

const SOURCE = new URL('ferretdb/', import.meta.url).pathname
const CACHE = new URL('../../../node_modules/.cache/integration/', import.meta.url).pathname
const MODULE = 'github.com/FerretDB/FerretDB'
const VERSION = /FerretDB (v[\d.]+)/.exec(readFileSync(join(SOURCE, 'go.mod'), 'utf8'))?.[1] ?? ''
/** Only its SQLite half: the others drag in drivers of servers that nobody starts. */
const TAGS = 'ferretdb_no_postgresql,ferretdb_no_mysql,ferretdb_no_hana'
const BUILD_LIMIT_MS = 900_000

const run = promisify(execFile)

/**
 * Why tests against FerretDB, a server that speaks MongoDB's protocol, are skipped; null when they run. The first call
 * builds it with Go, which takes minutes; the program is kept in `node_modules/.cache`.
 */
export async function ferretdbMissing(): Promise<string | null> {
  const missing = missingPrograms('go', 'openssl')
  if (missing !== null && !existsSync(programFile())) return missing
  try {
    await ferretdbProgram()
    return null
  } catch (error) {
    const line = error instanceof Error ? (error.message.trim().split('\n').at(-1) ?? '') : String(error)
    const reason = `skipped: FerretDB ${VERSION} cannot be built: ${line}`
    process.stderr.write(`${reason}\n`)
    return reason
  }
}

function programFile(): string {
  const hash = createHash('sha256').update(TAGS)
  for (const name of readdirSync(SOURCE).toSorted()) hash.update(name).update(readFileSync(join(SOURCE, name)))
  return join(CACHE, `ferretdb-${VERSION}-${hash.digest('hex').slice(0, 12)}`)
}

/** The program, built when it is not there yet. */
async function ferretdbProgram(): Promise<string> {
  const file = programFile()
  if (existsSync(file)) return file
  mkdirSync(CACHE, { recursive: true })
  const folder = mkdtempSync(join(CACHE, 'build-'))
  try {
    for (const name of readdirSync(SOURCE)) copyFileSync(join(SOURCE, name), join(folder, name))
    const go = (...args: readonly string[]): Promise<unknown> =>
      run(programPath('go') ?? 'go', args, { cwd: folder, timeout: BUILD_LIMIT_MS, maxBuffer: 1 << 26 })
    await go('mod', 'vendor')
    // A build of its main program wants to know its version, which a module of the registry does not carry.
    writeFileSync(join(folder, 'vendor', MODULE, 'build/version/version.txt'), `${VERSION}\n`)
    await go('build', '-mod=vendor', '-trimpath', '-tags', TAGS, '-o', join(folder, 'built'), `${MODULE}/cmd/ferretdb`)
    chmodSync(join(folder, 'built'), 0o755)
    renameSync(join(folder, 'built'), file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return file
}

export interface FerretDbOptions {
  /** Asks for a login, and lets this user in alone. */
  readonly login?: boolean
  readonly tls?: boolean
  readonly subjectAltName?: string
  /** The server claims to be a member of this replica set; it still knows neither transactions nor change streams. */
  readonly replicaSet?: string
}

export interface FerretDbServer extends TestServer {
  /** '' without {@link FerretDbOptions.login}. */
  readonly user: string
  readonly password: string
  readonly certificate: Certificate | null
  /** A client of the tests' own, as a bot would use it: close it. */
  client(): MongoClient
}

const USER = 'deck'

/** FerretDB over SQLite files. */
export async function startFerretDb(options: FerretDbOptions = {}): Promise<FerretDbServer> {
  const program = await ferretdbProgram()
  const port = await freePort()
  const folder = serverFolder('ferretdb')
  const password = options.login ? crypto.randomUUID() : ''
  const user = options.login ? USER : ''
  const certificate = options.tls ? makeCertificate(folder, options.subjectAltName) : null
  const address = `127.0.0.1:${port}`
  const copy = join(folder, 'ferretdb')
  // The servers' user need not be able to look into our folders.
  copyFileSync(program, copy)
  chmodSync(copy, 0o755)
  const client = (): MongoClient =>
    new MongoClient(`mongodb://${address}/?directConnection=true`, {
      useBigInt64: true,
      serverSelectionTimeoutMS: 5000,
      ...(options.login && { auth: { username: user, password }, authSource: 'admin' }),
      ...(certificate && { tls: true, ca: certificate.ca }),
    })
  const server = await startServer({
    program: copy,
    args: [
      '--handler=sqlite',
      `--sqlite-url=file:${folder}/`,
      '--state-dir=-',
      '--debug-addr=-',
      '--telemetry=disable',
      '--log-level=ERROR',
      ...(certificate
        ? [
            '--listen-addr=',
            `--listen-tls=${address}`,
            `--listen-tls-cert-file=${certificate.certificateFile}`,
            `--listen-tls-key-file=${certificate.keyFile}`,
          ]
        : [`--listen-addr=${address}`]),
      ...(options.login
        ? [
            '--test-enable-new-auth',
            '--setup-database=admin',
            `--setup-username=${user}`,
            `--setup-password=${password}`,
          ]
        : []),
      ...(options.replicaSet === undefined ? [] : [`--repl-set-name=${options.replicaSet}`]),
    ],
    folder,
    port,
    answers: async () => {
      const one = client()
      try {
        await one.db('admin').command({ ping: 1 })
      } finally {
        await one.close()
      }
    },
  })
  return { ...server, user, password, certificate, client }
}
