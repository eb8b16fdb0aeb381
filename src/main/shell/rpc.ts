import { ORPCError } from '@orpc/server'
import type { StandardHandlerOptions } from '@orpc/server/standard'
import type { App } from '../app.ts'
import type { Log } from '../ports.ts'

export type RpcContext = Record<never, never>
export type Router = App['router']

/** Options of the oRPC handlers of both shells: failures nobody expected go to the log, named by their call alone. */
export function rpcOptions(log: Log): Pick<StandardHandlerOptions<RpcContext>, 'interceptors'> {
  return {
    interceptors: [
      async (options) => {
        try {
          return await options.next()
        } catch (error) {
          if (isUnexpected(error)) log.error('a call failed', { call: options.request.url.pathname, error })
          throw error
        }
      },
    ],
  }
}

function isUnexpected(error: unknown): boolean {
  if (error instanceof Error && error.name === 'AbortError') return false
  return !(error instanceof ORPCError) || error.code === 'INTERNAL_SERVER_ERROR' || error.code === 'internal'
}
