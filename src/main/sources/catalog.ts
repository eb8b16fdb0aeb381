import { AppError } from '../domain/errors.ts'
import type { AppDatabase } from './app-database.ts'
import { openAnnotations } from './catalog-annotations.ts'
import { countAll } from './catalog-counts.ts'
import { buildQuery } from './catalog-query.ts'
import { type CatalogChange, type CatalogWriter, openCatalogWriter } from './catalog-write.ts'
import { nextTurn } from './library-batches.ts'
import type { Catalog, CatalogCounts, CatalogEntry, CatalogQuery } from './catalog-types.ts'
import type { Ref } from './interfaces.ts'
import { findsLogins, forgetsLogins } from './login-store.ts'
import type { FileFacts } from './scan-types.ts'
import type { SessionSummary } from './session-store.ts'

/** The catalog with its write side, for the library alone. */
export interface CatalogStore extends Catalog, Omit<CatalogWriter, 'takeChanges'> {
  /** Told of every change once it is written, in order; synchronously, and must not throw. */
  observe(observer: CatalogObserver): () => void
  /** Keys of a source in their order, after one of them. */
  keysAfter(sourceId: string, after: string, limit: number): readonly string[]
  /** Signatures by file key of everything the last scans looked at. */
  signatures(sourceId: string): ReadonlyMap<string, string>
  /** The file a session lies in; the key itself when it is not known. */
  fileKeyOf(ref: Ref): string
  /** The sessions in one file or session folder. */
  refsOfFile(sourceId: string, fileKey: string): readonly Ref[]
  /** Those of some file keys that a scan found something at. */
  knownFiles(sourceId: string, keys: readonly string[]): readonly string[]
  /** Every file will be read again by the next scan; what the person wrote stays, and so do the rows until then. */
  forgetSignatures(): void
  /** Keys of the files that hold sessions. */
  fileKeys(sourceId: string): readonly string[]
  /** The sessions' own names, without those the person gave. The set is kept up to date while sessions come. */
  names(sourceId: string): ReadonlySet<string>
  sourceCounts(sourceId: string): { sessions: number; ignored: number }
  /** Its sessions batch by batch, with pauses; what the person wrote about them last. */
  removeSource(sourceId: string): Promise<void>
  /** Something outside changed what rows show (a source's name). */
  touch(): void
}

interface CatalogObserver {
  onChanges(changes: readonly CatalogChange[]): void
  /** A source was forgotten with all its sessions. */
  onReset(sourceId: string): void
}

interface EntryRow {
  readonly source_id: string
  readonly key: string
  readonly in_use: number
  readonly summary: string
  readonly facts: string | null
  readonly copies: number
  readonly login: number | null
}

const CACHED_QUERIES = 16
const REMOVED_AT_ONCE = 500

/**
 * Every session of every source. What a query matches is kept as a list of row ids until something changes, so that
 * scrolling costs the visible rows alone.
 */
