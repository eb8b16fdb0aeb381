/**
 * Session Deck's own file: SQLite tables that carry every field of a session, any number of sessions in one place.
 * Specified here and in `tables.ts`; version 2, which reads version 1 too.
 *
 * | table | holds |
 * |---|---|
 * | deck_version | the version, one row |
 * | deck_sessions | a session per row: account, update state, counts of the rest |
 * | deck_data_centers, deck_channel_states, deck_peers, deck_sent_files, deck_min_contexts (2) | rows of a session, in the order they came |
 */
import { AppError } from '../../domain/errors.ts'
import { authKeyFrom } from '../../domain/key-id.ts'
import { Secret } from '../../domain/secret.ts'
import {
  type Collection,
  collectionOf,
  type DataCenter,
  type Field,
  fields,
  type Session,
} from '../../domain/session.ts'
import type { StoredSession, TablesFormat } from '../format.ts'
import type { Cell, Row, TablesReader } from '../media.ts'
import {
  bigintFrom,
  booleanFrom,
  CHANNEL_STATE_COLUMNS,
  channelStateFrom,
  damaged,
  MIN_CONTEXT_COLUMNS,
  minContextFrom,
  namesFrom,
  numberFrom,
  peerColumnsOf,
  peerFrom,
  SENT_FILE_COLUMNS,
  sentFileFrom,
  textFrom,
} from './rows.ts'
import { pagedCollection } from '../paged.ts'
import { peerPage } from './search.ts'
import { columnsOf, DECK_VERSION, DECK_VERSIONS, FIRST_TABLES, SESSION_COLUMNS } from './tables.ts'
import { removeSession, writeSession } from './write.ts'

const VARIANT = String(DECK_VERSION)

/** What version 2 added. */
const since2: ReadonlySet<Field> = new Set([
  'dc-flags',
  'salts',
  'time-offsets',
  'account-extra-usernames',
  'account-premium',
  'peer-min-marks',
  'peer-objects',
  'min-contexts',
  'future-auth-token',
])

export const deckSqlite: TablesFormat = {
  id: 'deck.sqlite',
  library: 'session-deck',
  label: 'Session Deck file',
  help: 'Written by this app. Keeps everything any library knows of a session, for backups and for moving between machines.',
  medium: 'tables',
  extension: '.deck',
  server: 'any',
  detection: 'Its tables, whose names begin with `deck_`.',
  variants: [
    {
      id: '1',
      label: '1',
      library: 'session-deck',
      carries: new Set(fields.filter((field) => !since2.has(field))),
      requires: [],
      writable: false,
    },
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
  secretColumns: new Set([
    'deck_data_centers.auth_key',
    'deck_data_centers.salt',
    'deck_sessions.temporary_key',
    'deck_sessions.future_auth_token',
  ]),

  detect(schema) {
    if (!FIRST_TABLES.every((name) => schema.tables.has(name))) return null
    const variant = schema.tables.has('deck_min_contexts') ? VARIANT : '1'
    return { certainty: 'exact', reason: 'tables of a Session Deck file', variant }
  },

  async list(tables) {
    const version = await versionOf(tables)
    const columns = columnsOf(version)
    const rows = await tables.scan({ table: 'deck_sessions', columns: columns.session })
    const dataCenters = await tables.scan({ table: 'deck_data_centers', columns: columns.dataCenter })
    return rows.map((row) => storedFrom(tables, version, row, dataCenters))
  },

  async peers(tables, key, query) {
    const [row] = await tables.query('SELECT id, peers FROM deck_sessions WHERE key = ?', [key])
    if (!row) throw new AppError('session.not-found', {})
    const columns = peerColumnsOf(await versionOf(tables))
    return peerPage(tables, bigintFrom(row[0]), numberFrom(row[1]) ?? 0, columns, query)
  },

  write: writeSession,
  remove: removeSession,
}

async function versionOf(tables: TablesReader): Promise<number> {
  const [[version] = []] = await tables.scan({ table: 'deck_version', columns: ['version'], limit: 1 })
  const known = DECK_VERSIONS.find((one) => version === BigInt(one))
  if (known !== undefined) return known
  throw new AppError('format.unsupported-version', {
    format: 'deck.sqlite',
    found: version === undefined ? 'none' : String(version),
    known: DECK_VERSIONS.join(', '),
  })
}

function storedFrom(tables: TablesReader, version: number, row: Row, dataCenters: readonly Row[]): StoredSession {
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
  const token = secretFrom(cells.future_auth_token)
  const parts = textFrom(cells.peer_parts)
  const server = serverFrom(cells.server)
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
            ...(cells.extra_usernames !== null && { extraUsernames: namesFrom(cells.extra_usernames) }),
            ...(cells.is_premium !== null && { isPremium: booleanFrom(cells.is_premium) === true }),
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
    temporaryKey: secretFrom(cells.temporary_key),
    savedAt: numberFrom(cells.saved_at),
    channelStates: rows('deck_channel_states', CHANNEL_STATE_COLUMNS, cells.channel_states, channelStateFrom),
    peers: rows('deck_peers', peerColumnsOf(version), cells.peers, peerFrom),
    sentFiles: rows('deck_sent_files', SENT_FILE_COLUMNS, cells.sent_files, sentFileFrom),
    minContexts:
      version === 1
        ? collectionOf([])
        : rows('deck_min_contexts', MIN_CONTEXT_COLUMNS, cells.min_contexts, minContextFrom),
    ...(parts !== null && { peerParts: fields.filter((field) => parts.split(' ').includes(field)) }),
    ...(token && { futureAuthToken: token }),
    ...(server && { server }),
  }
  const info = { formatId: 'deck.sqlite', variant: String(version), library: 'session-deck', formatVersion: version }
  return { key: String(cells.key), name: textFrom(cells.name), decoded: { session, info, problems: [] } }
}

function dataCenterFrom([, id, address, port, authKey, home, flags, salt, timeOffset]: Row): DataCenter {
  const key = authKeyFrom(authKey instanceof Uint8Array ? authKey : null)
  if (key === 'damaged') throw damaged()
  const saltSecret = secretFrom(salt)
  return {
    id: numberFrom(id) ?? 0,
    address: textFrom(address),
    port: numberFrom(port),
    authKey: key,
    home: booleanFrom(home) === true,
    ...(flags != null && { flags: numberFrom(flags) ?? 0 }),
    ...(saltSecret && { salt: saltSecret }),
    ...(timeOffset != null && { timeOffset: numberFrom(timeOffset) ?? 0 }),
  }
}

function secretFrom(cell: Cell | undefined): Secret | null {
  return cell instanceof Uint8Array ? new Secret(Uint8Array.from(cell)) : null
}

function serverFrom(cell: Cell): Session['server'] {
  if (cell === null) return undefined
  if (cell === 'mtpylon') return cell
  throw damaged()
}
