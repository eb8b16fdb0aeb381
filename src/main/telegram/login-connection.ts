import type { tl } from '@mtcute/core'
import type { CallSettings } from './call-once.ts'
import { classifyRpcError, unreachable, type Verdict } from './classify.ts'
import { createClient } from './client.ts'
import type { Endpoint, GatewayRoute } from './gateway.ts'
import { createSockets } from './sockets.ts'
import { transportFor } from './transports.ts'

/** A request of a login that came to nothing. `text` is Telegram's own, if it was Telegram who refused. */
export class LoginFailure extends Error {
  readonly verdict: Verdict
  readonly text: string | null

  constructor(verdict: Verdict, text: string | null = null) {
    super(verdict.evidence)
    this.name = 'LoginFailure'
    this.verdict = verdict
    this.text = text
  }
}

/** A conversation that makes a key by handshake and may go on for minutes. Every wait ends with it. */
export interface LoginConnection {
  readonly endpoint: Endpoint
  /** @throws LoginFailure */
  call<M extends tl.RpcMethod>(request: M): Promise<tl.RpcCallReturn[M['_']]>
  /** What the person is asked, until it is stopped. @throws LoginFailure also when `answer` rejects */
  wait<T>(answer: Promise<T>): Promise<T>
  onUpdate(listener: (updates: tl.TypeUpdates) => void): void
  /** A copy of the key that was made. */
  authKey(): Uint8Array | null
  close(): Promise<void>
}

/** In one request. The library itself would go on for ever. */
const MOST_CONNECTIONS = 4
const MOST_FAILED_CONNECTIONS = 2

/** @param stopped rejects when the login is given up */
export function openLoginConnection(
  endpoint: Endpoint,
  { app, wayOut }: GatewayRoute,
  stopped: Promise<never>,
  { version, budgetMs }: CallSettings,
): LoginConnection {
  const sockets = createSockets()
  const transport = transportFor(wayOut, sockets)
  const named = (evidence: string): Verdict =>
    unreachable(wayOut.kind === 'direct' ? evidence : `${evidence} (proxy ${wayOut.name})`)
  /** Of the request that is under way. */
  let fail = (_failure: LoginFailure): void => {}
  let connections = 0
  let failed = 0
  let isClosed = false
  const client = createClient({
    endpoint,
    apiId: app.apiId,
    version,
    transport: {
      ...(transport.setup && { setup: transport.setup.bind(transport) }),
      packetCodec: (dc) => transport.packetCodec(dc),
      async connect(dc) {
        // The library follows redirections to addresses of the server's choice; ours are the person's.
        if (dc.id !== endpoint.id) throw new Error('another data centre')
        connections += 1
        if (connections > MOST_CONNECTIONS) {
          fail(new LoginFailure(named(`the connection was cut ${MOST_CONNECTIONS} times`)))
        }
        try {
          return await transport.connect(dc)
        } catch (error) {
          failed += 1
          const evidence = error instanceof Error ? error.message : 'no connection'
          if (failed >= MOST_FAILED_CONNECTIONS) fail(new LoginFailure(named(evidence)))
          throw error
        }
      },
    },
    authKey: null,
    withUpdates: true,
    takesError: (code, text) => {
      const verdict = classifyRpcError(code, text)
      if (verdict.status !== 'wrong-dc') return false
      fail(new LoginFailure(verdict, text))
      return true
    },
  })

  const converse = async (request: tl.RpcMethod): Promise<unknown> => {
    await client.mt.prepare()
    // Destroyed meanwhile, it would connect all the same, again and again.
    if (isClosed) throw new LoginFailure(unreachable('stopped'))
    await client.mt.connect()
    const answer: unknown = await client.mt.call(request)
    if (isRpcError(answer)) {
      throw new LoginFailure(classifyRpcError(answer.errorCode, answer.errorMessage), answer.errorMessage)
    }
    return answer
  }

  return {
    endpoint,
    async call<M extends tl.RpcMethod>(request: M) {
      connections = 0
      failed = 0
      const given = Promise.withResolvers<never>()
      fail = given.reject
      const late = new LoginFailure(named(`no answer in ${budgetMs / 1000} s`))
      const timer = setTimeout(() => given.reject(late), budgetMs)
      const answer = converse(request)
      answer.catch(() => {})
      try {
        return (await Promise.race([answer, given.promise, stopped])) as tl.RpcCallReturn[M['_']]
      } finally {
        clearTimeout(timer)
        fail = () => {}
      }
    },
    wait: (answer) =>
      Promise.race([
        answer.catch(() => {
          throw new LoginFailure(unreachable('stopped'))
        }),
        stopped,
      ]),
    onUpdate: (listener) => client.mt.onUpdate.add(listener),
    authKey: () => {
      const key = client.authKey()
      return key && new Uint8Array(key)
    },
    async close() {
      isClosed = true
      await sockets.close()
      await client.destroy()
      client.authKey()?.fill(0)
    },
  }
}

interface RpcErrorAnswer {
  readonly errorCode: number
  readonly errorMessage: string
}

function isRpcError(answer: unknown): answer is RpcErrorAnswer {
  return typeof answer === 'object' && answer !== null && '_' in answer && answer._ === 'mt_rpc_error'
}
