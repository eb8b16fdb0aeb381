// Plain JavaScript of old: this file has to run on whatever `node` there is, to say so when that is too old.
// `node scripts/run.js <name> …` runs scripts/<name>.ts under Node 24.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const NEEDED = 24
const here = dirname(fileURLToPath(import.meta.url))
const major = Number(process.versions.node.split('.')[0])

if (major >= NEEDED) {
  const [name] = process.argv.splice(2, 1)
  await import(pathToFileURL(join(here, `${name}.ts`)).href)
} else {
  const own = join(here, '../node_modules/.bin', process.platform === 'win32' ? 'node.cmd' : 'node')
  if (existsSync(own) && process.env['SESSION_DECK_NODE'] === undefined) {
    // The packages bring Node 24 along for Linux and Windows.
    const { status, error } = spawnSync(own, process.argv.slice(1), {
      stdio: 'inherit',
      shell: process.platform === 'win32',
      env: { ...process.env, SESSION_DECK_NODE: own },
    })
    if (error) process.stderr.write(`${error.message}\n`)
    process.exitCode = status ?? 1
  } else {
    process.stderr.write(
      `Session Deck needs Node ${NEEDED}; this is Node ${process.versions.node}. ` +
        (process.platform === 'darwin'
          ? `On macOS install Node ${NEEDED} (https://nodejs.org) and start again.\n`
          : 'Run npm ci, which brings it along, and start again.\n'),
    )
    process.exitCode = 1
  }
}
