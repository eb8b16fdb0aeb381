import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { parseServeArguments, SERVE_HELP, type ServeArguments, UsageError } from '../src/main/headless/arguments.ts'
import { buildIfStale, projectRoot } from './build-if-stale.ts'
import { findElectron } from './electron-binary.ts'
import { fetchElectron } from './fetch-electron.ts'

/** A crash so soon is Electron's own (a missing library, a sandbox it may not have), not ours. */
const CRASHED_WITHIN_MS = 6000
const OWN_FLAGS = new Set(['--headless', '--fetch'])
/** Whoever names these wants the browser. */
const HEADLESS_FLAGS = /^--(port|host|allow-host|open|no-open)(=|$)/

const HELP = `npm start -- [options] [files or folders]

  --headless         open in a browser, even where Electron could run
  --fetch            try again to fetch Electron

${SERVE_HELP}`

process.exitCode = await start(process.argv.slice(2))

async function start(argv: readonly string[]): Promise<number> {
  const rest = argv.filter((argument) => !OWN_FLAGS.has(argument))
  let args: ServeArguments | null
  try {
    // npm runs scripts in the project's folder; paths are meant from where the person is.
    args = parseServeArguments(rest, workingFolder())
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`${error.message}\n\n${HELP}`)
    return 2
  }
  if (args === null) {
    process.stdout.write(HELP)
    return 0
  }
  try {
    await buildIfStale({ announce: true })
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
  const wantsBrowser = argv.includes('--headless') || rest.some((argument) => HEADLESS_FLAGS.test(argument))
  const electron = wantsBrowser ? null : await chooseElectron(argv.includes('--fetch'))
  if (electron !== null) {
    const startedAtMs = Date.now()
    const code = await run(electron, [projectRoot, ...electronArguments(args)])
    if (code === 0 || Date.now() - startedAtMs > CRASHED_WITHIN_MS) return code
    process.stderr.write(`Electron did not start (exit code ${code}); opening in a browser instead.\n`)
  }
  return run(process.execPath, [join(projectRoot, 'out/main/server.js'), ...rest])
}

/** The executable, or null after one line that says why not. */
async function chooseElectron(again: boolean): Promise<string | null> {
  const obstacle = displayObstacle()
  const found = obstacle === null ? findElectron() : null
  if (found !== null) return found
  const fetched = obstacle === null ? await fetchElectron({ again }) : { why: obstacle }
  if ('path' in fetched) return fetched.path
  process.stderr.write(`Electron is not used: ${fetched.why}. Opening in a browser instead.\n`)
  return null
}

function displayObstacle(): string | null {
  if (process.platform !== 'linux') return process.env['SSH_CONNECTION'] ? 'this is a remote login' : null
  return process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'] ? null : 'there is no display'
}

/** As the Electron entry reads them: a value joined to its flag. */
function electronArguments(args: ServeArguments): string[] {
  return [...(args.demo ? ['--demo'] : []), ...(args.root === null ? [] : [`--data=${args.root}`]), ...args.paths]
}

function run(program: string, args: readonly string[]): Promise<number> {
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env
  const child = spawn(program, [...args], { stdio: 'inherit', cwd: workingFolder(), env })
  // This program waits for how the child ends, however the wish to end arrived.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  return new Promise((resolve) => {
    child.on('error', (error) => {
      process.stderr.write(`${error.message}\n`)
      resolve(1)
    })
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  })
}

function workingFolder(): string {
  return process.env['INIT_CWD'] ?? process.cwd()
}
