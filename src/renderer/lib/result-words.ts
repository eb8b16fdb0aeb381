import type { Ref } from '../../shared/contract/common.ts'
import type { ResultItem } from '../../shared/contract/telegram.ts'
import {
  isAliveStatus,
  isFinalStatus,
  type LoginStatus,
  loginStatuses,
  loginStatusWords,
} from '../../shared/login-statuses.ts'

/** What results are counted and filtered by: the status of a login, or what came of an item otherwise. */
export type ResultGroup = LoginStatus | 'ended' | 'already' | 'in-doubt' | 'failed' | 'skipped'

interface GroupWords {
  label: string
  tone: 'good' | 'bad' | 'warn' | 'neutral'
}

const OUTCOMES = {
  ended: { label: 'Logged out', tone: 'good' },
  already: { label: 'Had ended before', tone: 'good' },
  'in-doubt': { label: 'In doubt', tone: 'bad' },
  failed: { label: 'Failed', tone: 'bad' },
  skipped: { label: 'Left out', tone: 'neutral' },
} as const satisfies Partial<Record<ResultGroup, GroupWords>>

/** What a group is called: "Signed out", "Left out". */
export function groupWords(group: ResultGroup): GroupWords {
  if (Object.hasOwn(OUTCOMES, group)) return OUTCOMES[group as keyof typeof OUTCOMES]
  const { short, tone } = loginStatusWords[group as LoginStatus]
  return { label: short, tone }
}

export function groupOf({ outcome, login }: ResultItem): ResultGroup {
  switch (outcome) {
    case 'checked':
      return login?.status ?? 'failed'
    case 'skipped':
      // One with the key of another shares its answer.
      return login?.status ?? 'skipped'
    case 'logged-out':
      return 'ended'
    case 'already':
    case 'in-doubt':
    case 'failed':
      return outcome
    default:
      return outcome satisfies never
  }
}

/** What needs a person first, then what is known, then what is not. */
const ORDER: readonly ResultGroup[] = [
  'in-doubt',
  ...loginStatuses.filter(isFinalStatus),
  'failed',
  ...loginStatuses.filter((status) => !isFinalStatus(status) && !isAliveStatus(status)),
  'ended',
  'already',
  'frozen',
  'alive',
  'skipped',
]

/** Those that occur, in the order of their weight. */
export function countGroups(items: readonly ResultItem[]): readonly { group: ResultGroup; count: number }[] {
  const counts = new Map<ResultGroup, number>()
  for (const item of items) {
    const group = groupOf(item)
    counts.set(group, (counts.get(group) ?? 0) + 1)
  }
  return ORDER.flatMap((group) => {
    const count = counts.get(group)
    return count === undefined ? [] : [{ group, count }]
  })
}

/** For the list while it grows: the newest first, what was left out below. */
export function newestFirst(items: readonly ResultItem[]): readonly ResultItem[] {
  const asked: ResultItem[] = []
  const left: ResultItem[] = []
  for (const item of items) (groupOf(item) === 'skipped' ? left : asked).push(item)
  return [...asked.reverse(), ...left]
}

const byName = new Intl.Collator('en', { numeric: true })

/** For the list at the end: by weight, then by name. */
export function weightiestFirst(items: readonly ResultItem[]): readonly ResultItem[] {
  const ranks = new Map(ORDER.map((group, rank) => [group, rank]))
  return items
    .map((item) => ({ item, rank: ranks.get(groupOf(item)) ?? ORDER.length }))
    .toSorted((a, b) => a.rank - b.rank || byName.compare(a.item.name, b.item.name))
    .map(({ item }) => item)
}

/** Telegram said nothing about these logins: asking again may help. */
const NO_ANSWER: ReadonlySet<ResultGroup> = new Set([
  'rate-limited',
  'app-rejected',
  'app-outdated',
  'server-error',
  'network',
  'unknown',
  'failed',
])

export function withoutAnswer(items: readonly ResultItem[]): readonly Ref[] {
  return items.filter((item) => NO_ANSWER.has(groupOf(item))).map(({ ref }) => ref)
}

/** The data centre that was asked did not know these keys. */
export function unknownThere(items: readonly ResultItem[]): readonly Ref[] {
  return items.filter((item) => groupOf(item) === 'key-unknown').map(({ ref }) => ref)
}

/** Those whose login has ended for good. */
export function deadCount(items: readonly ResultItem[]): number {
  return items.filter(({ login }) => login !== null && isFinalStatus(login.status)).length
}

/** What is said behind the badge: Telegram's answer, or why there is none. */
export function resultReason({ reason, login, skipped, outcome }: ResultItem): string {
  if (skipped === 'same-key' && login !== null) return 'Same key as another of them'
  if (outcome === 'checked') return login?.evidence ?? ''
  if (outcome === 'already' && reason === '' && login !== null) return loginStatusWords[login.status].label
  return reason
}
