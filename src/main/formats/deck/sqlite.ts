/**
 * Session Deck's own file: SQLite tables that carry every field of a session, any number of sessions in one place.
 * Specified here and in `tables.ts`; version 1.
 *
 * | table | holds |
 * |---|---|
 * | deck_version | the version, one row |
 * | deck_sessions | a session per row: account, update state, counts of the rest |
 * | deck_data_centers, deck_channel_states, deck_peers, deck_sent_files | rows of a session, in the order they came |
 */
import { AppError } from '../../domain/errors.ts'
import { authKeyFrom } from '../../domain/key-id.ts'
import { Secret } from '../../domain/secret.ts'
import { type Collection, collectionOf, type DataCenter, fields, type Session } from '../../domain/session.ts'
import type { StoredSession, TablesFormat } from '../format.ts'
import type { Cell, Row, TablesReader } from '../media.ts'
import {
  bigintFrom,
  booleanFrom,
  CHANNEL_STATE_COLUMNS,
  channelStateFrom,
  damaged,
  numberFrom,
  PEER_COLUMNS,
  peerFrom,
  SENT_FILE_COLUMNS,
  sentFileFrom,
  textFrom,
} from './rows.ts'
import { pagedCollection } from '../paged.ts'
import { peerPage } from './search.ts'
import { CHILD_TABLES, DATA_CENTER_COLUMNS, DECK_VERSION, SESSION_COLUMNS } from './tables.ts'
import { removeSession, writeSession } from './write.ts'

const VARIANT = String(DECK_VERSION)

export const deckSqlite: TablesFormat = {
  id: 'deck.sqlite',
  library: 'session-deck',
  label: 'Session Deck file',
  help: 'Written by this app. Keeps everything any library knows of a session, for backups and for moving between machines.',
  medium: 'tables',
  extension: '.deck',
  variants: [
    {
      id: VARIANT,
      label: VARIANT,
      library: 'session-deck',
      carries: new Set(fields),
      requires: [],
      writable: true,
    },
  ],
  defaultVariant: VARIANT,
  options: [{ name: 'name', label: 'Name', help: 'What the session is called in the file.', kind: 'text' }],
  secretColumns: new Set(['deck_data_centers.auth_key', 'deck_sessions.temporary_key']),

  detect(schema) {
    const names = ['deck_version', 'deck_sessions', ...CHILD_TABLES]
    if (!names.every((name) => schema.tables.has(name))) return null
    return { certainty: 'exact', reason: 'tables of a Session Deck file', variant: VARIANT }
  },

  async list(tables) {
    await assertVersion(tables)
    const rows = await tables.scan({ table: 'deck_sessions', columns: SESSION_COLUMNS })
    const dataCenters = await tables.scan({ table: 'deck_data_centers', columns: DATA_CENTER_COLUMNS })
    return rows.map((row) => storedFrom(tables, row, dataCenters))
  },

  async peers(tables, key, query) {
    const [row] = await tables.query('SELECT id, peers FROM deck_sessions WHERE key = ?', [key])
    if (!row) throw new AppError('session.not-found', {})
    return peerPage(tables, bigintFrom(row[0]), numberFrom(row[1]) ?? 0, query)
  },

  write: writeSession,
  remove: removeSession,
}

async function assertVersion(tables: TablesReader): Promise<void> {
  const [[version] = []] = await tables.scan({ table: 'deck_version', columns: ['version'], limit: 1 })
  if (version === BigInt(DECK_VERSION)) return
  throw new AppError('format.unsupported-version', {
    format: 'deck.sqlite',
    found: version === undefined ? 'none' : String(version),
    known: VARIANT,
  })
}

function storedFrom(tables: TablesReader, row: Row, dataCenters: readonly Row[]): StoredSession {
  const cells = Object.fromEntries(SESSION_COLUMNS.map((name, index) => [name, row[index] ?? null])) as Record<
    (typeof SESSION_COLUMNS)[number],
    Cell
  >
  const id = bigintFrom(cells.id)
  const rows = <T>(table: string, columns: string, count: Cell, from: (row: Row) => T): Collection<T> =>
    pagedCollection(
      tables,
      numberFrom(count) ?? 0,
      { columns, table, key: 'position', where: `session = ${id}` },
      (page) => page.map((cells) => from(cells.slice(1))),
    )
  const session: Session = {
    dataCenters: dataCenters.filter(([owner]) => owner === id).map(dataCenterFrom),
    test: booleanFrom(cells.test),
    account:
      cells.account_id === null
        ? null
        : {
            id: bigintFrom(cells.account_id),
            isBot: booleanFrom(cells.is_bot),
            username: textFrom(cells.username),
            phone: textFrom(cells.phone),
          },
    apiId: numberFrom(cells.api_id),
    updateState: booleanFrom(cells.has_update_state)
      ? {
          pts: numberFrom(cells.pts),
          qts: numberFrom(cells.qts),
          date: numberFrom(cells.date),
          seq: numberFrom(cells.seq),
        }
      : null,
    takeoutId: cells.takeout_id === null ? null : bigintFrom(cells.takeout_id),
    temporaryKey: cells.temporary_key instanceof Uint8Array ? new Secret(Uint8Array.from(cells.temporary_key)) : null,
    savedAt: numberFrom(cells.saved_at),
    channelStates: rows('deck_channel_states', CHANNEL_STATE_COLUMNS, cells.channel_states, channelStateFrom),
    peers: rows('deck_peers', PEER_COLUMNS, cells.peers, peerFrom),
    sentFiles: rows('deck_sent_files', SENT_FILE_COLUMNS, cells.sent_files, sentFileFrom),
    minContexts: collectionOf([]),
  }
  const info = { formatId: 'deck.sqlite', variant: VARIANT, library: 'session-deck', formatVersion: DECK_VERSION }
  return { key: String(cells.key), name: textFrom(cells.name), decoded: { session, info, problems: [] } }
}

function dataCenterFrom([, id, address, port, authKey, home]: Row): DataCenter {
  const key = authKeyFrom(authKey instanceof Uint8Array ? authKey : null)
  if (key === 'damaged') throw damaged()
  return {
    id: numberFrom(id) ?? 0,
    address: textFrom(address),
    port: numberFrom(port),
    authKey: key,
    home: booleanFrom(home) === true,
  }
}
