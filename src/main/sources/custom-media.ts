import type {
  Cell,
  DocumentsReader,
  DocumentsWriter,
  Document,
  KeyValue,
  KeyValueReader,
  KeyValueWriter,
  Row,
  TableInfo,
  TablesReader,
  TablesSchema,
  TablesWriter,
} from '../formats/media.ts'
import { type ConnectionGuard, each } from './custom-guard.ts'

// What a backend of the person's own reads and writes, looked at value by value: formats take them as they come.

/** Keys and their values. */
export function guardedKeyValues(reader: KeyValueReader, guard: ConnectionGuard): KeyValueReader {
  return {
    async *scan(pattern, signal) {
      for await (const keys of each(() => reader.scan(pattern, signal), guard, signal)) {
        if (!isTexts(keys)) throw guard.wrong('gives keys that are no texts')
        yield keys
      }
    },
    get: (keys) =>
      guard.ask(
        () => reader.get(keys),
        (answer): answer is readonly KeyValue[] =>
          Array.isArray(answer) && answer.length === keys.length && answer.every(isKeyValue),
        'no value for each key',
      ),
    members: (key) =>
      guard.ask(
        () => reader.members(key),
        (answer): answer is readonly string[] | null => answer === null || isTexts(answer),
        'members of a set that are no texts',
      ),
  }
}

/** A writer whose changes may take their time. */
export interface Staged<Writer> {
  readonly writer: Writer
  /** Waits for them. */
  settled(): Promise<void>
}

/** Changes that are sent at the end: one that takes its time is waited for by `settled`. */
export function stagedKeyValues(writer: KeyValueWriter, guard: ConnectionGuard): Staged<KeyValueWriter> {
  const staged: Promise<unknown>[] = []
  const stage = (work: () => unknown): void => {
    const answer = guard.run(() => work())
    answer.catch(() => undefined)
    staged.push(answer)
  }
  return {
    settled: async () => void (await Promise.all(staged)),
    writer: {
      ...guardedKeyValues(writer, guard),
      put: (key, bytes) => stage(() => writer.put(key, bytes)),
      putFields: (key, fields) => stage(() => writer.putFields(key, fields)),
      addMember: (key, member) => stage(() => writer.addMember(key, member)),
      removeMember: (key, member) => stage(() => writer.removeMember(key, member)),
      remove: (key) => stage(() => writer.remove(key)),
    },
  }
}

/** Collections of documents in databases whose names begin with the prefix. */
export function guardedDocuments(reader: DocumentsReader, prefix: string, guard: ConnectionGuard): DocumentsReader {
  return {
    prefix,
    async collections(database) {
      const names = await guard.ask(() => reader.collections(database), isTexts, 'no list of collections')
      return names.filter((name) => name.startsWith(prefix) && name.includes('.'))
    },
    find: (request) => guard.ask(() => reader.find(request), isDocuments, 'what are no documents'),
    count: (collection, filter) => guard.ask(() => reader.count(collection, filter), isCount, 'no number of documents'),
  }
}

export function writtenDocuments(writer: DocumentsWriter, prefix: string, guard: ConnectionGuard): DocumentsWriter {
  return {
    ...guardedDocuments(writer, prefix, guard),
    insert: (collection, documents) => guard.run(() => writer.insert(collection, documents)),
    remove: (collection, match) => guard.run(() => writer.remove(collection, match)),
  }
}

/** Tables whose names begin with the prefix. */
export function guardedTables(reader: TablesReader, prefix: string, guard: ConnectionGuard): TablesReader {
  const dialect = guard.now(() => reader.dialect)
  if (dialect !== 'sqlite' && dialect !== 'postgres' && dialect !== 'mysql') {
    throw guard.wrong('does not say which SQL it speaks')
  }
  return {
    dialect,
    async schema() {
      const { tables, indexes, wal } = await guard.ask(() => reader.schema(), isSchema, 'no tables')
      return { tables: new Map([...tables].filter(([name]) => name.startsWith(prefix))), indexes, wal }
    },
    scan: (request) => guard.ask(() => reader.scan(request), isRows, 'what are no rows'),
    count: (table) => guard.ask(() => reader.count(table), isCount, 'no number of rows'),
    query: (sql, parameters) => guard.ask(() => reader.query(sql, parameters), isRows, 'what are no rows'),
  }
}

export function writtenTables(writer: TablesWriter, prefix: string, guard: ConnectionGuard): TablesWriter {
  return {
    ...guardedTables(writer, prefix, guard),
    run: (sql, parameters) => guard.run(() => writer.run(sql, parameters)),
    runMany: (sql, rows) => guard.run(() => writer.runMany(sql, rows)),
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function isKeyValue(value: unknown): value is KeyValue {
  if (value === null) return true
  if (typeof value !== 'object' || !('type' in value)) return false
  if (value.type === 'string') return 'bytes' in value && value.bytes instanceof Uint8Array
  if (value.type === 'other') return 'name' in value && typeof value.name === 'string'
  if (value.type !== 'hash' || !('fields' in value) || !(value.fields instanceof Map)) return false
  for (const [name, bytes] of value.fields) if (typeof name !== 'string' || !(bytes instanceof Uint8Array)) return false
  return true
}

function isDocuments(value: unknown): value is readonly Document[] {
  return Array.isArray(value) && value.every((one) => isPlain(one) && isDocumentValue(one))
}

const SCALARS: ReadonlySet<string> = new Set(['bigint', 'number', 'string', 'boolean'])

function isDocumentValue(value: unknown): boolean {
  if (value === null || value instanceof Uint8Array || SCALARS.has(typeof value)) return true
  if (Array.isArray(value)) return value.every(isDocumentValue)
  return isPlain(value) && Object.values(value).every(isDocumentValue)
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function isRows(value: unknown): value is readonly Row[] {
  return Array.isArray(value) && value.every((row) => Array.isArray(row) && row.every(isCell))
}

function isCell(value: unknown): value is Cell {
  if (value === null || value instanceof Uint8Array) return true
  return typeof value === 'bigint' || typeof value === 'number' || typeof value === 'string'
}

function isSchema(value: unknown): value is TablesSchema {
  if (typeof value !== 'object' || value === null) return false
  const { tables, indexes, wal } = value as Partial<TablesSchema>
  if (!(tables instanceof Map) || !(indexes instanceof Set) || typeof wal !== 'boolean') return false
  return [...tables.values()].every(isTable)
}

function isTable(value: unknown): value is TableInfo {
  if (typeof value !== 'object' || value === null) return false
  const { name, columns, withoutRowid } = value as Partial<TableInfo>
  if (typeof name !== 'string' || typeof withoutRowid !== 'boolean' || !Array.isArray(columns)) return false
  return columns.every(
    (column: unknown) =>
      typeof column === 'object' &&
      column !== null &&
      typeof Reflect.get(column, 'name') === 'string' &&
      typeof Reflect.get(column, 'type') === 'string' &&
      typeof Reflect.get(column, 'notNull') === 'boolean' &&
      isCount(Reflect.get(column, 'primaryKey')),
  )
}
