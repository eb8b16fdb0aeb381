import { pathForFile, type Upload } from '../api/files.ts'

export interface Dropped {
  /** Absolute paths, where the shell knows them. */
  paths: string[]
  /** Contents, where it does not (plain browser); folders are walked. */
  files: Upload[]
  /** There were more files than are looked at: a folder of sessions may lack some. */
  isCut: boolean
}

const MAX_FILES = 10_000
/** Half a folder would be a session without half of its peers. */
export const TOO_MANY_FILES =
  'That is more than 10,000 files, too many to upload. Drop fewer, or browse the server for the folder.'

/** What was dropped, as paths where possible. Has to be called while the drop event is handled. */
export async function droppedFiles(transfer: DataTransfer): Promise<Dropped> {
  const files = [...transfer.files]
  const paths = files.map(pathForFile).filter((path) => path !== null)
  if (paths.length > 0) return { paths, files: [], isCut: false }
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  if (!entries.some(({ isDirectory }) => isDirectory)) return { paths: [], files: uploadsOf(files), isCut: false }
  const walked: Upload[] = []
  for (const entry of entries) await walk(entry, walked)
  return { paths: [], files: walked.slice(0, MAX_FILES), isCut: walked.length > MAX_FILES }
}

/** Files that were picked: those of a picked folder know their way in it. */
export function uploadsOf(files: readonly File[]): Upload[] {
  return files.map((file) => ({ file, path: file.webkitRelativePath || file.name }))
}

async function walk(entry: FileSystemEntry, found: Upload[]): Promise<void> {
  if (found.length > MAX_FILES) return
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
    // The way from what was dropped ("/tdata/key_datas"): folders are built again from it.
    found.push({ file, path: entry.fullPath.replace(/^\/+/, '') || file.name })
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
