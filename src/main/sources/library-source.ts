import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, isAppError } from '../domain/errors.ts'
import type { Problem } from '../domain/problem.ts'
import type { Log } from '../ports.ts'
import type { CatalogStore } from './catalog.ts'
import { isBuiltIn, type SourceRecord } from './interfaces.ts'
import type { ScannedFile, Scanner, Watch } from './scan-types.ts'
import { ROOT_KEY } from '../backends/walk.ts'
import { batchesOf, nextTurn } from './library-batches.ts'
import { checkRoot, keyBelow } from './library-paths.ts'
import { keysAround } from './session-folders.ts'
import { problemOf } from './session-reader.ts'

/** A source at work: scanned, watched, looked after when it goes and comes back. */
export interface LiveSource {
  /** `locked`: its password cannot be opened now. */
  readonly state: 'scanning' | 'live' | 'error' | 'locked'
  readonly problem: Problem | null
  readonly progress: { readonly done: number; readonly total: number | null } | null
  /** Scans (again) in the background, after a pause where one is wished; answers at once. */
  scan(afterMs?: number): void
  /** Reads these files again and waits for it. */
  refresh(fileKeys: readonly string[]): Promise<void>
  /** Looks whether the root is there, and what of it is open: every few seconds. */
  check(): Promise<void>
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
  close(): Promise<void>
}

interface LiveSourceOptions {
  readonly record: SourceRecord & { readonly path: string }
  readonly scanner: Scanner
  readonly catalog: CatalogStore
  readonly now: () => number
  readonly log: Log
  readonly onState: () => void
}

/** A file that moves shows up under its new name before or after it goes from the old one. */
const MOVE_MS = 15_000
const RETRY_MS = 30_000
const LOOK_MS = 5_000

