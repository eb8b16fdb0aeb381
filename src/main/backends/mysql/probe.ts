import { likePrefix, type RunQuery } from '../sql/server-tables.ts'

/**
 * When InnoDB last changed each table, to the second; unknown (and so unlike before) after a restart. A change within the
 * last two seconds may be followed by another that the clock does not tell apart: the word then changes by itself.
 */
const PROBE_SQL = `
SELECT TABLE_NAME, CREATE_TIME, UPDATE_TIME, UPDATE_TIME > NOW() - INTERVAL 2 SECOND, UNIX_TIMESTAMP(NOW(3))
FROM information_schema.TABLES
WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' AND TABLE_NAME LIKE ? ESCAPE '!' ORDER BY TABLE_NAME`

export async function mysqlProbe(query: RunQuery, prefix: string): Promise<string> {
  const rows = await query(PROBE_SQL, [likePrefix(prefix)])
  return rows
    .map(([name, created, updated, isFresh, now]) => `${name}:${created}:${updated}${isFresh === 1n ? `:${now}` : ''}`)
    .join(',')
}
