import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TransferListItem } from 'node:worker_threads'
import { Tinypool } from 'tinypool'

/** Names of the tasks that `workers/worker.ts` exports. */
type TaskName =
  | 'walkTree'
  | 'probeFiles'
  | 'rescanFiles'
  | 'probePath'
  | 'queryDatabase'
  | 'countRows'
  | 'filesInUse'
  | 'watchFolder'
  | 'openBelow'
  | 'stretchPassphrase'

export interface WorkerPool {
  /** How many tasks run at the same time. */
  readonly threads: number
  /** Scans and counts: nobody waits for any single one. */
  run<T>(name: TaskName, task: unknown, transfer?: TransferListItem[]): Promise<T>
  /** What a person waits for: has a thread of its own, so that no scan is in its way. */
  runUrgent<T>(name: TaskName, task: unknown): Promise<T>
  /** Tasks that wait most of their life (watchers): they share one thread. */
  runLong<T>(name: TaskName, task: unknown, transfer: TransferListItem[]): Promise<T>
  close(): Promise<void>
}

/**
 * Worker threads for scans and searches; they start with the first task and end when idle. `code` is the folder of the
 * built main files; running from sources, the worker is the TypeScript file itself.
 */
export function createPool(code: string | null = null): WorkerPool {
  const filename = workerFile(code)
  // One per core halves a scan; more than four add nothing but memory.
  const threads = Math.max(1, Math.min(4, availableParallelism()))
  const shared = { filename, minThreads: 0, idleTimeout: 30_000, trackUnmanagedFds: false }
  let scans: Tinypool | null = null
  let urgent: Tinypool | null = null
  let waiting: Tinypool | null = null
  return {
    threads,
    run: (name, task, transfer = []) => {
      scans ??= new Tinypool({ ...shared, useAtomics: true, maxThreads: threads })
      return scans.run(task, { name, transferList: transfer })
    },
    runUrgent: (name, task) => {
      urgent ??= new Tinypool({ ...shared, useAtomics: true, maxThreads: 1 })
      return urgent.run(task, { name })
    },
    runLong: (name, task, transfer) => {
      // Waiting with Atomics would put every watcher of the thread to sleep.
      waiting ??= new Tinypool({ ...shared, useAtomics: false, maxThreads: 1, concurrentTasksPerWorker: 1_000 })
      return waiting.run(task, { name, transferList: transfer })
    },
    close: async () => {
      await Promise.all([scans?.destroy(), urgent?.destroy(), waiting?.destroy()])
      scans = null
      urgent = null
      waiting = null
    },
  }
}

function workerFile(code: string | null): string {
  const built = code === null ? null : join(code, 'worker.js')
  if (built !== null && existsSync(built)) return built
  // A built chunk lies beside the worker or one folder below it.
  const besides = ['./worker.js', '../worker.js', '../workers/worker.ts']
  const found = besides.map((path) => fileURLToPath(new URL(path, import.meta.url))).find((path) => existsSync(path))
  if (found === undefined) throw new Error('worker file not found')
  return found
}