export function openCatalog(
  database: AppDatabase,
  options: { now: () => number; nameOf: (sourceId: string) => string; onChange: (revision: number) => void },
): CatalogStore {
  const annotations = openAnnotations(database)
  const writer = openCatalogWriter(database, annotations, options.now)
  // Starts at the time, so that a window that outlives a restart does not take the new count for the old.
  let revision = options.now()
  let counts: CatalogCounts | null = null
  const matches = new Map<string, readonly number[]>()

  const ENTRY = `
    SELECT s.source_id, s.key, s.in_use, s.login, m.summary, f.facts,
      CASE WHEN s.key_id IS NULL THEN 0
        ELSE (SELECT count(*) FROM sessions c WHERE c.key_id = s.key_id) END AS copies
    FROM sessions s JOIN summaries m ON m.id = s.id
    LEFT JOIN files f ON f.source_id = s.source_id AND f.key = s.file_key`
  const byId = database.prepare<[number], EntryRow>(`${ENTRY} WHERE s.id = ?`)
  const byRef = database.prepare<[string, string], EntryRow>(`${ENTRY} WHERE s.source_id = ? AND s.key = ?`)
  const byKey = database.prepare<[string], EntryRow>(
    `${ENTRY} WHERE s.key_id = ? ORDER BY s.name_sort, s.source_id, s.key`,
  )
  const keyIdOf = database.prepare<[string, string], { key_id: string | null }>(
    'SELECT key_id FROM sessions WHERE source_id = ? AND key = ?',
  )
  const fileKey = database
    .prepare<[string, string], string>('SELECT file_key FROM sessions WHERE source_id = ? AND key = ?')
    .pluck()
  const signatures = database
    .prepare<[string], [string, string]>('SELECT key, signature FROM files WHERE source_id = ?')
    .raw()
  const fileKeys = database
    .prepare<[string], string>('SELECT key FROM files WHERE source_id = ? AND sessions > 0')
    .pluck()
  const ofFile = database
    .prepare<[string, string], string>('SELECT key FROM sessions WHERE source_id = ? AND file_key = ? ORDER BY key')
    .pluck()
  const forgetSignatures = database.prepare("UPDATE files SET signature = ''")
  const isKnown = database.prepare<[string, string]>('SELECT 1 FROM files WHERE source_id = ? AND key = ?')
  const names = database
    .prepare<[string], string>(`
      SELECT m.summary ->> '$.name' FROM sessions s JOIN summaries m ON m.id = s.id WHERE s.source_id = ?`)
    .pluck()
  const nameOf = database
    .prepare<[string, string], string>(`
      SELECT m.summary ->> '$.name' FROM sessions s JOIN summaries m ON m.id = s.id WHERE s.source_id = ? AND s.key = ?`)
    .pluck()
  const countSessions = database.prepare<[string], number>('SELECT count(*) FROM sessions WHERE source_id = ?').pluck()
  const countIgnored = database
    .prepare<[string], number>('SELECT count(*) FROM files WHERE source_id = ? AND sessions = 0')
    .pluck()
  const dropSessions = database
    .prepare<[string, number], string | null>(`
      DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE source_id = ? LIMIT ?) RETURNING key_id`)
    .pluck()
  const findLogin = findsLogins(database)
  const forgetLogin = forgetsLogins(database)
  const dropFiles = database.prepare(`
    DELETE FROM files WHERE (source_id, key) IN (SELECT source_id, key FROM files WHERE source_id = ? LIMIT ?)`)

  function touch(): void {
    revision += 1
    counts = null
    matches.clear()
    options.onChange(revision)
  }

  /** Names of one source: whoever adds thousands of sessions asks before each, and reading them all takes milliseconds. */
  let named: { readonly sourceId: string; readonly names: Set<string> } | null = null

  function namesOf(sourceId: string): ReadonlySet<string> {
    if (named?.sourceId !== sourceId) named = { sourceId, names: new Set(names.all(sourceId)) }
    return named.names
  }

  function keepNames(changes: readonly CatalogChange[]): void {
    for (const { type, ref } of changes) {
      if (ref.sourceId !== named?.sourceId) continue
      const name = type === 'created' ? nameOf.get(ref.sourceId, ref.key) : undefined
      // What a session was called before is told nowhere, nor whether another is called the same.
      if (name === undefined) named = null
      else named.names.add(name)
    }
  }

  const observers = new Set<CatalogObserver>()
  const after = database
    .prepare<[string, string, number], string>(
      'SELECT key FROM sessions WHERE source_id = ? AND key > ? ORDER BY key LIMIT ?',
    )
    .pluck()

  /** One transaction: told of when it is written, and not at all when it failed. */
  function change(work: () => void): void {
    try {
      work()
    } catch (error) {
      writer.takeChanges()
      throw error
    }
    const changes = writer.takeChanges()
    keepNames(changes)
    touch()
    if (changes.length > 0) for (const observer of observers) observer.onChanges(changes)
  }

  const dropBatch = database.transaction((sourceId: string): number => {
    const keyIds = dropSessions.all(sourceId, REMOVED_AT_ONCE)
    for (const keyId of new Set(keyIds)) if (keyId !== null) forgetLogin(keyId)
    return keyIds.length
  })

  function entryOf(row: EntryRow): CatalogEntry {
    const ref = { sourceId: row.source_id, key: row.key }
    const annotation = annotations.get(ref)
    const summary = JSON.parse(row.summary) as SessionSummary
    return {
      ref,
      summary,
      facts: row.facts === null ? null : (JSON.parse(row.facts) as FileFacts),
      sourceName: options.nameOf(row.source_id),
      givenName: annotation.name,
      note: annotation.note,
      tags: annotation.tags,
      copies: row.copies,
      inUse: row.in_use === 1,
      // Looked up apart: a join would cost every row that was never asked about.
      login: row.login === null || summary.keyId === null ? null : findLogin(summary.keyId),
    }
  }

  function idsOf(query: CatalogQuery): readonly number[] {
    const name = JSON.stringify(query)
    const cached = matches.get(name)
    if (cached) return cached
    const { sql, values } = buildQuery(query)
    const ids = database
      .prepare<unknown[], number>(`SELECT s.id ${sql}`)
      .pluck()
      .all(...values)
    if (matches.size >= CACHED_QUERIES) matches.delete(matches.keys().next().value ?? '')
    matches.set(name, ids)
    return ids
  }

  return {
    page(query, { offset, limit }) {
      const ids = idsOf(query)
      const rows = ids.slice(offset, offset + limit).map((id) => byId.get(id))
      return { total: ids.length, entries: rows.filter((row) => row !== undefined).map(entryOf) }
    },
    refs(query) {
      const { sql, values } = buildQuery(query)
      return database.prepare<unknown[], Ref>(`SELECT s.source_id AS sourceId, s.key ${sql}`).all(...values)
    },
    counts() {
      counts ??= countAll(database)
      return counts
    },
    get(ref) {
      const row = byRef.get(ref.sourceId, ref.key)
      if (!row) throw new AppError('session.not-found', {})
      return entryOf(row)
    },
    find({ sourceId, key }) {
      const row = byRef.get(sourceId, key)
      return row ? entryOf(row) : null
    },
    byKeyId: (keyId) => byKey.all(keyId).map(entryOf),
    annotate(refs, annotation) {
      const changed = database.transaction(() => {
        let count = 0
        for (const ref of refs) {
          const row = keyIdOf.get(ref.sourceId, ref.key)
          if (!row) continue
          annotations.change(ref, row.key_id, annotation)
          writer.reindex(ref)
          count += 1
        }
        return count
      })()
      if (changed > 0) touch()
      return changed
    },
    revision: () => revision,
    signatures: (sourceId) => new Map(signatures.all(sourceId)),
    fileKeyOf: ({ sourceId, key }) => fileKey.get(sourceId, key) ?? key,
    refsOfFile: (sourceId, key) => ofFile.all(sourceId, key).map((session) => ({ sourceId, key: session })),
    forgetSignatures: () => void forgetSignatures.run(),
    knownFiles: (sourceId, keys) => keys.filter((key) => isKnown.get(sourceId, key) !== undefined),
    fileKeys: (sourceId) => fileKeys.all(sourceId),
    names: namesOf,
    sourceCounts: (sourceId) => ({
      sessions: countSessions.get(sourceId) ?? 0,
      ignored: countIgnored.get(sourceId) ?? 0,
    }),
    async removeSource(sourceId) {
      // Files before sessions: when this is interrupted, the next scan finds what is still there.
      while (dropFiles.run(sourceId, REMOVED_AT_ONCE).changes > 0) {
        touch()
        await nextTurn()
      }
      while (dropBatch(sourceId) > 0) {
        touch()
        await nextTurn()
      }
      annotations.removeSource(sourceId)
      if (named?.sourceId === sourceId) named = null
      touch()
      for (const observer of observers) observer.onReset(sourceId)
    },
    observe(observer) {
      observers.add(observer)
      return () => void observers.delete(observer)
    },
    keysAfter: (sourceId, key, limit) => after.all(sourceId, key, limit),
    touch,
    putFiles(sourceId, files) {
      if (files.length === 0) return
      change(() => writer.putFiles(sourceId, files))
    },
    putStored(sourceId, sessions) {
      if (sessions.length === 0) return
      change(() => writer.putStored(sourceId, sessions))
    },
    putSession(sourceId, summary, facts) {
      change(() => writer.putSession(sourceId, summary, facts))
    },
    removeFiles(sourceId, fileKeys, movedSinceMs) {
      if (fileKeys.length === 0) return
      change(() => writer.removeFiles(sourceId, fileKeys, movedSinceMs))
    },
    reindex: (ref) => writer.reindex(ref),
    setInUse(sourceId, fileKeys) {
      const changed = writer.setInUse(sourceId, fileKeys)
      if (changed) touch()
      return changed
    },
  }
}
