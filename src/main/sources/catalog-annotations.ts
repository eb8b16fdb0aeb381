import type { AppDatabase } from './app-database.ts'
import { fold, sortKey } from './catalog-fold.ts'
import type { Annotation } from './catalog-types.ts'
import type { Ref } from './interfaces.ts'
import type { SessionSummary } from './session-store.ts'

export interface AnnotationRow {
  readonly name: string | null
  readonly note: string
  readonly tags: readonly string[]
}

export interface Annotations {
  get(ref: Ref): AnnotationRow
  change(ref: Ref, keyId: string | null, annotation: Annotation): void
  /** The session signed in anew: what was written stays with it, under its new key. */
  rekey(ref: Ref, keyId: string): void
  /** Gives what was written about a vanished session with this key to the ref it turned up under. */
  adopt(ref: Ref, keyId: string): void
  /** The other order: the session went now, its successor came shortly before. */
  handOver(from: Ref, to: Ref): void
  has(ref: Ref): boolean
  removeSource(sourceId: string): void
}

/** Names, notes and tags by ref. Rows outlive their session, so that what comes back is recognised. */
export function openAnnotations(database: AppDatabase): Annotations {
  const select = database.prepare<[string, string], { name: string | null; note: string }>(
    'SELECT name, note FROM annotations WHERE source_id = ? AND key = ?',
  )
  const selectTags = database
    .prepare<[string, string], string>('SELECT tag FROM tags WHERE source_id = ? AND key = ? ORDER BY tag_folded')
    .pluck()
  const upsert = database.prepare(`
    INSERT INTO annotations (source_id, key, key_id, name, note) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (source_id, key) DO UPDATE SET key_id = excluded.key_id, name = excluded.name, note = excluded.note`)
  const rekey = database.prepare(
    'UPDATE annotations SET key_id = ? WHERE source_id = ? AND key = ? AND key_id IS NOT ?',
  )
  const insertTag = database.prepare('INSERT OR IGNORE INTO tags (source_id, key, tag_folded, tag) VALUES (?, ?, ?, ?)')
  const removeTag = database.prepare('DELETE FROM tags WHERE source_id = ? AND key = ? AND tag_folded = ?')
  const spelling = database.prepare<[string], string>('SELECT tag FROM tags WHERE tag_folded = ? LIMIT 1').pluck()
  const orphan = database
    .prepare<[string, string], string>(`
      SELECT key FROM annotations a WHERE source_id = ? AND key_id = ?
      AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.source_id = a.source_id AND s.key = a.key) LIMIT 1`)
    .pluck()
  const move = ['annotations', 'tags'].map((table) => ({
    clear: database.prepare(`DELETE FROM ${table} WHERE source_id = ? AND key = ?`),
    run: database.prepare(`UPDATE ${table} SET key = ? WHERE source_id = ? AND key = ?`),
  }))
  const forget = ['annotations', 'tags'].map((table) => database.prepare(`DELETE FROM ${table} WHERE source_id = ?`))

  function handOver(from: Ref, to: Ref): void {
    for (const table of move) {
      table.clear.run(to.sourceId, to.key)
      table.run.run(to.key, from.sourceId, from.key)
    }
  }

  return {
    get({ sourceId, key }) {
      const row = select.get(sourceId, key)
      // Tags never lie without their annotation row, so most sessions cost one look-up.
      return row ? { ...row, tags: selectTags.all(sourceId, key) } : { name: null, note: '', tags: [] }
    },
    change(ref, keyId, annotation) {
      const before = select.get(ref.sourceId, ref.key)
      const name = annotation.name === undefined ? (before?.name ?? null) : annotation.name?.trim() || null
      upsert.run(ref.sourceId, ref.key, keyId, name, annotation.note ?? before?.note ?? '')
      for (const tag of annotation.removeTags) removeTag.run(ref.sourceId, ref.key, fold(tag.trim()))
      for (const tag of annotation.addTags.map((one) => one.trim()).filter((one) => one !== '')) {
        insertTag.run(ref.sourceId, ref.key, fold(tag), spelling.get(fold(tag)) ?? tag)
      }
    },
    rekey: ({ sourceId, key }, keyId) => void rekey.run(keyId, sourceId, key, keyId),
    adopt(ref, keyId) {
      if (select.get(ref.sourceId, ref.key)) return
      const key = orphan.get(ref.sourceId, keyId)
      if (key !== undefined) handOver({ sourceId: ref.sourceId, key }, ref)
    },
    handOver,
    has: ({ sourceId, key }) => select.get(sourceId, key) !== undefined,
    removeSource(sourceId) {
      for (const statement of forget) statement.run(sourceId)
    },
  }
}

/** Columns of a session that depend on its annotation too: sort key of the shown name, of the tags, search text. */
export function annotatedColumns(
  summary: SessionSummary,
  annotation: AnnotationRow,
): [nameSort: string, tagsSort: string | null, search: string] {
  const { account } = summary
  const texts = [
    annotation.name,
    summary.name,
    account?.username,
    account?.id,
    account?.phone,
    summary.keyId,
    summary.path ?? summary.key,
    ...annotation.tags,
    annotation.note,
  ]
  return [
    sortKey(annotation.name ?? summary.name),
    annotation.tags.length > 0 ? annotation.tags.map(sortKey).join('\u0001') : null,
    fold(texts.filter((text) => text).join('\n')),
  ]
}
