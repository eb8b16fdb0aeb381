import { pathForFile } from '../api/files.ts'

export interface Dropped {
  /** Absolute paths, where the shell knows them. */
  paths: string[]
  /** Contents, where it does not (plain browser); folders are walked. */
  files: File[]
}

const MAX_FILES = 10_000

/** What was dropped, as paths where possible. Has to be called while the drop event is handled. */
export async function droppedFiles(transfer: DataTransfer): Promise<Dropped> {
  const files = [...transfer.files]
  const paths = files.map(pathForFile).filter((path) => path !== null)
  if (paths.length > 0) return { paths, files: [] }
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  if (!entries.some(({ isDirectory }) => isDirectory)) return { paths: [], files }
  const walked: File[] = []
  for (const entry of entries) await walk(entry, walked)
  return { paths: [], files: walked }
}

async function walk(entry: FileSystemEntry, found: File[]): Promise<void> {
  if (found.length >= MAX_FILES) return
  if (entry.isFile) {
    found.push(await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)))
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  // A reader answers in batches until one is empty.
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (batch.length === 0) return
    for (const child of batch) await walk(child, found)
  }
}
