import { existsSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { fromFileError } from '../backends/file-errors.ts'
import { AppError } from '../domain/errors.ts'
import { type Outcome, type PathTask, type RescanTask, unwrap } from '../workers/messages.ts'
import { pathIn } from './file-keys.ts'
import { createFolderStore } from './folder-store.ts'
import { createDecodedPlaces } from './decoded-places.ts'
import type { Trash } from './interfaces.ts'
import type { ScannedFile, Scanner } from './scan-types.ts'
import { createPasscodes } from './passcodes.ts'
import type { WorkerPool } from './pool.ts'
import { bytesOf, scanTree } from './scan-tree.ts'
import type { SessionStore, SessionSummary } from './session-store.ts'
import { createSnapshots } from './peers-snapshots.ts'
import { watchRemotely } from './watch-remote.ts'

export interface ScannerOptions {
  readonly pool: WorkerPool
  /** Private folder for snapshots, 0700; emptied here. */
  readonly scratch: string
  /** Asked for when something is deleted or replaced: the library that owns the trash is made after the scanner. */
  readonly trash: () => TrashAccess
}

/** The trash, and what it should note about a root. */
export interface TrashAccess {
  readonly trash: Pick<Trash, 'takeFile' | 'takeFolder' | 'keepBytes'>
  describe(root: string, key: string): { sourceId: string; sourceName: string; givenName: string | null }
}

export function createScanner({ pool, scratch, trash }: ScannerOptions): Scanner {
  const snapshots = createSnapshots(scratch, pool)
  const stores = new Map<string, SessionStore>()
  const passcodes = createPasscodes()
  const decoded = createDecodedPlaces()

  const rescan = async (root: string, keys: readonly string[]): Promise<readonly ScannedFile[]> => {
    const files = [...new Set(keys)].map((key) => ({ key, path: pathIn(root, key) }))
    const chunks = await Promise.all(
      chunked(files, RESCAN_CHUNK).map((chunk) => {
        const task: RescanTask = { root, files: chunk, passcodes: bytesOf(passcodes, root) }
        return pool.run<readonly ScannedFile[]>('rescanFiles', task)
      }),
    )
    // One session folder can be met in several chunks.
    return [...new Map(chunks.flat().map((file) => [file.key, file])).values()]
  }

  return {
    scan: async (root, options) => {
      if (!isFile(root)) return scanTree(pool, passcodes, root, options)
      options.signal.throwIfAborted()
      const key = basename(root)
      const [file] = await rescan(root, [key])
      if (file && options.known.get(key) === file.signature) options.onUnchanged([key])
      else if (file) options.onFiles([file])
      options.onProgress(1, 1)
    },
    rescan,
    watch: (root, onChange, onError) => watchRemotely(pool, root, isFile(root), onChange, onError),
    store: (root) => {
      let store = stores.get(root)
      if (!store) {
        store = createFolderStore({
          root,
          isFile: existsSync(root) && isFile(root),
          snapshots,
          trash,
          rescan,
          passcodes,
          decoded,
        })
        stores.set(root, store)
      }
      return store
    },
    probe: (path) => probe(pool, { path, passcode: passcodes.get(path)?.open() ?? null }),
    async unlock(root, key, passcode) {
      const path = pathIn(root, key)
      const summaries = await probe(pool, { path, passcode: passcode.open() })
      const problem = summaries.find((summary) => summary.locked)?.problems[0]
      if (problem) throw new AppError('passcode.wrong', { file: path })
      passcodes.set(path, passcode)
      decoded.clear()
    },
    isUnlocked: (path) => passcodes.get(path) !== null,
    forgetPasscodes(path) {
      if (path === undefined) passcodes.clear()
      else passcodes.forget(path)
      decoded.clear()
    },
    inUseBy: (path) => pool.run('filesInUse', path),
    openBelow: (root) => pool.run<ReadonlySet<string>>('openBelow', root),
    close: async () => {
      stores.clear()
      passcodes.clear()
      decoded.clear()
      await snapshots.close()
      await pool.close()
    },
  }
}

const RESCAN_CHUNK = 50

async function probe(pool: WorkerPool, task: PathTask): Promise<readonly SessionSummary[]> {
  return unwrap(await pool.run<Outcome<readonly SessionSummary[]>>('probePath', task))
}

function isFile(root: string): boolean {
  try {
    return statSync(root).isFile()
  } catch (error) {
    throw fromFileError(error, root)
  }
}

function chunked<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = []
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size))
  return chunks
}
