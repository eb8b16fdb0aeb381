import { likePrefix, type RunQuery } from '../sql/server-tables.ts'

/**
 * The server counts rows written to each table. The counts come within a second after a commit, are not kept over a crash
 * (then the word differs, which costs one look too many), and need `track_counts`, which is on unless somebody turned it
 * off. A standby counts nothing: there, how far it has replayed is asked.
 */
const PROBE_SQL = `
SELECT CASE
  WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()::text
  WHEN pg_catalog.current_setting('track_counts') = 'off' THEN NULL
  ELSE (SELECT coalesce(string_agg(relid || ':' || (n_tup_ins + n_tup_upd + n_tup_del), ',' ORDER BY relid), '')
    FROM pg_catalog.pg_stat_user_tables WHERE relname LIKE ? ESCAPE '!' AND pg_catalog.pg_table_is_visible(relid))
END`

export async function postgresProbe(query: RunQuery, prefix: string): Promise<string | null> {
  const [row] = await query(PROBE_SQL, [likePrefix(prefix)])
  const word = row?.[0]
  return typeof word === 'string' ? word : null
}
