import { AppError } from '../../domain/errors.ts'
import { homeOf, type Session, type UpdateState } from '../../domain/session.ts'
import { endpointOf } from '../address.ts'
import type { EncodeOptions } from '../format.ts'
import type { Cell, TablesSchema, TablesWriter } from '../media.ts'
import { requireKey, requirePlace } from '../write-checks.ts'
import { flagOf } from '../write-options.ts'
import { rowFromPeer, wholeOrReal } from './peers.ts'
import { rowFromSentFile } from './sent-files.ts'
import { createTable, STORE_VERSION, storeTables, UPGRADED_VERSION } from './store-schema.ts'
import { hasTable, parseKey, sqlName, type Store, storeColumns, storesIn, type StoreTable } from './store-tables.ts'

const ID = 'telethon.sqlalchemy'

/** Writes one session, in place of one of the same id, into the store its key names; makes the tables if there are none. */
export async function writeStore(
  tables: TablesWriter,
  key: string,
  session: Session,
  options: EncodeOptions,
): Promise<void> {
  const home = homeOf(session)
  const authKey = requireKey(home)
  const dc = requirePlace(home, ID)
  const endpoint = endpointOf(dc, session.test, flagOf(options, 'ipv6') ? 'ipv6' : 'ipv4')
  if (endpoint === null) throw new AppError('format.missing-field', { format: ID, field: 'address' })
  const { store, sessionId } = await openStore(tables, key, options)
  const writer = rowWriter(tables, await tables.schema(), store, sessionId)
  await deleteRows(tables, store, sessionId)

  const place: Cell[] = [BigInt(dc.id), endpoint.address, BigInt(endpoint.port), authKey.open()]
  await writer('sessions', ['dc_id', 'server_address', 'port', 'auth_key'], [place])
  const entityColumns = ['id', 'hash', 'username', 'phone', 'name']
  for await (const peers of session.peers.batches()) {
    await writer(
      'entities',
      entityColumns,
      peers.map((peer) => fitted(tables, rowFromPeer(peer).slice(0, 5))),
    )
  }
  // Last, for rows in the order of their ids are the quickest to write.
  if (session.account !== null) await writer('entities', entityColumns, [[0n, session.account.id, null, null, null]])
  await writeStates(tables, session, writer)
  for await (const files of session.sentFiles.batches()) {
    const columns = ['md5_digest', 'file_size', 'type', 'id', 'hash']
    await writer('sent_files', columns, files.map(rowFromSentFile))
  }
}

/** Takes a session out of its store. @throws AppError session.not-found */
export async function removeFromStore(tables: TablesWriter, key: string): Promise<void> {
  const place = parseKey(storesIn(await tables.schema(), 'sqlalchemy'), key)
  if (place === null) throw new AppError('session.not-found', {})
  await deleteRows(tables, place.store, place.sessionId)
}

type RowWriter = (table: StoreTable, columns: readonly string[], rows: readonly (readonly Cell[])[]) => Promise<void>

/** Inserts by column names: other programs may have added columns of their own. Tables that are not there get nothing. */
function rowWriter(tables: TablesWriter, schema: TablesSchema, store: Store, sessionId: string): RowWriter {
  return async (table, columns, rows) => {
    if (!hasTable(schema, store, table)) return
    // Of two rows with one key the later stays, as in the library.
    const verb = tables.dialect === 'sqlite' ? 'INSERT OR REPLACE' : 'INSERT'
    const unread = table === 'update_state' && storeColumns(schema, store, table).includes('unread_count')
    const names = ['session_id', ...columns, ...(unread ? ['unread_count'] : [])]
    const sql = `${verb} INTO ${sqlName(tables.dialect, store, table)} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`
    await tables.runMany(
      sql,
      rows.map((row) => [sessionId, ...row, ...(unread ? [0n] : [])]),
    )
  }
}

