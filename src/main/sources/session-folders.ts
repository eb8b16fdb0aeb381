import { readdirSync, statSync } from 'node:fs'
import { pathOfKey, ROOT_KEY } from '../backends/walk.ts'
import { claimFolder } from '../formats/detect.ts'
import type { FolderInterest } from '../formats/format.ts'

/** The session folder that a file belongs to. */
export interface FolderAround {
  readonly key: string
  readonly path: string
  /** False for a file that has nothing to do with the sessions in it. */
  readonly matters: boolean
}

/**
 * Finds the session folders around files below a root. Folders are looked at once: make one for each batch of files.
 * `isSession` tells of a claimed folder whether it is one after all.
 */
export function sessionFolders(
  root: string,
  isSession: (path: string) => Promise<boolean>,
): {
  /** The outermost session folder around a key, the key itself included; null when there is none. */
  around(key: string): Promise<FolderAround | null>
} {
  type Claimed = { readonly path: string; readonly interest: FolderInterest }
  const looked = new Map<string, Promise<Claimed | null>>()

  const look = async (key: string): Promise<Claimed | null> => {
    const path = pathOfKey(root, key)
    const interest = claimFolder(namesIn(path))
    return interest && (await isSession(path)) ? { path, interest } : null
  }

  return {
    around: async (key) => {
      for (const candidate of keysAround(key)) {
        const found = looked.get(candidate) ?? look(candidate)
        looked.set(candidate, found)
        const folder = await found
        if (!folder) continue
        const rest = candidate === ROOT_KEY ? (key === ROOT_KEY ? '' : key) : key.slice(candidate.length + 1)
        const isOwn = rest === '' || matters(folder.interest.matters, rest)
        if (isOwn || !folder.interest.isShared) return { key: candidate, path: folder.path, matters: isOwn }
      }
      return null
    },
  }
}

/** The root, then every folder on the way to a key, then the key itself. */
export function keysAround(key: string): readonly string[] {
  if (key === ROOT_KEY) return [ROOT_KEY]
  const parts = key.split('/')
  return [ROOT_KEY, ...parts.map((_, index) => parts.slice(0, index + 1).join('/'))]
}

/** A file matters when it does and every folder on the way to it does. */
function matters(concerns: (path: string) => boolean, path: string): boolean {
  const folders = path.split('/').slice(0, -1)
  return concerns(path) && folders.every((_, index) => concerns(`${folders.slice(0, index + 1).join('/')}/`))
}

function namesIn(path: string): string[] {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(path) : []
  } catch {
    // What may not be seen is not claimed.
    return []
  }
}
