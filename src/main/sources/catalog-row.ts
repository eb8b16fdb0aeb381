import { sortKey } from './catalog-fold.ts'
import type { SessionSummary } from './session-store.ts'

/** How a row stands, in sort order. */
export const statuses = ['ok', 'attention', 'no-key', 'unreadable'] as const
export type Status = (typeof statuses)[number]

/** What the account is, in sort order. A phone belongs to people alone. */
export const kinds = ['user', 'bot', 'unknown'] as const
type Kind = (typeof kinds)[number]

export function statusOf(summary: SessionSummary): Status {
  if (summary.format === null) return 'unreadable'
  if (summary.keyId === null) return 'no-key'
  return summary.problems.length > 0 ? 'attention' : 'ok'
}

function kindOf(summary: SessionSummary): Kind {
  const { account } = summary
  if (account?.isBot === true) return 'bot'
  return account?.isBot === false || account?.phone ? 'user' : 'unknown'
}

/** The DC shown in the list: the home one, else the only one that tells. */
export function dcIdOf(summary: SessionSummary): number | null {
  const { dataCenters } = summary
  const home = dataCenters.find((dc) => dc.home)
  if (home) return home.id
  const withKey = dataCenters.filter((dc) => dc.hasKey)
  if (withKey.length === 1) return withKey[0]?.id ?? null
  return dataCenters.length === 1 ? (dataCenters[0]?.id ?? null) : null
}

/** Columns of a session that depend on its summary alone. Order as in {@link sessionColumns}. */
export function columnsOf(summary: SessionSummary): (string | number | bigint | null)[] {
  const { account, format } = summary
  return [
    statuses.indexOf(statusOf(summary)),
    kinds.indexOf(kindOf(summary)),
    account ? userIdOf(account.id) : null,
    summary.keyId,
    format?.library ?? null,
    format?.formatId ?? null,
    format === null ? null : sortKey(format.variant),
    dcIdOf(summary),
    summary.test === null ? null : Number(summary.test),
    summary.peers,
    summary.updateState?.date ?? null,
  ]
}

export const sessionColumns = [
  'status',
  'kind',
  'user_id',
  'key_id',
  'library',
  'format_id',
  'variant',
  'dc_id',
  'test',
  'peers',
  'updated_at',
] as const

/** An id that does not fit a signed 64-bit column is kept in the summary and the search text alone. */
function userIdOf(text: string): bigint | null {
  const id = BigInt(text)
  return BigInt.asIntN(64, id) === id ? id : null
}
