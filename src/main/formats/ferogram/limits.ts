import type { SessionFacts } from '../facts.ts'

/** Counts of the binary form are two bytes long, that of data centres one. */
export const MAX_ROWS = 0xffff
export const MAX_DCS = 0xff

/** What will be refused when it comes to writing, said before. */
export function limitReason(facts: SessionFacts): string | null {
  const counts = [
    { what: 'peers', count: facts.peers ?? 0, limit: MAX_ROWS },
    { what: 'update states of channels', count: facts.channelStates ?? 0, limit: MAX_ROWS },
    { what: 'min contexts', count: facts.minContexts ?? 0, limit: MAX_ROWS },
    { what: 'addresses of data centres', count: facts.dataCenters.length, limit: MAX_DCS },
  ]
  const over = counts.find(({ count, limit }) => count > limit)
  if (over === undefined) return null
  const [count, limit] = [over.count, over.limit].map((number) => number.toLocaleString('en-US'))
  return `it holds ${count} ${over.what}, and this form of a ferogram session has room for ${limit}; ferogram SQLite has room for all`
}
