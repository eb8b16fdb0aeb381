import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from './build-if-stale.ts'
import { electronPackage, findElectron } from './electron-binary.ts'

const STALLED_AFTER_MS = 20_000
const LOOK_EVERY_MS = 500
const TRY_AGAIN_AFTER_MS = 12 * 3_600_000

const cache = join(projectRoot, 'node_modules/.cache/session-deck')
const failureMark = join(cache, 'electron-fetch-failed')

/**
 * Fetches Electron's executable. No progress for 20 s ends it; a failure is remembered for half a day, so that the
 * next start is quick. Answers the path, or why there is none (a clause for a sentence).
 */
export async function fetchElectron(options: { readonly again: boolean }): Promise<{ path: string } | { why: string }> {
  if (!existsSync(join(electronPackage, 'install.js'))) return { why: 'the electron package is not installed' }
  if (process.env['ELECTRON_SKIP_BINARY_DOWNLOAD']) return { why: 'ELECTRON_SKIP_BINARY_DOWNLOAD is set' }
  if (!options.again && failedLately()) {
    return { why: 'it could not be fetched lately; npm start -- --fetch tries again' }
  }
  process.stderr.write('Fetching Electron (about 110 MB, once)…\n')
  const outcome = await install()
  const path = findElectron()
  if (path !== null) {
    rmSync(failureMark, { force: true })
    return { path }
  }
  mkdirSync(cache, { recursive: true })
  writeFileSync(failureMark, new Date().toISOString())
  return { why: outcome === 'stalled' ? 'its download made no progress for 20 s' : 'it could not be fetched' }
}

async function install(): Promise<'ended' | 'stalled'> {
  mkdirSync(cache, { recursive: true })
  const temporary = mkdtempSync(join(cache, 'fetch-'))
  const child = spawn(process.execPath, [join(electronPackage, 'install.js')], {
    stdio: 'ignore',
    env: { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary },
  })
  try {
    return await new Promise((resolve) => {
      let bytes = -1
      let movedAtMs = Date.now()
      const timer = setInterval(() => {
        const now = byteLengthOf(temporary) + byteLengthOf(join(electronPackage, 'dist'))
        if (now !== bytes) {
          bytes = now
          movedAtMs = Date.now()
        } else if (Date.now() - movedAtMs >= STALLED_AFTER_MS) {
          clearInterval(timer)
          child.kill('SIGKILL')
          resolve('stalled')
        }
      }, LOOK_EVERY_MS)
      const end = (): void => {
        clearInterval(timer)
        resolve('ended')
      }
      child.on('error', end)
      child.on('exit', end)
    })
  } finally {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 3 })
  }
}

function failedLately(): boolean {
  if (!existsSync(failureMark)) return false
  const at = Date.parse(readFileSync(failureMark, 'utf8'))
  return Number.isFinite(at) && Math.abs(Date.now() - at) < TRY_AGAIN_AFTER_MS
}

function byteLengthOf(folder: string): number {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).reduce(
      (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    )
  } catch {
    return 0
  }
}
