import { mapEventIterator } from '@orpc/client'
import { implement } from '@orpc/server'
import { contract } from '../../shared/contract/index.ts'
import { AppError } from '../domain/errors.ts'
import type { Log } from '../ports.ts'
import { toContractError } from './errors.ts'

/** What answers while everything is locked: what the lock screen needs, and nothing about a session. */
const OPEN_AREAS: ReadonlySet<string> = new Set(['app', 'formats', 'jobs'])
const OPEN_CALLS: ReadonlySet<string> = new Set([
  'sources.list',
  'sessions.counts',
  'secrets.hidden',
  'imports.discard',
])

/**
 * The contract with one rule for failures, of calls and of the streams they answer, and one for the lock. Every service
 * implements its area of it.
 */
export function createImplementer(log: Log, isLocked: () => boolean) {
  return implement(contract).use(async ({ next, path }) => {
    const call = path.join('.')
    const failure = async (error: unknown): Promise<unknown> => toContractError(error, call, log)
    try {
      if (isLocked() && !OPEN_AREAS.has(path[0] ?? '') && !OPEN_CALLS.has(call)) {
        throw new AppError('protection.locked', {})
      }
      const result = await next()
      if (!isStream(result.output)) return result
      const output = mapEventIterator(result.output, { value: async (value) => value, error: failure })
      return { ...result, output: output as typeof result.output }
    } catch (error) {
      throw await failure(error)
    }
  })
}

export type Implementer = ReturnType<typeof createImplementer>

function isStream(output: unknown): output is AsyncIterator<unknown> & AsyncIterable<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output
}
