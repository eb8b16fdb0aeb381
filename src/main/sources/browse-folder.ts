import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fromFileError } from '../backends/file-errors.ts'

export interface FolderListing {
  path: string
  parent: string | null
  entries: { name: string; path: string; kind: 'file' | 'folder' }[]
}

/** Files and folders in a folder: folders first, hidden ones last. @throws AppError source.not-found, source.denied */
export async function browseFolder(folder: string): Promise<FolderListing> {
  const path = resolve(folder)
  const parent = dirname(path)
  const found = await entriesOf(path)
  const entries = await Promise.all(
    found.map(async (entry) => {
      const entryPath = join(path, entry.name)
      const isFolder = entry.isSymbolicLink() ? await leadsToFolder(entryPath) : entry.isDirectory()
      if (!isFolder && !entry.isFile() && !entry.isSymbolicLink()) return null
      return { name: entry.name, path: entryPath, kind: isFolder ? ('folder' as const) : ('file' as const) }
    }),
  )
  return {
    path,
    parent: parent === path ? null : parent,
    entries: entries
      .filter((entry) => entry !== null)
      .toSorted((a, b) => rank(a) - rank(b) || byName.compare(a.name, b.name)),
  }
}

const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

function rank({ name, kind }: FolderListing['entries'][number]): number {
  return (name.startsWith('.') ? 2 : 0) + (kind === 'file' ? 1 : 0)
}

async function entriesOf(path: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true })
  } catch (error) {
    throw fromFileError(error, path, 'read')
  }
}

async function leadsToFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}
