import { pathToFileURL } from 'node:url'
import type { Cell, Row } from '../formats/media.ts'
import { deckFold, type SqliteReader, tablesFromQuery } from './sqlite.ts'
import { withSqliteErrors } from './sqlite-errors.ts'

type NodeSqlite = typeof import('node:sqlite')
type Statement = ReturnType<InstanceType<NodeSqlite['DatabaseSync']>['prepare']>

let loaded: NodeSqlite | null | undefined

/** Node's own SQLite, null where a runtime leaves it out. It alone can open a file as immutable. */
export async function nodeSqlite(): Promise<NodeSqlite | null> {
  if (loaded === undefined) {
    try {
      loaded = await import('node:sqlite')
    } catch {
      loaded = null
    }
  }
  return loaded
}

/**
 * Opens a database in place as immutable: no lock, no companion, no write. SQLite then trusts that nothing changes, so
 * the caller compares the file's signature before and after every query, and only opens files that need no companion.
 * @throws AppError format.unrecognized, format.malformed, source.not-found
 */
export function readSqliteImmutable(sqlite: NodeSqlite, path: string): SqliteReader {
  const uri = `${pathToFileURL(path).href}?immutable=1`
  const db = withSqliteErrors(path, () => {
    const opened = new sqlite.DatabaseSync(uri, { readOnly: true })
    opened.exec('PRAGMA trusted_schema = off; PRAGMA cell_size_check = on; PRAGMA temp_store = memory')
    opened.function('deck_fold', { deterministic: true, directOnly: true }, (text: unknown) =>
      typeof text === 'string' ? deckFold(text) : (text as null),
    )
    return opened
  })
  const statements = new Map<string, Statement>()
  const all = (sql: string, parameters: readonly Cell[]): Row[] =>
    withSqliteErrors(path, () => {
      let statement = statements.get(sql)
      if (!statement) {
        statement = db.prepare(sql)
        statement.setReadBigInts(true)
        statement.setReturnArrays(true)
        if (statements.size >= 64) statements.clear()
        statements.set(sql, statement)
      }
      return statement.all(...parameters) as unknown as Row[]
    })
  return { ...tablesFromQuery(all, { file: path, wal: null, isReadonly: true }), close: () => db.close() }
}
