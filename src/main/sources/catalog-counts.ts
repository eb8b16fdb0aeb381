import type { AppDatabase } from './app-database.ts'
import { DUPLICATED_KEYS } from './catalog-query.ts'
import { kinds, statuses } from './catalog-row.ts'
import type { CatalogCounts } from './catalog-types.ts'
import { FIRST_FINAL_CODE, loginOfCode } from './login-codes.ts'

const OK = statuses.indexOf('ok')

interface Totals extends Pick<CatalogCounts, 'all' | 'users' | 'bots' | 'duplicates'> {
  /** Not read, or with problems. */
  readonly unsound: number
  readonly keys: number
}

/** Counts of the sidebar and the filter chips, over the whole catalog. Keep the answer until something changes. */
export function countAll(database: AppDatabase): CatalogCounts {
  const totals = database
    .prepare<unknown[], Totals>(`
      SELECT count(*) AS "all",
        count(*) FILTER (WHERE kind = ?) AS users,
        count(*) FILTER (WHERE kind = ?) AS bots,
        count(*) FILTER (WHERE status <> ?) AS unsound,
        count(key_id) AS keys,
        count(*) FILTER (WHERE key_id IN (${DUPLICATED_KEYS})) AS duplicates
      FROM sessions`)
    .get(kinds.indexOf('user'), kinds.indexOf('bot'), OK)
  const group = (column: string): { value: string; count: number }[] =>
    database
      .prepare<unknown[], { value: string; count: number }>(`
        SELECT CAST(${column} AS TEXT) AS value, count(*) AS count FROM sessions
        WHERE ${column} IS NOT NULL GROUP BY ${column} ORDER BY ${column}`)
      .all()
  const tags = database
    .prepare<unknown[], { tag: string; count: number }>(`
      SELECT min(t.tag) AS tag, count(*) AS count FROM tags t
      JOIN sessions s ON s.source_id = t.source_id AND s.key = t.key
      GROUP BY t.tag_folded ORDER BY t.tag_folded`)
    .all()
  // Walks its index alone, which holds nothing before the first check.
  const checked = database
    .prepare<[number], { login: number; count: number; sound: number }>(`
      SELECT login, count(*) AS count, count(*) FILTER (WHERE status = ?) AS sound FROM sessions
      WHERE login IS NOT NULL GROUP BY login ORDER BY login`)
    .all(OK)
  const { unsound, keys, ...shown } = totals ?? { all: 0, users: 0, bots: 0, duplicates: 0, unsound: 0, keys: 0 }
  const dead = checked.filter(({ login }) => login >= FIRST_FINAL_CODE)
  const logins: CatalogCounts['logins'][number][] = checked.map(({ login, count }) => ({
    value: loginOfCode(login),
    count,
  }))
  const unchecked = keys - sum(checked.map(({ count }) => count))
  if (unchecked > 0) logins.push({ value: 'unchecked', count: unchecked })
  return {
    ...shown,
    attention: unsound + sum(dead.map(({ sound }) => sound)),
    sources: Object.fromEntries(group('source_id').map(({ value, count }) => [value, count])),
    tags,
    libraries: group('library'),
    dcs: group('dc_id'),
    logins,
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
