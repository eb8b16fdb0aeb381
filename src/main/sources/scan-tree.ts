import { MessageChannel } from 'node:worker_threads'
import { type FileToProbe, type Outcome, type ProbeTask, unwrap, type WalkBatch } from '../workers/messages.ts'
import type { ScannedFile, ScanOptions } from './scan-types.ts'
import type { Passcodes } from './passcodes.ts'
import type { WorkerPool } from './pool.ts'

/** Files to a task: long enough to hide the crossing, short enough that its answer does not stall the process. */
const CHUNK = 32

/**
 * Scans a folder: one worker walks the tree and sorts out what the catalog knows, all of them read the rest. Here only
 * small batches arrive.
 * @throws AppError source.not-found, source.denied; the signal's reason when aborted
 */
export async function scanTree(
  pool: WorkerPool,
  passcodes: Passcodes,
  root: string,
  options: ScanOptions,
): Promise<void> {
  options.signal.throwIfAborted()
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const { port1, port2 } = new MessageChannel()
  const queue: FileToProbe[] = []
  let found = 0
  let done = 0
  let isWalked = false
  let running = 0
  let failure: { readonly error: unknown } | null = null

  return new Promise<void>((resolve, reject) => {
    const fail = (error: unknown): void => {
      failure ??= { error }
      Atomics.store(stop, 0, 1)
      queue.length = 0
      settle()
    }
    const onAbort = (): void => fail(options.signal.reason)
    const settle = (): void => {
      if (!isWalked || running > 0 || queue.length > 0) return
      options.signal.removeEventListener('abort', onAbort)
      port1.close()
      if (failure) reject(failure.error)
      else resolve()
    }
    const guarded = (work: () => void): void => {
      if (failure) return
      try {
        work()
      } catch (error) {
        fail(error)
      }
    }
    const progress = (): void => options.onProgress(done, isWalked ? found : null)
    const dispatch = (): void => {
      while (queue.length > 0 && running <= pool.threads) {
        const files = queue.splice(0, CHUNK)
        const known = bytesOf(passcodes, root)
        running += 1
        pool
          .run<readonly ScannedFile[]>('probeFiles', { files, passcodes: known } satisfies ProbeTask)
          .then((scanned) => {
            done += scanned.length
            guarded(() => {
              options.onFiles(scanned)
              progress()
            })
          }, fail)
          .finally(() => {
            running -= 1
            dispatch()
            settle()
          })
      }
    }

    options.signal.addEventListener('abort', onAbort)
    port1.on('message', (batch: WalkBatch) => {
      if (batch.isLast) whenLast()
      guarded(() => {
        found += batch.unchanged.length + batch.changed.length + batch.odd.length
        done += batch.unchanged.length + batch.odd.length
        if (batch.unchanged.length > 0) options.onUnchanged(batch.unchanged)
        if (batch.odd.length > 0) options.onFiles(batch.odd)
        for (const file of batch.changed) queue.push(file)
        progress()
        dispatch()
      })
    })
    // The task can end before its last message is here.
    let whenLast = (): void => undefined
    const walked = new Promise<void>((arrive) => {
      whenLast = arrive
    })
    const task = { root, known: options.known, stop, port: port2 }
    pool.run<Outcome<null>>('walkTree', task, [port2]).then(
      async (outcome) => {
        await walked
        isWalked = true
        guarded(() => {
          unwrap(outcome)
          progress()
        })
        settle()
      },
      (error: unknown) => {
        isWalked = true
        fail(error)
      },
    )
  })
}

/** What is known for places below a root, as it crosses to a worker. */
export function bytesOf(passcodes: Passcodes, root: string): ProbeTask['passcodes'] {
  return passcodes.below(root).map(([path, passcode]) => [path, passcode.open()])
}
