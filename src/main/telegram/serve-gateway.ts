import type { MessagePort } from 'node:worker_threads'
import type { Secret } from '../domain/secret.ts'
import type { Gateway, LoginPrompts } from './gateway.ts'
import { type FromWorker, pack, type ToWorker, unpack } from './wire.ts'

interface Question {
  resolve(answer: Secret): void
  reject(): void
}

/** Answers what comes over the port with `gateway`, many calls at a time. The other end is `worker-gateway.ts`. */
export function serveGateway(port: MessagePort, gateway: Gateway): void {
  const running = new Map<number, AbortController>()
  const questions = new Map<number, Question>()
  let lastQuestion = 0
  const send = (message: FromWorker, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer)

  /** The prompts of a login, answered at the other end. */
  const promptsOf = (id: number): LoginPrompts => {
    const tell = (prompt: keyof LoginPrompts, ...values: unknown[]): number => {
      const packed = pack(values)
      lastQuestion += 1
      send({ kind: 'prompt', id, question: lastQuestion, prompt, values: packed.value }, packed.transfer)
      return lastQuestion
    }
    const ask = (prompt: keyof LoginPrompts, value: unknown): Promise<Secret> =>
      new Promise((resolve, reject) => {
        questions.set(tell(prompt, value), { resolve, reject: () => reject(new Error('stopped')) })
      })
    return {
      showQr: (link, expiresAtMs) => void tell('showQr', link, expiresAtMs),
      scanned: () => void tell('scanned'),
      askCode: (code) => ask('askCode', code),
      askPassword: (password) => ask('askPassword', password),
    }
  }

  const answer = async ({ id, call, values }: ToWorker & { kind: 'call' }): Promise<void> => {
    const controller = new AbortController()
    running.set(id, controller)
    const { value, wipe } = unpack(values)
    try {
      // The other end has typed them: it packs the arguments of this very call.
      const [first, second] = value as [never, never]
      const { signal } = controller
      const given =
        call === 'endDevice'
          ? await gateway.endDevice(first, second, signal)
          : call === 'logIn'
            ? await gateway.logIn(first, promptsOf(id), signal)
            : await gateway[call](first, signal)
      const packed = pack(given)
      send({ kind: 'answer', id, answer: packed.value }, packed.transfer)
    } catch (error) {
      send({ kind: 'fault', id, message: error instanceof Error ? error.message : 'unknown reason' })
    } finally {
      running.delete(id)
      wipe()
    }
  }

  port.on('message', (message: ToWorker) => {
    switch (message.kind) {
      case 'call':
        void answer(message)
        return
      case 'abort':
        running.get(message.id)?.abort()
        return
      case 'reply':
      case 'no-reply': {
        const question = questions.get(message.question)
        questions.delete(message.question)
        if (message.kind === 'reply') question?.resolve(unpack(message.answer).value as Secret)
        else question?.reject()
      }
    }
  })
}
