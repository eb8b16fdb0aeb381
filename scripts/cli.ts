import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { buildIfStale, projectRoot } from './build-if-stale.ts'

/** `npm run cli -- …`: the built command line, with its own streams and exit code. */
await buildIfStale()
const child = spawn(process.execPath, [join(projectRoot, 'out/main/cli.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  // npm runs scripts in the project's folder; paths are meant from where the person is.
  cwd: process.env['INIT_CWD'] ?? process.cwd(),
})
// Ctrl+C reaches the child by itself; this program waits for how it ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
})
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal])
})
