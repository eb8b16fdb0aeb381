import { AppError } from '../../domain/errors.ts'
import type { Session } from '../../domain/session.ts'
import type { EncodeOptions, SharedStore } from '../format.ts'
import type { TablesReader, TablesWriter } from '../media.ts'
import { rawRowsOf } from '../raw-rows.ts'
import { ferogramPeers } from './sqlite-peers.ts'
import { readFerogram } from './sqlite-read.ts'
import { isFerogram, sqliteShapeOf, TABLES } from './sqlite-schema.ts'
import { writeFerogram } from './sqlite-write.ts'

/** A database on a libSQL server holds one session; this names it. */
const KEY = 'session'

const SECRET_COLUMNS: Readonly<Partial<Record<(typeof TABLES)[number], readonly string[]>>> = {
  meta: ['value'],
  dcs: ['auth_key', 'first_salt'],
}

export const ferogramShared: SharedStore<TablesReader, TablesWriter> = {
  async survey(tables) {
    return isFerogram(await tables.schema()) ? [{ prefix: '', sessions: 1 }] : []
  },
  async *pages(tables, prefix) {
    if (prefix === '' && isFerogram(await tables.schema())) yield [{ ...(await readFerogram(tables)), key: KEY }]
  },
  async read(tables, key) {
    if (key !== KEY || !isFerogram(await tables.schema())) return null
    return { ...(await readFerogram(tables)), key: KEY }
  },
  peers: (tables, _key, query) => ferogramPeers(tables, query),
  async raw(tables, key) {
    const schema = await tables.schema()
    if (key !== KEY || !isFerogram(schema)) return null
    const all = { where: '', parameters: [] }
    return rawRowsOf(
      tables,
      schema,
      TABLES.map((table) => ({ table, ...all, secret: SECRET_COLUMNS[table] ?? [] })),
    )
  },
  write: writeShared,
  async remove(tables, key) {
    if (key !== KEY || !isFerogram(await tables.schema())) throw new AppError('session.not-found', {})
    await emptyTables(tables)
  },
  keyFor: () => KEY,
}

/** In place of the session that is there, in the shape its tables have. */
async function writeShared(
  tables: TablesWriter,
  _key: string,
  session: Session,
  options: EncodeOptions,
): Promise<void> {
  const schema = await tables.schema()
  if (!isFerogram(schema)) {
    await writeFerogram(tables, session, options)
    return
  }
  await emptyTables(tables)
  await writeFerogram(tables, session, { ...options, variant: sqliteShapeOf(schema) }, { into: 'existing' })
}

async function emptyTables(tables: TablesWriter): Promise<void> {
  const schema = await tables.schema()
  for (const table of TABLES) if (schema.tables.has(table)) await tables.run(`DELETE FROM ${table}`)
}
