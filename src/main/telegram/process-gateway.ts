import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Secret } from '../domain/secret.ts'
import type { Gateway, GatewayAnswer, LoginPrompts, NewLoginAnswer } from './gateway.ts'
import type { AppProcess, StartProcess } from './start-process.ts'
import { type FromProcess, type GatewayCall, type LocalGatewayOptions, pack, type ToProcess, unpack } from './wire.ts'

/** The process holds 100 MB. */
const IDLE_MS = 60_000

export interface GatewayOptions extends LocalGatewayOptions {
  /** Folder of the built main files; null when running from sources. */
  readonly code: string | null
  readonly startProcess: StartProcess
  /** How long the process outlives its last call; a minute when left out. */
  readonly idleMs?: number
}

interface Pending {
  resolve(answer: unknown): void
  reject(error: Error): void
  /** What is answered when the process ends under the call. */
  readonly unanswered: (evidence: string, wasSent: boolean) => unknown
  readonly prompts: LoginPrompts | null
}

/**
 * The gateway in a process of its own: started with the first call, ended when idle and with `close`. So all memory of a
 * large job goes back to the system. Nothing of the client library is loaded here. Keys and secrets cross as copies, which
 * both ends wipe.
 */
export function createGateway({ code, startProcess, idleMs = IDLE_MS, ...options }: GatewayOptions): Gateway {
  const pending = new Map<number, Pending>()
  let child: AppProcess | null = null
  let idle: NodeJS.Timeout | undefined
  let lastId = 0
  let isClosed = false

  const send = (message: ToProcess): void => child?.send(message)

  const start = (): AppProcess => {
    const started = startProcess(processFile(code), 'telegram')
    started.onMessage((message) => take(message as FromProcess))
    started.onExit(() => {
      if (child !== started) return
      child = null
      answerAll('the process that talks to Telegram failed')
    })
    started.send({ kind: 'start', options } satisfies ToProcess)
    return started
  }

  const end = (): void => {
    clearTimeout(idle)
    child?.kill()
    child = null
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
      // An idle process keeps no program from ending.
      child?.hold(false)
      idle = setTimeout(end, idleMs).unref()
    }
    return call
  }

  const take = (message: FromProcess): void => {
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

  const prompt = async ({ id, question, prompt: name, values }: FromProcess & { kind: 'prompt' }): Promise<void> => {
    const prompts = pending.get(id)?.prompts
    try {
      if (!prompts) throw new Error('stopped')
      // The other end packs the arguments of this very prompt.
      const ask = prompts[name] as (...values: unknown[]) => Promise<Secret> | undefined
      const answer = await ask.apply(prompts, unpack(values).value as unknown[])
      // Its process may have failed meanwhile, and the next one's questions have the same numbers.
      if (answer === undefined || !pending.has(id)) return
      const packed = pack(answer)
      send({ kind: 'reply', question, answer: packed.value })
      packed.wipe()
    } catch {
      if (pending.has(id)) send({ kind: 'no-reply', question })
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
    child ??= start()
    child.hold(true)
    lastId += 1
    const id = lastId
    const abort = (): void => send({ kind: 'abort', id })
    signal.addEventListener('abort', abort)
    const answered = new Promise<T>((resolve, reject) => {
      pending.set(id, { resolve: resolve as Pending['resolve'], reject, unanswered, prompts })
    })
    const packed = pack(values)
    send({ kind: 'call', id, call, values: packed.value })
    packed.wipe()
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
    close: () => {
      isClosed = true
      answerAll('stopped')
      end()
      return Promise.resolve()
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
function processFile(code: string | null): string {
  const built = code === null ? [] : [join(code, 'telegram-process.js')]
  const besides = ['./telegram-process.js', '../telegram-process.js', './process.ts']
  const files = [...built, ...besides.map((path) => fileURLToPath(new URL(path, import.meta.url)))]
  const found = files.find((file) => existsSync(file))
  if (found === undefined) throw new Error('file of the Telegram process not found')
  return found
}
