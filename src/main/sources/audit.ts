import type { Ports } from '../ports.ts'
import type { AppDatabase } from './app-database.ts'
import type { AuditLog, AuditRecord, NewAuditEntry } from './audit-types.ts'

interface AuditRow {
  readonly id: number
  readonly at_ms: number
  readonly action: string
  readonly text: string
  readonly shell: string
  readonly source_id: string | null
  readonly key: string | null
  readonly key_id: string | null
}

/** Who did what when, never the value. Rows are only ever added. */
export function openAudit(database: AppDatabase, ports: Pick<Ports, 'clock' | 'shell'>, onAdded: () => void): AuditLog {
  const insert = database.prepare(
    'INSERT INTO audit (at_ms, action, text, shell, source_id, key, key_id) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const addAll = database.transaction((entries: readonly NewAuditEntry[]) => {
    const now = ports.clock.now()
    for (const { action, text, ref, keyId } of entries) {
      insert.run(now, action, text, ports.shell, ref?.sourceId ?? null, ref?.key ?? null, keyId)
    }
  })
  const added = (entries: readonly NewAuditEntry[]): void => {
    if (entries.length === 0) return
    addAll(entries)
    onAdded()
  }
  return {
    add: (entry) => added([entry]),
    addAll: added,
    list({ ref, keyId, offset, limit }) {
      const conditions: string[] = []
      const values: string[] = []
      if (ref) {
        conditions.push('(source_id = ? AND key = ?)')
        values.push(ref.sourceId, ref.key)
      }
      if (keyId !== null) {
        conditions.push('key_id = ?')
        values.push(keyId)
      }
      const where = conditions.length > 0 ? `WHERE ${conditions.join(' OR ')}` : ''
      const counted = database.prepare<string[], { n: number }>(`SELECT count(*) AS n FROM audit ${where}`)
      const rows = database
        .prepare<(string | number)[], AuditRow>(`SELECT * FROM audit ${where} ORDER BY id DESC LIMIT ? OFFSET ?`)
        .all(...values, limit, offset)
      return { total: counted.get(...values)?.n ?? 0, entries: rows.map(recordOf) }
    },
  }
}

function recordOf(row: AuditRow): AuditRecord {
  return {
    id: row.id,
    atMs: row.at_ms,
    action: row.action,
    text: row.text,
    shell: row.shell,
    ref: row.source_id === null || row.key === null ? null : { sourceId: row.source_id, key: row.key },
    keyId: row.key_id,
  }
}
