import { existsSync, statSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { manifest } from './state.ts'

export type ElectronDouble = typeof import('./electron.ts')

/** Exit code of a program that waits for `ready` where `ready` waits for it. */
export const DEADLOCK_EXIT_CODE = 13

const DEADLOCK_AFTER_MS = 3000

/** Starts a built main entry with the double in place of `electron`. `target` is a folder with a package.json, or a file. */
export async function launch(target: string): Promise<ElectronDouble> {
  const at = resolve(target)
  const isFolder = statSync(at).isDirectory()
  process.env['ELECTRON_DOUBLE_ROOT'] = isFolder ? at : resolve('.')
  const entry = isFolder ? join(at, manifest(at).main) : at
  if (!existsSync(entry)) throw new Error(`no entry ${entry}: build first`)
  const url = pathToFileURL(join(import.meta.dirname, 'electron.ts')).href
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'electron' || specifier === 'electron/main'
        ? { url, format: 'module-typescript', shortCircuit: true }
        : next(specifier, context),
  })
  const double = (await import(url)) as ElectronDouble
  const deadlock = setTimeout(() => {
    if (double.state.readyWaiters === 0) return
    process.stderr.write('deadlock: the entry module awaits app.whenReady() at top level\n')
    process.exit(DEADLOCK_EXIT_CODE)
  }, DEADLOCK_AFTER_MS)
  await import(pathToFileURL(entry).href)
  clearTimeout(deadlock)
  await double.fireReady()
  return double
}
