import type { AppDatabase } from './app-database.ts'
import { DUPLICATED_KEYS, NEEDS_ATTENTION, UNCHECKED } from './catalog-query.ts'
import { kinds } from './catalog-row.ts'
import type { CatalogCounts } from './catalog-types.ts'
import { loginOfCode } from './login-codes.ts'

interface Totals extends Pick<CatalogCounts, 'all' | 'users' | 'bots' | 'attention' | 'duplicates'> {
  readonly unchecked: number
}

/** Counts of the sidebar and the filter chips, over the whole catalog. Keep the answer until something changes. */
export function countAll(database: AppDatabase): CatalogCounts {
  const totals = database
    .prepare<unknown[], Totals>(`
      SELECT count(*) AS "all",
        count(*) FILTER (WHERE kind = ?) AS users,
        count(*) FILTER (WHERE kind = ?) AS bots,
        count(*) FILTER (WHERE ${NEEDS_ATTENTION}) AS attention,
        count(*) FILTER (WHERE ${UNCHECKED}) AS unchecked,
        count(*) FILTER (WHERE key_id IN (${DUPLICATED_KEYS})) AS duplicates
      FROM sessions`)
    .get(kinds.indexOf('user'), kinds.indexOf('bot'))
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
  const { unchecked, ...shown } = totals ?? { all: 0, users: 0, bots: 0, attention: 0, duplicates: 0, unchecked: 0 }
  const logins: CatalogCounts['logins'][number][] = group('login').map(({ value, count }) => ({
    value: loginOfCode(Number(value)),
    count,
  }))
  if (unchecked > 0) logins.push({ value: 'unchecked', count: unchecked })
  return {
    ...shown,
    sources: Object.fromEntries(group('source_id').map(({ value, count }) => [value, count])),
    tags,
    libraries: group('library'),
    dcs: group('dc_id'),
    logins,
  }
}
