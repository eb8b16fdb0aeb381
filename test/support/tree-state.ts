import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Everything a reader could have changed below a folder: names, bytes, modes, times of change. */
export function treeState(root: string): Record<string, string> {
  const state: Record<string, string> = {}
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    const stats = lstatSync(join(root, name), { bigint: true })
    const hash = stats.isFile()
      ? createHash('sha256')
          .update(readFileSync(join(root, name)))
          .digest('hex')
      : 'folder'
    state[name] = `${hash} ${stats.mtimeNs} ${stats.ctimeNs} ${stats.mode} ${stats.ino}`
  }
  return state
}
