import type { Secret } from '../domain/secret.ts'
import type { Gateway, LoginPrompts } from './gateway.ts'
import type { ParentPort } from './parent-port.ts'
import { type FromProcess, type LocalGatewayOptions, pack, type ToProcess, unpack } from './wire.ts'

interface Question {
  resolve(answer: Secret): void
  reject(): void
}

/**
 * Answers what comes over the line, many calls at a time, with the gateway that `create` makes once the other end has said
 * how. That end is `process-gateway.ts`.
 */
export function serveGateway(line: ParentPort, create: (options: LocalGatewayOptions) => Gateway): void {
  let gateway: Gateway | null = null
  const running = new Map<number, AbortController>()
  const questions = new Map<number, Question>()
  let lastQuestion = 0
  const send = (message: FromProcess): void => line.send(message)

  /** The prompts of a login, answered at the other end. */
  const promptsOf = (id: number): LoginPrompts => {
    const tell = (prompt: keyof LoginPrompts, ...values: unknown[]): number => {
      const packed = pack(values)
      lastQuestion += 1
      send({ kind: 'prompt', id, question: lastQuestion, prompt, values: packed.value })
      packed.wipe()
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

  const answer = async ({ id, call, values }: ToProcess & { kind: 'call' }, asked: Gateway): Promise<void> => {
    const controller = new AbortController()
    running.set(id, controller)
    const { value, wipe } = unpack(values)
    try {
      // The other end has typed them: it packs the arguments of this very call.
      const [first, second] = value as [never, never]
      const { signal } = controller
      const given =
        call === 'endDevice'
          ? await asked.endDevice(first, second, signal)
          : call === 'logIn'
            ? await asked.logIn(first, promptsOf(id), signal)
            : await asked[call](first, signal)
      const packed = pack(given)
      send({ kind: 'answer', id, answer: packed.value })
      packed.wipe()
    } catch (error) {
      send({ kind: 'fault', id, message: error instanceof Error ? error.message : 'unknown reason' })
    } finally {
      running.delete(id)
      wipe()
    }
  }

  line.onMessage((given) => {
    const message = given as ToProcess
    switch (message.kind) {
      case 'start':
        gateway = create(message.options)
        return
      case 'call':
        if (gateway !== null) void answer(message, gateway)
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
