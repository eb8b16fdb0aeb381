import { sep } from 'node:path'
import type { Secret } from '../domain/secret.ts'

/** Passcodes of locked places (a file or a folder, by absolute path): in memory only, until they are forgotten. */
export interface Passcodes {
  get(path: string): Secret | null
  set(path: string, passcode: Secret): void
  /** Of a place, and of all that lie below it. */
  forget(path: string): void
  /** All of them: on lock and on quit. */
  clear(): void
  /** Every one at or below a path. */
  below(path: string): readonly (readonly [path: string, passcode: Secret])[]
}

export function createPasscodes(): Passcodes {
  const kept = new Map<string, Secret>()
  const isBelow = (path: string, root: string): boolean =>
    path === root || path.startsWith(root.endsWith(sep) ? root : root + sep)
  return {
    get: (path) => kept.get(path) ?? null,
    set: (path, passcode) => void kept.set(path, passcode),
    forget: (root) => {
      for (const path of kept.keys()) if (isBelow(path, root)) kept.delete(path)
    },
    clear: () => kept.clear(),
    below: (root) => [...kept].filter(([path]) => isBelow(path, root)),
  }
}
