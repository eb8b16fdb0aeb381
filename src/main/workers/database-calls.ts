import { fingerprint } from '../backends/file-facts.ts'
import { readSqliteFile, type SqliteReader } from '../backends/sqlite.ts'
import { nodeSqlite, readSqliteImmutable } from '../backends/sqlite-immutable.ts'
import { AppError } from '../domain/errors.ts'
import { orderedPages, type PagedReader } from './ordered-pages.ts'
import { type CountTask, type DatabaseCall, type Outcome, outcomeOf } from './messages.ts'

/** Databases this thread has open, the latest used last. */
const open = new Map<string, SqliteReader & PagedReader>()
const KEPT = 6

/** One call to a database that the thread keeps open between calls. */
export async function queryDatabase(call: DatabaseCall): Promise<Outcome<unknown>> {
  try {
    return { value: await answer(call) }
  } catch (error) {
    return outcomeOf(error)
  }
}

/** Counts rows over a connection of its own, which it closes: any thread may do it, while the others serve pages. */
export async function countRows({ path, signature, immutable, table }: CountTask): Promise<Outcome<number>> {
  try {
    expectSame(path, signature)
    const reader = await openReader(path, immutable)
    try {
      const value = await reader.count(table)
      expectSame(path, signature)
      return { value }
    } catch (error) {
      expectSame(path, signature)
      throw error
    } finally {
      reader.close()
    }
  } catch (error) {
    return outcomeOf(error)
  }
}

async function answer(call: DatabaseCall): Promise<unknown> {
  const { request, path, signature } = call
  const name = `${path}\n${signature ?? ''}`
  if (request.kind === 'close') {
    open.get(name)?.close()
    open.delete(name)
    return null
  }
  expectSame(path, signature)
  try {
    const reader = await readerFor(name, call)
    const result = await run(reader, request)
    expectSame(path, signature)
    return result
  } catch (error) {
    // A file that changes under an open reader can look damaged: then the change is what happened.
    expectSame(path, signature)
    throw error
  }
}

async function run(reader: SqliteReader & PagedReader, request: DatabaseCall['request']): Promise<unknown> {
  switch (request.kind) {
    case 'schema':
      return reader.schema()
    case 'scan':
      return reader.scan(request.scan)
    case 'query':
      return reader.query(request.sql, request.parameters)
    case 'page':
      return reader.page(request.page)
    case 'close':
      return null
  }
}

async function readerFor(name: string, call: DatabaseCall): Promise<SqliteReader & PagedReader> {
  const known = open.get(name)
  if (known) {
    open.delete(name)
    open.set(name, known)
    return known
  }
  const reader = await openReader(call.path, call.immutable)
  const paged = { ...reader, ...orderedPages(reader) }
  open.set(name, paged)
  for (const [oldest, old] of open) {
    if (open.size <= KEPT) break
    old.close()
    open.delete(oldest)
  }
  return paged
}

async function openReader(path: string, immutable: boolean): Promise<SqliteReader> {
  const sqlite = immutable ? await nodeSqlite() : null
  return sqlite ? readSqliteImmutable(sqlite, path) : readSqliteFile(path)
}

function expectSame(path: string, signature: string | null): void {
  if (signature !== null && fingerprint(path).signature !== signature) {
    throw new AppError('source.changed', { file: path })
  }
}
