import type { MessagePort } from 'node:worker_threads'
import { watchTree } from '../sources/watch.ts'
import { type Outcome, outcomeOf } from './messages.ts'

export interface WatchTask {
  readonly root: string
  readonly isFile: boolean
  /** Takes {@link WatchNews}; any message that comes the other way ends the watch. */
  readonly port: MessagePort
}

export type WatchNews =
  | { readonly kind: 'ready' }
  | { readonly kind: 'changed'; readonly keys: readonly string[] }
  | { readonly kind: 'failed'; readonly outcome: Outcome<never> }

/**
 * Watches until told to stop. Looking at thousands of files to begin with takes a while, which is why this does not
 * happen in the process that serves the window.
 */
export async function watchFolder({ root, isFile, port }: WatchTask): Promise<void> {
  const tell = (news: WatchNews): void => port.postMessage(news)
  const watch = watchTree(
    root,
    isFile,
    (keys) => tell({ kind: 'changed', keys }),
    (error) => tell({ kind: 'failed', outcome: outcomeOf(error) }),
  )
  const stopped = new Promise<void>((resolve) => {
    port.once('message', () => resolve())
    port.once('close', () => resolve())
  })
  void watch.ready.then(() => tell({ kind: 'ready' }))
  await stopped
  await watch.close()
  port.close()
}
