import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { DemoLogin } from './demo-logins.ts'

/** An application that nobody registered: the Telegram of the demo takes any. */
export const DEMO_APP = { apiId: 10_001, apiHash: '5e551014dec00000a11de0000000da7a' } as const

/** The Telegram of `--demo`: data centres on loopback, in a thread of their own. No account of Telegram's is touched. */
export interface DemoTelegram {
  readonly endpoints: readonly DemoEndpoint[]
  /** PKCS#1 PEM. */
  readonly publicKeyPem: string
  /** From now on it knows these logins. */
  add(logins: readonly DemoLogin[]): Promise<void>
  close(): Promise<void>
}

interface DemoEndpoint {
  readonly dcId: number
  readonly host: string
  readonly port: number
}

/** From the thread: where it listens, then that it knows the logins it was given. */
export type FromDemoTelegram =
  | { readonly kind: 'listening'; readonly endpoints: readonly DemoEndpoint[]; readonly publicKeyPem: string }
  | { readonly kind: 'known' }

/** @param code folder of the built main files @throws Error when the thread cannot be started */
export async function startDemoTelegram(code: string): Promise<DemoTelegram> {
  const worker = new Worker(workerFile(code), { name: 'demo-telegram' })
  // It serves as long as the app runs, and keeps it from ending no longer.
  worker.unref()
  const first = await nextMessage(worker)
  if (first.kind !== 'listening') throw new Error('the local Telegram did not say where it listens')
  return {
    endpoints: first.endpoints,
    publicKeyPem: first.publicKeyPem,
    add: async (logins) => {
      const known = nextMessage(worker)
      worker.postMessage(logins)
      await known
    },
    close: async () => {
      await worker.terminate()
    },
  }
}

function nextMessage(worker: Worker): Promise<FromDemoTelegram> {
  const { promise, resolve, reject } = Promise.withResolvers<FromDemoTelegram>()
  const ended = (): void => reject(new Error('the thread of the local Telegram ended'))
  worker.once('message', resolve)
  worker.once('error', reject)
  worker.once('exit', ended)
  return promise.finally(() => {
    worker.off('error', reject)
    worker.off('exit', ended)
  })
}

/** Built, it lies with the other entries. */
function workerFile(code: string): string {
  const built = join(code, 'demo-telegram.js')
  return existsSync(built) ? built : fileURLToPath(new URL('./demo-telegram-worker.ts', import.meta.url))
}
