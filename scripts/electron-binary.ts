import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from './build-if-stale.ts'

/** Folder of the npm package. Never load the package itself to ask it: it would start to download. */
export const electronPackage = join(projectRoot, 'node_modules/electron')

/** The executable, null when it was not fetched. */
export function findElectron(): string | null {
  const marker = join(electronPackage, 'path.txt')
  const name = existsSync(marker) ? readFileSync(marker, 'utf8') : null
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH']
  const path =
    override === undefined
      ? name && join(electronPackage, 'dist', name)
      : join(override, name ?? (process.platform === 'win32' ? 'electron.exe' : 'electron'))
  return path && existsSync(path) ? path : null
}