async function writeStates(tables: TablesWriter, session: Session, writer: RowWriter): Promise<void> {
  const columns = ['entity_id', 'pts', 'qts', 'date', 'seq']
  const cells = (state: UpdateState): Cell[] =>
    [state.pts, state.qts, state.date, state.seq].map((value) =>
      // A column of whole numbers takes no fraction elsewhere than in SQLite.
      wholeOrReal(tables.dialect === 'sqlite' ? (value ?? 0) : Math.round(value ?? 0)),
    )
  if (session.updateState !== null) await writer('update_state', columns, [[0n, ...cells(session.updateState)]])
  for await (const states of session.channelStates.batches()) {
    await writer(
      'update_state',
      columns,
      states.map((state) => [state.channelId, ...cells(state)]),
    )
  }
}

const MAX_NAME_LENGTH = 255
const MAX_USERNAME_LENGTH = 32

/** SQLite keeps any length. Elsewhere a name is cut; a username that is cut would be another's. */
function fitted(tables: TablesWriter, [id, hash, username, phone, name]: readonly Cell[]): Cell[] {
  const cells: Cell[] = [id ?? null, hash ?? null, username ?? null, phone ?? null, name ?? null]
  if (tables.dialect === 'sqlite') return cells
  if (typeof username === 'string' && Array.from(username).length > MAX_USERNAME_LENGTH) cells[2] = null
  if (typeof phone === 'string') cells[3] = /^\d{1,18}$/.test(phone) ? BigInt(phone) : null
  if (typeof name === 'string') cells[4] = Array.from(name).slice(0, MAX_NAME_LENGTH).join('')
  return cells
}

/** The store the key names. What it lacks is made: all tables of a new one, the states of one of version 1. */
async function openStore(
  tables: TablesWriter,
  key: string,
  options: EncodeOptions,
): Promise<{ readonly store: Store; readonly sessionId: string }> {
  const schema = await tables.schema()
  const place = parseKey(storesIn(schema, 'sqlalchemy'), key)
  const store: Store = place?.store ?? { prefix: prefixOf(options), kind: 'sqlalchemy' }
  const sessionId = place?.sessionId ?? key
  if (sessionId === '' || Array.from(sessionId).length > 255) {
    throw refused('the name of the session has no room in the store')
  }
  // Tables under these names that are no store's are somebody's.
  if (place === null && storeTables.some((table) => schema.tables.has(store.prefix + table))) {
    throw refused('the file holds tables of another kind')
  }
  const isUpgrade = place !== null && !hasTable(schema, store, 'update_state')
  for (const table of storeTables) {
    if (hasTable(schema, store, table) || (place !== null && table === 'sent_files')) continue
    const sql = createTable(tables.dialect, store.prefix, table)
    if (sql !== null) await tables.run(sql)
  }
  const version = sqlName(tables.dialect, store, 'version')
  const [row] = await tables.query(`SELECT version FROM ${version} LIMIT 1`)
  if (row === undefined) await tables.run(`INSERT INTO ${version} (version) VALUES (?)`, [BigInt(STORE_VERSION)])
  else if (isUpgrade) await tables.run(`UPDATE ${version} SET version = ?`, [BigInt(UPGRADED_VERSION)])
  return { store, sessionId }
}

function prefixOf(options: EncodeOptions): string {
  const prefix = options.options.get('prefix') ?? ''
  if (!/^\w{0,40}$/.test(prefix)) throw refused('a prefix has letters, digits and underscores only')
  return prefix
}

function refused(reason: string): AppError<'format.not-writable'> {
  return new AppError('format.not-writable', { format: ID, reason })
}

async function deleteRows(tables: TablesWriter, store: Store, sessionId: string): Promise<void> {
  const schema = await tables.schema()
  for (const table of ['sessions', 'entities', 'sent_files', 'update_state'] as const) {
    if (!hasTable(schema, store, table)) continue
    await tables.run(`DELETE FROM ${sqlName(tables.dialect, store, table)} WHERE session_id = ?`, [sessionId])
  }
}
