import { isAppError } from '../../domain/errors.ts'
import { likePrefix, quoteFor, type RunQuery } from '../sql/server-tables.ts'

/**
 * The server counts rows written to each table. A count comes with the commit, or up to ten seconds later when a program
 * commits often; it is not kept over a crash (then the word differs, which costs one look too many) and needs
 * `track_counts`, which is on unless somebody turned it off. A standby counts nothing: there, how far it has replayed is
 * asked, which every change in the whole server moves.
 */
const PROBE_SQL = `
SELECT relname, n_tup_ins + n_tup_upd + n_tup_del, pg_catalog.pg_relation_size(relid)
FROM pg_catalog.pg_stat_user_tables WHERE relname LIKE ? ESCAPE '!' AND pg_catalog.pg_table_is_visible(relid)
ORDER BY relname`

/** Tables whose rows are sessions: what comes and goes there is told at once, by the transactions that wrote the rows. */
const PROMPT = /(?:sessions|auth_keys|auth_key_items)$/
const MOST_PROMPT = 20
/** Walked in some milliseconds. */
const MOST_BYTES = 16_000_000

export async function postgresProbe(query: RunQuery, prefix: string): Promise<string | null> {
  const [state] = await query("SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('track_counts')", [])
  if (state?.[0] === 1n) {
    const [row] = await query('SELECT pg_catalog.pg_last_wal_replay_lsn()::text', [])
    return String(row?.[0])
  }
  if (state?.[1] === 'off') return null
  const tables = await query(PROBE_SQL, [likePrefix(prefix)])
  const prompt = tables
    .filter(([name, , byteLength]) => PROMPT.test(String(name)) && Number(byteLength ?? 0n) <= MOST_BYTES)
    .slice(0, MOST_PROMPT)
  const counts = tables.map(([name, count]) => `${name}:${count}`).join(',')
  if (prompt.length === 0) return counts
  const parts = prompt.map(
    ([name]) => `SELECT count(*), coalesce(sum(xmin::text::bigint), 0) FROM ${quoteFor('postgres', String(name))}`,
  )
  try {
    const rows = await query(parts.join(' UNION ALL '), [])
    return `${counts};${rows.map((row) => row.join(':')).join(',')}`
  } catch (error) {
    // A table went in between, or is not ours to read.
    if (isAppError(error, 'source.changed') || isAppError(error, 'source.denied')) return counts
    throw error
  }
}
