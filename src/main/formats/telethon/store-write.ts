import { AppError } from '../../domain/errors.ts'
import { type Field, homeOf, type SentFile, type Session, type UpdateState } from '../../domain/session.ts'
import { endpointOf } from '../address.ts'
import type { EncodeOptions } from '../format.ts'
import { toHex } from '../../bytes/hex.ts'
import type { Cell, TablesSchema, TablesWriter } from '../media.ts'
import { requireKey, requirePlace } from '../write-checks.ts'
import { flagOf } from '../write-options.ts'
import { rowFromPeer, wholeOrReal } from './peers.ts'
import { rowFromSentFile } from './sent-files.ts'
import { parseSharedKey, storeOf } from './store-shared.ts'
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
  const schema = await tables.schema()
  const place = parseKey(storesIn(schema, 'sqlalchemy'), key)
  await writeAt(tables, { store: place?.store ?? null, sessionId: place?.sessionId ?? key }, session, options)
}

/** The same in a database of many: the key says the prefix, and a store of that prefix is made when there is none. */
export async function writeShared(
  tables: TablesWriter,
  key: string,
  session: Session,
  options: EncodeOptions,
): Promise<void> {
  const { prefix, sessionId } = parseSharedKey(key)
  const store = storeOf(await tables.schema(), 'sqlalchemy', prefix)
  const withPrefix = new Map(options.options).set('prefix', prefix)
  await writeAt(tables, { store, sessionId }, session, { ...options, options: withPrefix })
}

interface Place {
  /** Null: it is to be made. */
  readonly store: Store | null
  readonly sessionId: string
}

async function writeAt(tables: TablesWriter, place: Place, session: Session, options: EncodeOptions): Promise<void> {
  const home = homeOf(session)
  const authKey = requireKey(home)
  const dc = requirePlace(home, ID)
  const endpoint = endpointOf(dc, session.test, flagOf(options, 'ipv6') ? 'ipv6' : 'ipv4')
  if (endpoint === null) throw new AppError('format.missing-field', { format: ID, field: 'address' })
  const { sessionId } = place
  const store = await openStore(tables, place, options)
  const dropped = droppedCells(tables)
  const writer = rowWriter(tables, await tables.schema(), store, sessionId)
  await deleteRows(tables, store, sessionId)

  const cells: Cell[] = [BigInt(dc.id), endpoint.address, BigInt(endpoint.port), authKey.open()]
  await writer('sessions', ['dc_id', 'server_address', 'port', 'auth_key'], [cells])
  const entityColumns = ['id', 'hash', 'username', 'phone', 'name']
  for await (const peers of session.peers.batches()) {
    await writer(
      'entities',
      entityColumns,
      peers.map((peer) => dropped.fitted(rowFromPeer(peer).slice(0, 5))),
    )
  }
  // Last, for rows in the order of their ids are the quickest to write.
  if (session.account !== null) await writer('entities', entityColumns, [[0n, session.account.id, null, null, null]])
  await writeStates(tables, session, writer)
  if (hasTable(await tables.schema(), store, 'sent_files')) {
    for await (const files of session.sentFiles.batches()) {
      const columns = ['md5_digest', 'file_size', 'type', 'id', 'hash']
      await writer('sent_files', columns, dropped.fittedFiles(files).map(rowFromSentFile))
    }
  } else if (session.sentFiles.count > 0) {
    options.onDropped?.('sent-files', session.sentFiles.count, 'the store has no table for them')
  }
  dropped.report(options.onDropped)
}

/** Takes a session out of its store. @throws AppError session.not-found */
export async function removeFromStore(tables: TablesWriter, key: string): Promise<void> {
  const place = parseKey(storesIn(await tables.schema(), 'sqlalchemy'), key)
  if (place === null) throw new AppError('session.not-found', {})
  await deleteRows(tables, place.store, place.sessionId)
}

/** Takes a session out of a store in a database of many. @throws AppError session.not-found */
export async function removeShared(tables: TablesWriter, key: string): Promise<void> {
  const { prefix, sessionId } = parseSharedKey(key)
  const store = storeOf(await tables.schema(), 'sqlalchemy', prefix)
  if (store === null) throw new AppError('session.not-found', {})
  const sql = `SELECT 1 FROM ${sqlName(tables.dialect, store, 'sessions')} WHERE session_id = ? LIMIT 1`
  if ((await tables.query(sql, [sessionId])).length === 0) throw new AppError('session.not-found', {})
  await deleteRows(tables, store, sessionId)
}

type RowWriter = (table: StoreTable, columns: readonly string[], rows: readonly (readonly Cell[])[]) => Promise<void>

/** Inserts by column names: other programs may have added columns of their own. Tables that are not there get nothing. */
function rowWriter(tables: TablesWriter, schema: TablesSchema, store: Store, sessionId: string): RowWriter {
  return async (table, columns, rows) => {
    if (!hasTable(schema, store, table)) return
    // Of two rows with one key the later stays, as in the library.
    const keys = KEYS[table]
    const verb = VERBS[tables.dialect]
    const unread = table === 'update_state' && storeColumns(schema, store, table).includes('unread_count')
    const names = ['session_id', ...columns, ...(unread ? ['unread_count'] : [])]
    const sql = `${verb} INTO ${sqlName(tables.dialect, store, table)} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`
    const isKeyed = tables.dialect === 'postgres' && hasKey(schema, store, table)
    const updates = names.filter((name) => !keys.includes(name)).map((name) => `${name} = excluded.${name}`)
    const conflict = isKeyed ? ` ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${updates.join(', ')}` : ''
    const whole = rows.map((row) => [sessionId, ...row, ...(unread ? [0n] : [])])
    await tables.runMany(sql + conflict, tables.dialect === 'postgres' ? lastOfEach(whole, keys, names) : whole)
  }
}