export function openLiveSource(options: LiveSourceOptions): LiveSource {
  const { record, scanner, catalog, onState } = options
  const { id, path: root } = record
  const stop = new AbortController()
  let state: LiveSource['state'] = 'scanning'
  let problem: Problem | null = null
  let progress: LiveSource['progress'] = null
  let watch: Watch | null = null
  /** Resolves when events flow, or when they never will. */
  let watching = Promise.withResolvers<void>()
  let retryAt = 0
  let lookAt = 0
  /** Everything that writes to the catalog goes one after the other. */
  let queue: Promise<void> = Promise.resolve()
  let waitingKeys = new Set<string>()
  let scanWanted = false

  function change(next: LiveSource['state'], why: Problem | null): void {
    if (state === next && problem?.message === why?.message && progress === null) return
    state = next
    problem = why
    progress = null
    onState()
  }

  function fail(error: unknown): void {
    // The only file of a file source is its session. A folder's sessions stay: its drive may come back.
    if (record.kind === 'file' && isAppError(error, 'source.not-found')) {
      catalog.removeFiles(id, [...catalog.signatures(id).keys()], options.now() - MOVE_MS)
    }
    change('error', problemOf(error))
  }

  function enqueue(work: () => Promise<void>): Promise<void> {
    const done = queue.then(async () => {
      if (!stop.signal.aborted) await work()
    })
    queue = done.catch((error: unknown) => {
      if (stop.signal.aborted) return
      // What is gone is looked for all the time; what fails otherwise is not tried again at once.
      retryAt = isAppError(error, 'source.not-found') ? 0 : options.now() + RETRY_MS
      options.log.warn('a source could not be read', { sourceId: id, code: isAppError(error) ? error.code : 'unknown' })
      fail(error)
    })
    return queue
  }

  async function put(files: readonly ScannedFile[]): Promise<void> {
    for (const batch of batchesOf(files)) {
      catalog.putFiles(id, batch)
      await nextTurn()
    }
  }

  async function drop(keys: readonly string[], sinceMs: number): Promise<void> {
    for (const batch of batchesOf(keys)) {
      catalog.removeFiles(id, batch, sinceMs)
      await nextTurn()
    }
  }

  async function scanNow(): Promise<void> {
    scanWanted = false
    const startedAt = options.now()
    await checkRoot(root)
    startWatch()
    // Each of these takes its time with ten thousand files: in turns, so that the window is served between them.
    await nextTurn()
    const known = catalog.signatures(id)
    await nextTurn()
    const missing = new Set(known.keys())
    const found: ScannedFile[] = []
    let putting: Promise<void> = Promise.resolve()
    await scanner.scan(root, {
      known,
      signal: stop.signal,
      onFiles(files) {
        for (const file of files) missing.delete(file.key)
        found.push(...files)
        putting = putting.then(() => put(found.splice(0)))
      },
      onUnchanged(keys) {
        for (const key of keys) missing.delete(key)
      },
      onProgress(done, total) {
        // The second look, after the watcher started, happens quietly.
        if (state !== 'scanning') return
        progress = { done, total }
        onState()
      },
    })
    await putting
    if (stop.signal.aborted) return
    await drop([...missing], startedAt)
    await lookAtOpenFiles()
    change('live', null)
  }

  /** Started before the scan: what changes meanwhile is told on; what changed before it flowed, a second look finds. */
  function startWatch(): void {
    if (watch) return
    const started = scanner.watch(root, noticed, (error) => {
      options.log.warn('a source cannot be watched', { sourceId: id, code: error.code })
      void stopWatch()
      // A root that went may be back already, as another folder: then it is scanned and watched anew.
      if (error.code === 'source.not-found') return wantScan()
      void enqueue(async () => {
        await checkRoot(root)
        retryAt = options.now() + RETRY_MS
        change('live', problemOf(error))
      })
    })
    watch = started
    watching = Promise.withResolvers()
    void started.ready.then(
      () => {
        if (watch !== started) return
        wantScan()
        watching.resolve()
      },
      () => watching.resolve(),
    )
  }

  async function stopWatch(): Promise<void> {
    const old = watch
    watch = null
    watching.resolve()
    await old?.close()
  }

  function noticed(keys: readonly string[]): void {
    const first = waitingKeys.size === 0
    for (const key of keys) waitingKeys.add(key)
    if (!first || waitingKeys.size === 0) return
    void enqueue(async () => {
      const noted = [...waitingKeys]
      waitingKeys = new Set()
      await reread(noted)
    })
  }

  async function reread(keys: readonly string[]): Promise<void> {
    // A root that went takes all its files along: then the source is at fault, not the sessions.
    await checkRoot(root)
    if (state === 'error') wantScan()
    for (const some of batchesOf(keys)) {
      // A session folder whose file changed: the folder is what the list knows.
      const folders = new Set(some.flatMap((key) => catalog.knownFiles(id, foldersAround(key))))
      const batch = [...new Set([...some, ...folders])]
      const files = await scanner.rescan(root, batch)
      await put(files)
      const found = new Set(files.map((file) => file.key))
      const gone = batch.filter((key) => !found.has(key))
      await drop(gone, options.now() - MOVE_MS)
      // What is no session folder any more may hold files that are sessions.
      if (gone.some((key) => folders.has(key))) wantScan()
    }
  }

  function foldersAround(key: string): readonly string[] {
    return record.kind === 'file' ? [] : keysAround(key).slice(0, -1)
  }

  function wantScan(afterMs = 0): void {
    if (scanWanted || stop.signal.aborted) return
    scanWanted = true
    void enqueue(async () => {
      if (afterMs > 0) await sleep(afterMs, undefined, { signal: stop.signal }).catch(() => undefined)
      if (!stop.signal.aborted) await scanNow()
    })
  }

  async function lookAtOpenFiles(): Promise<void> {
    lookAt = options.now() + LOOK_MS
    const open = await scanner.openBelow?.(root)
    if (!open || stop.signal.aborted) return
    const keys = [...open].map((path) => fileKeyFor(record, path)).filter((key) => key !== null)
    // A folder is in use when any file in it is.
    catalog.setInUse(id, new Set(keys.flatMap((key) => catalog.knownFiles(id, keysAround(key)))))
  }

  return {
    get state() {
      return state
    },
    get problem() {
      return problem
    },
    get progress() {
      return progress
    },
    scan(afterMs = 0) {
      if (scanWanted) return
      progress = null
      change('scanning', null)
      wantScan(afterMs)
    },
    refresh: (fileKeys) => enqueue(() => reread(fileKeys)),
    async check() {
      if (stop.signal.aborted || state === 'scanning') return
      try {
        await checkRoot(root)
      } catch {
        if (state !== 'error') {
          await stopWatch()
          // Closing takes a while: what is back by then is looked at again, in its turn, before it is given up.
          await enqueue(async () => void (await checkRoot(root)))
        }
        retryAt = 0
        return
      }
      if (stop.signal.aborted) return
      const broken = state === 'error' || watch === null
      if (broken && options.now() >= retryAt) {
        await stopWatch()
        wantScan()
      } else if (state === 'live' && options.now() >= lookAt) {
        await lookAtOpenFiles()
      }
    },
    async idle() {
      for (let settled: Promise<void> | null = null; settled !== queue; ) {
        settled = queue
        await settled
        // A scan starts the watcher, and once that is ready another look follows.
        if (watch) await watching.promise
      }
    },
    async close() {
      stop.abort()
      await stopWatch()
      await queue
    },
  }
}

/** The file key of a path within a source; a file source's only file goes by its name. */
export function fileKeyFor(record: SourceRecord, path: string): string | null {
  if (record.path === null) return null
  if (record.kind === 'file') return path === record.path ? (path.split(/[\\/]/).at(-1) ?? path) : null
  const key = keyBelow(record.path, path)
  if (key === '') return ROOT_KEY
  return key.startsWith('../') ? null : key
}

/** @throws AppError request.unsupported */
export function assertRemovableSource(record: SourceRecord): void {
  if (isBuiltIn(record)) throw new AppError('request.unsupported', { reason: 'a built-in source stays' })
}
