import { mapEventIterator } from '@orpc/client'
import { implement } from '@orpc/server'
import { contract } from '../../shared/contract/index.ts'
import type { Log } from '../ports.ts'
import { toContractError } from './errors.ts'

/** The contract with one rule for failures, of calls and of the streams they answer. Every service implements its area of it. */
export function createImplementer(log: Log) {
  return implement(contract).use(async ({ next, path }) => {
    const call = path.join('.')
    const failure = async (error: unknown): Promise<unknown> => toContractError(error, call, log)
    try {
      const result = await next()
      if (!isStream(result.output)) return result
      return {
        ...result,
        output: mapEventIterator(result.output, {
          value: async (value) => value,
          error: failure,
        }) as typeof result.output,
      }
    } catch (error) {
      throw await failure(error)
    }
  })
}

export type Implementer = ReturnType<typeof createImplementer>

function isStream(output: unknown): output is AsyncIterator<unknown> & AsyncIterable<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output
}
