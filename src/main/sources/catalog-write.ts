import type { AppDatabase } from './app-database.ts'
import { annotatedColumns, type Annotations } from './catalog-annotations.ts'
import { columnsOf, sessionColumns } from './catalog-row.ts'
import { MEMORY_ID, type Ref } from './interfaces.ts'
import { forgetsLogins, takesKinds } from './login-store.ts'
import type { FileFacts, ScannedFile } from './scan-types.ts'
import type { SessionSummary } from './session-store.ts'

/** What scans and stores put into the catalog. Each call is one transaction: keep batches at a few hundred. */
export interface CatalogWriter {
  putFiles(sourceId: string, files: readonly ScannedFile[]): void
  /** Sessions of a shared store, which lie in no file. */
  putStored(sourceId: string, sessions: readonly StoredRow[]): void
  /** One session of a built-in source. */
  putSession(sourceId: string, summary: SessionSummary, facts: FileFacts | null): void
  /** Takes files and their sessions out. Sessions that came at or after `movedSinceMs` may be where they moved. */
  removeFiles(sourceId: string, fileKeys: readonly string[], movedSinceMs: number): void
  /** The session's row again, after its annotation changed. */
  reindex(ref: Ref): void
  /** What the calls since the last one did to sessions, in their order. */
  takeChanges(): readonly CatalogChange[]
  /** Marks exactly these files as in use. @returns whether anything changed */
  setInUse(sourceId: string, fileKeys: ReadonlySet<string>): boolean
}

/** What became of a session. Never a secret. */
export interface CatalogChange {
  readonly type: 'created' | 'changed' | 'destroyed'
  readonly ref: Ref
  readonly keyId: string | null
}

/** A session of a store; its signature changes whenever what is shown of it does. */
export interface StoredRow {
  readonly signature: string
  readonly summary: SessionSummary
}

interface SummaryRow {
  readonly id: number
  readonly key: string
  readonly summary: string
}

