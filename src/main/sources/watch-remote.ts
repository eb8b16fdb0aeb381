import { MessageChannel } from 'node:worker_threads'
import { type AppError, isAppError } from '../domain/errors.ts'
import { unwrap } from '../workers/messages.ts'
import type { WatchNews, WatchTask } from '../workers/watch-folder.ts'
import type { Watch } from './scan-types.ts'
import type { WorkerPool } from './pool.ts'

/** {@link Watch} of a tree by a thread of its own. */
export function watchRemotely(
  pool: WorkerPool,
  root: string,
  isFile: boolean,
  onChange: (keys: readonly string[]) => void,
  onError: (error: AppError) => void,
): Watch {
  const { port1, port2 } = new MessageChannel()
  let isClosed = false
  let whenReady = (): void => undefined
  const ready = new Promise<void>((resolve) => {
    whenReady = resolve
  })
  port1.on('message', (news: WatchNews) => {
    if (isClosed) return
    if (news.kind === 'ready') whenReady()
    if (news.kind === 'changed') onChange(news.keys)
    if (news.kind === 'failed') report(() => unwrap(news.outcome))
  })
  const report = (fail: () => void): void => {
    try {
      fail()
    } catch (error) {
      if (isAppError(error)) onError(error)
    }
  }
  const task: WatchTask = { root, isFile, port: port2 }
  // A thread that ends by itself is watched no more; closing the pool ends it too.
  const ended = pool.runLong('watchFolder', task, [port2]).catch(() => undefined)
  void ended.then(() => {
    whenReady()
    port1.close()
  })
  return {
    ready,
    close: async () => {
      isClosed = true
      port1.postMessage('stop')
      await ended
    },
  }
}
