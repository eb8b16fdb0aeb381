import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Secret } from '../domain/secret.ts'
import type { Gateway, GatewayAnswer, LoginPrompts, NewLoginAnswer } from './gateway.ts'
import { type FromWorker, type GatewayCall, pack, type ToWorker, unpack } from './wire.ts'

/** The thread holds 50 MB. */
const IDLE_MS = 60_000

/** Conversations leave much garbage behind. With little room for it, 1,000 of them take 70 MB less and no longer. */
const LIMITS = { maxYoungGenerationSizeMb: 8 }

export interface GatewayOptions {
  /** Folder of the built main files; null when running from sources. */
  readonly code: string | null
  /** Of Session Deck: Telegram shows it in its Devices list. */
  readonly version: string
  /** For one call; 15 s when left out. */
  readonly budgetMs?: number
  /** How long the thread outlives its last call; a minute when left out. */
  readonly idleMs?: number
}

interface Pending {
  resolve(answer: unknown): void
  reject(error: Error): void
  /** What is answered when the thread ends under the call. */
  readonly unanswered: (evidence: string, wasSent: boolean) => unknown
  readonly prompts: LoginPrompts | null
}

/**
 * The gateway in a thread of its own: started with the first call, ended when idle and with `close`. Nothing of the client
 * library is loaded here. Keys and secrets cross as copies that are handed over; the thread wipes them.
 */
export function createGateway({ code, version, budgetMs, idleMs = IDLE_MS }: GatewayOptions): Gateway {
  const pending = new Map<number, Pending>()
  let worker: Worker | null = null
  let idle: NodeJS.Timeout | undefined
  let lastId = 0
  let isClosed = false

  const send = (message: ToWorker, transfer: ArrayBuffer[] = []): void => worker?.postMessage(message, transfer)

  const start = (): Worker => {
    const workerData = budgetMs === undefined ? { version } : { version, budgetMs }
    const started = new Worker(workerFile(code), { workerData, name: 'telegram', resourceLimits: LIMITS })
    started.on('message', take)
    // 'exit' follows.
    started.on('error', () => {})
    started.on('exit', () => {
      if (worker !== started) return
      worker = null
      answerAll('the thread that talks to Telegram failed')
    })
    return started
  }

  const end = async (): Promise<void> => {
    const ended = worker
    worker = null
    clearTimeout(idle)
    await ended?.terminate()
  }

  const answerAll = (evidence: string): void => {
    for (const [id, { resolve, unanswered }] of pending) {
      pending.delete(id)
      resolve(unanswered(evidence, true))
    }
  }

  const finish = (id: number): Pending | undefined => {
    const call = pending.get(id)
    pending.delete(id)
    if (pending.size === 0) {
      // An idle thread keeps no program from ending.
      worker?.unref()
      idle = setTimeout(() => void end(), idleMs).unref()
    }
    return call
  }

  const take = (message: FromWorker): void => {
    switch (message.kind) {
      case 'answer':
        finish(message.id)?.resolve(unpack(message.answer).value)
        return
      case 'fault':
        finish(message.id)?.reject(new Error(message.message))
        return
      case 'prompt':
        void prompt(message)
    }
  }

  const prompt = async ({ id, question, prompt: name, values }: FromWorker & { kind: 'prompt' }): Promise<void> => {
    const prompts = pending.get(id)?.prompts
    try {
      if (!prompts) throw new Error('stopped')
      // The other end packs the arguments of this very prompt.
      const ask = prompts[name] as (...values: unknown[]) => Promise<Secret> | undefined
      const answer = await ask.apply(prompts, unpack(values).value as unknown[])
      if (answer === undefined) return
      const packed = pack(answer)
      send({ kind: 'reply', question, answer: packed.value }, packed.transfer)
    } catch {
      send({ kind: 'no-reply', question })
    }
  }

  const run = async <T>(
    call: GatewayCall,
    values: readonly unknown[],
    signal: AbortSignal,
    unanswered: (evidence: string, wasSent: boolean) => T,
    prompts: LoginPrompts | null = null,
  ): Promise<T> => {
    if (signal.aborted || isClosed) return unanswered('stopped', false)
    clearTimeout(idle)
    worker ??= start()
    worker.ref()
    lastId += 1
    const id = lastId
    const abort = (): void => send({ kind: 'abort', id })
    signal.addEventListener('abort', abort)
    const answered = new Promise<T>((resolve, reject) => {
      pending.set(id, { resolve: resolve as Pending['resolve'], reject, unanswered, prompts })
    })
    const packed = pack(values)
    send({ kind: 'call', id, call, values: packed.value }, packed.transfer)
    return answered.finally(() => signal.removeEventListener('abort', abort))
  }

  const ask = <T>(call: GatewayCall, values: readonly unknown[], signal: AbortSignal): Promise<GatewayAnswer<T>> =>
    run<GatewayAnswer<T>>(call, values, signal, unansweredCall)

  return {
    check: (login, signal) => ask('check', [login], signal),
    logOut: (login, signal) => ask('logOut', [login], signal),
    devices: (login, signal) => ask('devices', [login], signal),
    endDevice: (login, hash, signal) => ask('endDevice', [login, hash], signal),
    endOtherDevices: (login, signal) => ask('endOtherDevices', [login], signal),
    logIn: (request, prompts, signal) => run('logIn', [request], signal, unansweredLogin, prompts),
    close: async () => {
      isClosed = true
      answerAll('stopped')
      await end()
    },
  }
}

/** Nobody can tell how far it had come once it was under way. */
function unansweredCall(evidence: string, wasSent: boolean): GatewayAnswer<never> {
  return { status: 'network', evidence, value: null, waitSeconds: null, newDcId: null, maybeDone: wasSent }
}

function unansweredLogin(evidence: string): NewLoginAnswer {
  return { kind: 'failed', status: 'network', evidence }
}

/** Built, it lies with the other entries, and this module beside it or one folder below. */
function workerFile(code: string | null): string {
  const built = code === null ? [] : [join(code, 'telegram-worker.js')]
  const besides = ['./telegram-worker.js', '../telegram-worker.js', './worker.ts']
  const files = [...built, ...besides.map((path) => fileURLToPath(new URL(path, import.meta.url)))]
  const found = files.find((file) => existsSync(file))
  if (found === undefined) throw new Error('file of the Telegram thread not found')
  return found
}
