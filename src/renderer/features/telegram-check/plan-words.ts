import type { CheckPlan, SkipReason } from '../../../shared/contract/telegram.ts'
import { formatCount, plural } from '../../lib/numbers.ts'
import { safeText } from '../../lib/safe-text.ts'
import { SKIP_WORDS } from '../../lib/skip-words.ts'

/** How many are left out for a reason. */
export function skippedFor({ skipped }: CheckPlan, reason: SkipReason): number {
  return skipped.find((one) => one.reason === reason)?.count ?? 0
}

/** "3 are in use by programs"; of one alone "It is in use by a program." */
export function skipLine({ reason, count }: CheckPlan['skipped'][number], total: number): string {
  const [one, many] = SKIP_WORDS[reason]
  if (total === 1) return `It ${one}.`
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** "Data centres 1, 2 and 4, directly" */
export function askedWhere({ dcIds, waysOut }: CheckPlan): string {
  const place = dcIds.length === 1 ? `Data centre ${dcIds[0]}` : `Data centres ${listed(dcIds.map(String))}`
  const ways = waysOut.map((way) => (way === 'direct' ? 'directly' : `through ${safeText(way, 60)}`))
  return ways.length === 0 ? place : `${place}, ${listed(ways)}`
}

/** "a", "a and b", "a, b and c" */
function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** What the button says: "Check 12 logins" */
export function checkVerb(plan: CheckPlan | null): string {
  if (plan === null || plan.ready === 0 || plan.total === 1) return 'Check'
  return `Check ${plural(plan.ready, 'login')}`
}

const OWN = 'own'

export const OWN_CENTER = { value: OWN, label: 'The data centre that each session names' }

/** Where else a key can be asked about, as values of a choice. */
export const ELSEWHERE: readonly { value: string; label: string }[] = [
  ...[1, 2, 3, 4, 5].map((id) => ({ value: `dc ${id}`, label: `DC ${id}` })),
  ...[1, 2, 3].map((id) => ({ value: `test ${id}`, label: `DC ${id} of the test network` })),
]

/** "test 2" → that data centre; null for the session's own. */
export function elsewhereOf(value: string): { dcId: number; test: boolean } | null {
  const [network, id] = value.split(' ')
  return id === undefined ? null : { dcId: Number(id), test: network === 'test' }
}

export function elsewhereValue(elsewhere: { dcId: number; test: boolean } | null): string {
  return elsewhere === null ? OWN : `${elsewhere.test ? 'test' : 'dc'} ${elsewhere.dcId}`
}