export function openCatalogWriter(database: AppDatabase, annotations: Annotations, now: () => number): CatalogWriter {
  const columns = [...sessionColumns, 'modified_at', 'name_sort', 'tags_sort', 'search'].join(', ')
  const marks = columns.replaceAll(/\w+/g, '?')
  const updates = columns.replaceAll(/\w+/g, '$& = excluded.$&')
  const upsertSession = database
    .prepare<unknown[], number>(`
      INSERT INTO sessions (source_id, key, file_key, added_at, login, ${columns})
      VALUES (?, ?, ?, ?, (SELECT shown FROM logins WHERE key_id = ?), ${marks})
      ON CONFLICT (source_id, key) DO UPDATE
      SET file_key = excluded.file_key, login = excluded.login, ${updates} RETURNING id`)
    .pluck()
  const upsertSummary = database.prepare(
    'INSERT INTO summaries (id, summary) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET summary = excluded.summary',
  )
  const upsertFile = database.prepare(`
    INSERT INTO files (source_id, key, signature, sessions, facts) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (source_id, key) DO UPDATE
    SET signature = excluded.signature, sessions = excluded.sessions, facts = excluded.facts`)
  const ofFile = database.prepare<[string, string], { id: number; key: string; key_id: string | null }>(
    'SELECT id, key, key_id FROM sessions WHERE source_id = ? AND file_key = ?',
  )
  const wasOpen = database.prepare<[string, string]>(`
    SELECT 1 FROM sessions s JOIN summaries m ON m.id = s.id
    WHERE s.source_id = ? AND s.file_key = ? AND m.summary ->> '$.isProtected'`)
  const relock = database.prepare('UPDATE files SET signature = ?, facts = ? WHERE source_id = ? AND key = ?')
  const removeSession = database.prepare('DELETE FROM sessions WHERE id = ?')
  const forgetLogin = forgetsLogins(database)
  const takeKind = takesKinds(database, 'id')
  const removeFile = database.prepare('DELETE FROM files WHERE source_id = ? AND key = ?')
  const successor = database
    .prepare<[string, string, number], string>(`
      SELECT key FROM sessions s WHERE source_id = ? AND key_id = ? AND added_at >= ?
      AND NOT EXISTS (SELECT 1 FROM annotations a WHERE a.source_id = s.source_id AND a.key = s.key)
      ORDER BY added_at DESC, id DESC LIMIT 1`)
    .pluck()
  const stored = database.prepare<[string, string], SummaryRow>(`
    SELECT s.id, s.key, m.summary FROM sessions s JOIN summaries m ON m.id = s.id
    WHERE s.source_id = ? AND s.key = ?`)
  const reindexed = database.prepare('UPDATE sessions SET name_sort = ?, tags_sort = ?, search = ? WHERE id = ?')
  const inUse = database
    .prepare<[string], string>('SELECT DISTINCT file_key FROM sessions WHERE source_id = ? AND in_use = 1')
    .pluck()
  const markInUse = database.prepare('UPDATE sessions SET in_use = ? WHERE source_id = ? AND file_key = ?')

  let changes: CatalogChange[] = []

  function put(sourceId: string, fileKey: string, summary: SessionSummary, facts: FileFacts | null): void {
    const ref = { sourceId, key: summary.key }
    const before = stored.get(sourceId, summary.key)
    const text = JSON.stringify(summary)
    if (summary.keyId !== null) {
      if (!before) annotations.adopt(ref, summary.keyId)
      annotations.rekey(ref, summary.keyId)
    }
    const id = upsertSession.get(
      sourceId,
      summary.key,
      fileKey,
      now(),
      summary.keyId,
      ...columnsOf(summary),
      facts?.modifiedAtMs ?? null,
      ...annotatedColumns(summary, annotations.get(ref)),
    )
    if (id !== undefined && summary.keyId !== null) takeKind(id)
    upsertSummary.run(id, text)
    if (before?.summary === text) return
    changes.push({ type: before ? 'changed' : 'created', ref, keyId: summary.keyId })
  }

  function reindex({ sourceId, key }: Ref): void {
    const row = stored.get(sourceId, key)
    if (!row) return
    const summary = JSON.parse(row.summary) as SessionSummary
    reindexed.run(...annotatedColumns(summary, annotations.get({ sourceId, key })), row.id)
  }

  function remove(sourceId: string, row: { id: number; key: string; key_id: string | null }, sinceMs: number): void {
    removeSession.run(row.id)
    const ref = { sourceId, key: row.key }
    changes.push({ type: 'destroyed', ref, keyId: row.key_id })
    if (row.key_id === null) return
    // The memory source leaves nothing behind.
    if (sourceId === MEMORY_ID) forgetLogin(row.key_id)
    if (!annotations.has(ref)) return
    const key = successor.get(sourceId, row.key_id, sinceMs)
    if (key === undefined) return
    annotations.handOver(ref, { sourceId, key })
    reindex({ sourceId, key })
  }

  const putFiles = database.transaction((sourceId: string, files: readonly ScannedFile[]) => {
    for (const file of files) {
      // What was read while it was open is still what is known of a place that is locked again.
      if (file.summaries.some((summary) => summary.locked) && wasOpen.get(sourceId, file.key)) {
        relock.run(file.signature, JSON.stringify(file.facts), sourceId, file.key)
        continue
      }
      const keys = new Set(file.summaries.map((summary) => summary.key))
      for (const row of ofFile.all(sourceId, file.key)) if (!keys.has(row.key)) remove(sourceId, row, now())
      for (const summary of file.summaries) put(sourceId, file.key, summary, file.facts)
      const facts = file.summaries.length > 0 ? JSON.stringify(file.facts) : null
      upsertFile.run(sourceId, file.key, file.signature, file.summaries.length, facts)
    }
  })
  const removeFiles = database.transaction((sourceId: string, fileKeys: readonly string[], sinceMs: number) => {
    for (const fileKey of fileKeys) {
      for (const row of ofFile.all(sourceId, fileKey)) remove(sourceId, row, sinceMs)
      removeFile.run(sourceId, fileKey)
    }
  })
  const putSession = database.transaction((sourceId: string, summary: SessionSummary, facts: FileFacts | null) => {
    put(sourceId, summary.key, summary, facts)
    upsertFile.run(sourceId, summary.key, '', 1, facts === null ? null : JSON.stringify(facts))
  })
  const putStored = database.transaction((sourceId: string, sessions: readonly StoredRow[]) => {
    for (const { signature, summary } of sessions) {
      put(sourceId, summary.key, summary, null)
      upsertFile.run(sourceId, summary.key, signature, 1, null)
    }
  })
  const setInUse = database.transaction((sourceId: string, fileKeys: ReadonlySet<string>) => {
    const before = new Set(inUse.all(sourceId))
    let changed = 0
    for (const key of fileKeys) if (!before.has(key)) changed += markInUse.run(1, sourceId, key).changes
    for (const key of before) if (!fileKeys.has(key)) changed += markInUse.run(0, sourceId, key).changes
    return changed > 0
  })
  function takeChanges(): readonly CatalogChange[] {
    const taken = changes
    changes = []
    return taken
  }
  return { putFiles, putStored, putSession, removeFiles, reindex, setInUse, takeChanges }
}
