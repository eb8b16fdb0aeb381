import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The folder that holds package.json. */
export const projectRoot = resolve(import.meta.dirname, '..')

const INPUTS = [
  'src',
  'resources',
  'test/support/telegram-server',
  'package.json',
  'package-lock.json',
  'electron.vite.config.ts',
]
const STAMP = join(projectRoot, 'out', '.built-from')
const RESULTS = ['main/index.js', 'main/server.js', 'main/cli.js', 'preload/index.cjs', 'renderer/index.html']

/**
 * Builds `out` when a source changed since it was built. What the build says goes to standard error, and only when it
 * fails or `announce` is set: standard output belongs to the program that runs afterwards.
 * @throws Error when the build fails
 */
export async function buildIfStale(options: { readonly announce?: boolean } = {}): Promise<void> {
  const state = stateOfInputs()
  if (isBuilt() && readStamp() === state) return
  if (options.announce) process.stderr.write('Building Session Deck…\n')
  rmSync(STAMP, { force: true })
  await build()
  mkdirSync(join(projectRoot, 'out'), { recursive: true })
  writeFileSync(STAMP, state)
}

/** Names, sizes and times of all inputs: a file that went makes a difference, too. */
function stateOfInputs(): string {
  const hash = createHash('sha256')
  for (const input of INPUTS) addTo(hash, input)
  return hash.digest('hex')
}

function addTo(hash: ReturnType<typeof createHash>, relativePath: string): void {
  const path = join(projectRoot, relativePath)
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats || relativePath.includes('.test.')) return
  if (stats.isDirectory()) {
    for (const name of readdirSync(path).sort()) addTo(hash, `${relativePath}/${name}`)
  } else {
    hash.update(`${relativePath}\n${stats.size}\n${stats.mtimeMs}\n`)
  }
}

function isBuilt(): boolean {
  return RESULTS.every((file) => existsSync(join(projectRoot, 'out', file)))
}

function readStamp(): string | null {
  return existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : null
}

async function build(): Promise<void> {
  const program = join(projectRoot, 'node_modules/electron-vite/bin/electron-vite.js')
  if (!existsSync(program)) throw new Error('The packages are not installed: run npm ci first')
  const child = spawn(process.execPath, [program, 'build'], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const code = await new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done))
  if (code === 0) return
  process.stderr.write(said)
  throw new Error('The build failed')
}
