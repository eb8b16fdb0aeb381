import { type Collection, collectionOf, type SentFile } from '../../domain/session.ts'
import { bytesOf, columnsOf, integerOf } from '../cells.ts'
import type { Cell, Row, TablesReader, TablesSchema } from '../media.ts'
import { pagedCollection } from '../paged.ts'

const COLUMNS = 'md5_digest, file_size, type, id, hash'
const PAGE_ROWS = 1000

/** Cached uploads. The layout of 0.16.1 (`file_id`, `part_count`) has no remote file and yields none. */
export function sentFilesOf(tables: TablesReader, schema: TablesSchema, count: number): Collection<SentFile> {
  if (count === 0 || !columnsOf(schema, 'sent_files').includes('hash')) return collectionOf([])
  if (schema.tables.get('sent_files')?.withoutRowid) return byPrimaryKey(tables, count)
  const source = { columns: COLUMNS, table: 'sent_files', key: 'rowid' }
  return pagedCollection(tables, count, source, (rows) => rows.flatMap((row) => sentFileFrom(row.slice(1)) ?? []))
}

function byPrimaryKey(tables: TablesReader, count: number): Collection<SentFile> {
  return {
    count,
    async *batches() {
      let after: readonly Cell[] = []
      for (;;) {
        const where = after.length === 0 ? '' : 'WHERE (md5_digest, file_size, type) > (?, ?, ?)'
        const sql = `SELECT ${COLUMNS} FROM sent_files ${where} ORDER BY md5_digest, file_size, type LIMIT ${PAGE_ROWS}`
        const rows = await tables.query(sql, after)
        const files = rows.flatMap((row) => sentFileFrom(row) ?? [])
        if (files.length > 0) yield files
        if (rows.length < PAGE_ROWS) return
        after = (rows.at(-1) ?? []).slice(0, 3)
      }
    },
  }
}

export function sentFileFrom(row: Row): SentFile | null {
  const [md5, size, type, id, hash] = [bytesOf(row[0]), ...row.slice(1, 5).map(integerOf)]
  if (!md5 || size == null || id == null || hash == null) return null
  return { md5, size, type: type === 1n ? 'photo' : 'document', id, accessHash: hash }
}

export function rowFromSentFile(file: SentFile): readonly Cell[] {
  return [file.md5, file.size, file.type === 'photo' ? 1n : 0n, file.id, file.accessHash]
}
