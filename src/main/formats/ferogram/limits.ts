import type { Problem } from '../../domain/problem.ts'
import type { SessionFacts } from '../facts.ts'

/** Counts of the binary form are two bytes long, that of data centres one. */
export const MAX_ROWS = 0xffff
export const MAX_DCS = 0xff

/** What will be refused when it comes to writing, said before. */
export function limitProblems(facts: SessionFacts): readonly Problem[] {
  const counts = [
    { what: 'peers', count: facts.peers ?? 0, limit: MAX_ROWS },
    { what: 'update states of channels', count: facts.channelStates ?? 0, limit: MAX_ROWS },
    { what: 'min contexts', count: facts.minContexts ?? 0, limit: MAX_ROWS },
    { what: 'addresses of data centres', count: facts.dataCenters.length, limit: MAX_DCS },
  ]
  return counts
    .filter(({ count, limit }) => count > limit)
    .map(({ what, count, limit }) => ({
      code: 'ferogram.too-many',
      message: `The session holds ${count} ${what}, and this form of a ferogram session has room for ${limit}. Take ferogram SQLite instead.`,
    }))
}
