import { stat } from 'node:fs/promises'
import { basename, relative, sep } from 'node:path'
import { watch as chokidarWatch } from 'chokidar'
import { isUnfinished } from '../backends/atomic-write.ts'
import { fileErrorCode, fromFileError } from '../backends/file-errors.ts'
import { mainFileOf } from '../backends/file-facts.ts'
import { isSkippedFolder } from '../backends/walk.ts'
import { AppError } from '../domain/errors.ts'
import type { Watch } from './scan-types.ts'

/** Changes of one file within this are one change; a file that is written all the time is told twice a second. */
const QUIET_MS = 150
const LONGEST_WAIT_MS = 500

/**
 * Tells which files below a root appear, change and go. A change of a companion (`-wal`, `-journal`) is one of its
 * database. Files are not waited for until they are complete: readers check what they read, and the last write is told.
 */
export function watchTree(
  root: string,
  isFile: boolean,
  onChange: (keys: readonly string[]) => void,
  onError: (error: AppError) => void,
): Watch {
  const pending = new Set<string>()
  let timer: NodeJS.Timeout | null = null
  let since = 0
  let isClosed = false

  const flush = (): void => {
    timer = null
    const keys = [...pending]
    pending.clear()
    if (keys.length > 0 && !isClosed) onChange(keys)
  }
  const note = (path: string): void => {
    if (isClosed) return
    const main = mainFileOf(path) ?? path
    const key = isFile ? basename(root) : relative(root, main).split(sep).join('/')
    if (key === '' || key.startsWith('../')) return
    pending.add(key)
    const now = Date.now()
    if (timer === null) since = now
    else clearTimeout(timer)
    timer = setTimeout(flush, Math.max(0, Math.min(QUIET_MS, since + LONGEST_WAIT_MS - now)))
  }

  const watched = isFile ? [root, `${root}-wal`, `${root}-journal`] : root
  const watcher = chokidarWatch(watched, {
    ignoreInitial: true,
    ignorePermissionErrors: true,
    followSymlinks: true,
    depth: 32,
    ignored: (path, stats) =>
      path !== root && (isUnfinished(basename(path)) || ((stats?.isDirectory() ?? false) && isSkippedFolder(path))),
  })
  watcher
    .on('add', note)
    .on('change', note)
    .on('unlink', note)
    .on('unlinkDir', (path) => {
      if (path !== root || isClosed) return
      onError(new AppError('source.not-found', { file: root }))
    })
    .on('error', (error) => {
      // Folders that may not be seen are the scan's to tell; here they only cannot be watched.
      if (isClosed || ['EACCES', 'EPERM', 'ENOENT'].includes(fileErrorCode(error))) return
      onError(
        fileErrorCode(error) === 'ENOSPC'
          ? new AppError(
              'source.unreachable',
              { file: root, reason: 'the system allows no more watched folders, so changes show only after a rescan' },
              { cause: error },
            )
          : fromFileError(error, root),
      )
    })

  const ready = new Promise<void>((resolve) => watcher.once('ready', () => resolve()))
  stat(root).catch((error: unknown) => {
    if (!isClosed) onError(fromFileError(error, root))
  })
  return {
    ready,
    close: async () => {
      isClosed = true
      if (timer !== null) clearTimeout(timer)
      await watcher.close()
    },
  }
}