const VERBS = { sqlite: 'INSERT OR REPLACE', mysql: 'REPLACE', postgres: 'INSERT' } as const

const KEYS: Readonly<Record<StoreTable, readonly string[]>> = {
  version: ['version'],
  sessions: ['session_id', 'dc_id'],
  entities: ['session_id', 'id'],
  sent_files: ['session_id', 'md5_digest', 'file_size', 'type'],
  update_state: ['session_id', 'entity_id'],
}

function hasKey(schema: TablesSchema, store: Store, table: StoreTable): boolean {
  const columns = schema.tables.get(store.prefix + table)?.columns.filter((column) => column.primaryKey > 0) ?? []
  return columns.length === KEYS[table].length && columns.every((column) => KEYS[table].includes(column.name))
}

/** PostgreSQL takes no two rows of one key in one statement. */
function lastOfEach(
  rows: readonly (readonly Cell[])[],
  keys: readonly string[],
  names: readonly string[],
): readonly (readonly Cell[])[] {
  const places = keys.map((key) => names.indexOf(key))
  const wordOf = (cell: Cell | undefined): string => (cell instanceof Uint8Array ? toHex(cell) : String(cell))
  return [...new Map(rows.map((row) => [places.map((place) => wordOf(row[place])).join('|'), row])).values()]
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
/** Of the column of sizes; SQLite has no such limit. */
const MAX_INTEGER = 2n ** 31n - 1n

interface DroppedCells {
  fitted(row: readonly Cell[]): Cell[]
  fittedFiles(files: readonly SentFile[]): readonly SentFile[]
  report(onDropped: EncodeOptions['onDropped']): void
}

/** SQLite keeps any length. Elsewhere a name is cut; a username that is cut would be another's. */
function droppedCells({ dialect }: Pick<TablesWriter, 'dialect'>): DroppedCells {
  const counts = { names: 0, usernames: 0, phones: 0, files: 0 }
  return {
    fitted([id, hash, username, phone, name]) {
      const cells: Cell[] = [id ?? null, hash ?? null, username ?? null, phone ?? null, name ?? null]
      if (dialect === 'sqlite') return cells
      if (typeof username === 'string' && Array.from(username).length > MAX_USERNAME_LENGTH) {
        cells[2] = null
        counts.usernames += 1
      }
      if (typeof phone === 'string') {
        cells[3] = /^\d{1,18}$/.test(phone) ? BigInt(phone) : null
        if (cells[3] === null) counts.phones += 1
      }
      if (typeof name === 'string') {
        const characters = Array.from(name)
        cells[4] = characters.slice(0, MAX_NAME_LENGTH).join('')
        if (characters.length > MAX_NAME_LENGTH) counts.names += 1
      }
      return cells
    },
    fittedFiles(files) {
      if (dialect === 'sqlite') return files
      const kept = files.filter((file) => file.size <= MAX_INTEGER)
      counts.files += files.length - kept.length
      return kept
    },
    report(onDropped) {
      const tell = (field: Field, count: number, reason: string): void => {
        if (count > 0) onDropped?.(field, count, reason)
      }
      tell(
        'peer-names',
        counts.names,
        `they are longer than ${MAX_NAME_LENGTH} characters, and the rest of them was cut off`,
      )
      tell(
        'peer-usernames',
        counts.usernames,
        `they are longer than the ${MAX_USERNAME_LENGTH} characters of their column`,
      )
      tell('sent-files', counts.files, 'their size has no room in its column')
      tell('peer-phones', counts.phones, 'their column takes digits alone')
    },
  }
}

/** The store the key names. What it lacks is made: all tables of a new one, the states of one of version 1. */
async function openStore(
  tables: TablesWriter,
  { store: known, sessionId }: Place,
  options: EncodeOptions,
): Promise<Store> {
  const schema = await tables.schema()
  const store: Store = known ?? { prefix: prefixOf(options), kind: 'sqlalchemy' }
  if (sessionId === '' || Array.from(sessionId).length > 255) {
    throw refused('the name of the session has no room in the store')
  }
  // Tables under these names that are no store's are somebody's.
  if (known === null && storeTables.some((table) => schema.tables.has(store.prefix + table))) {
    throw refused('the file holds tables of another kind')
  }
  const isUpgrade = known !== null && !hasTable(schema, store, 'update_state')
  for (const table of storeTables) {
    if (hasTable(schema, store, table) || (known !== null && table === 'sent_files')) continue
    const sql = createTable(tables.dialect, store.prefix, table)
    if (sql !== null) await tables.run(sql)
  }
  const version = sqlName(tables.dialect, store, 'version')
  const [row] = await tables.query(`SELECT version FROM ${version} LIMIT 1`)
  if (row === undefined) await tables.run(`INSERT INTO ${version} (version) VALUES (?)`, [BigInt(STORE_VERSION)])
  else if (isUpgrade) await tables.run(`UPDATE ${version} SET version = ?`, [BigInt(UPGRADED_VERSION)])
  return store
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
  const filled = (['sessions', 'entities', 'sent_files', 'update_state'] as const).filter((table) =>
    hasTable(schema, store, table),
  )
  // One way to the server and back for all of them, where the driver sends ahead.
  await Promise.all(
    filled.map((table) =>
      tables.run(`DELETE FROM ${sqlName(tables.dialect, store, table)} WHERE session_id = ?`, [sessionId]),
    ),
  )
}
