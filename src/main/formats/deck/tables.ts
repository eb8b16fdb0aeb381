/**
 * Tables of a Session Deck file. `session` refers to `deck_sessions.id`; `position` keeps the order rows came in.
 * Version 2 has everything that libraries beside Telethon and Pyrogram keep; its tables are those of version 1 with
 * columns and a table added, so that one that holds sessions of version 1 is brought up by adding them.
 */
export const DECK_VERSION = 2
export const DECK_VERSIONS: readonly number[] = [1, 2]

/** "Sess" in ASCII: how `file` and friends can tell such a file from other SQLite databases. */
export const APPLICATION_ID = 0x53657373

export const CREATE: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS deck_version (version INTEGER PRIMARY KEY)`,
  `CREATE TABLE IF NOT EXISTS deck_sessions (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    name TEXT,
    test INTEGER,
    account_id INTEGER,
    is_bot INTEGER,
    username TEXT,
    phone TEXT,
    api_id INTEGER,
    has_update_state INTEGER NOT NULL,
    pts INTEGER,
    qts INTEGER,
    date REAL,
    seq INTEGER,
    takeout_id INTEGER,
    temporary_key BLOB,
    saved_at REAL,
    channel_states INTEGER NOT NULL,
    peers INTEGER NOT NULL,
    sent_files INTEGER NOT NULL,
    extra_usernames TEXT,
    is_premium INTEGER,
    future_auth_token BLOB,
    server TEXT,
    min_contexts INTEGER NOT NULL DEFAULT 0,
    peer_parts TEXT
  )`,
  `CREATE TABLE IF NOT EXISTS deck_data_centers (
    id INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    dc_id INTEGER NOT NULL,
    address TEXT,
    port INTEGER,
    auth_key BLOB,
    home INTEGER NOT NULL,
    flags INTEGER,
    salt BLOB,
    time_offset REAL
  )`,
  `CREATE TABLE IF NOT EXISTS deck_channel_states (
    session INTEGER NOT NULL,
    position INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    pts INTEGER,
    date REAL,
    seq INTEGER,
    qts INTEGER,
    PRIMARY KEY (session, position)
  ) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS deck_peers (
    session INTEGER NOT NULL,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    type TEXT,
    id INTEGER NOT NULL,
    marked_id INTEGER,
    access_hash INTEGER,
    usernames TEXT NOT NULL,
    phone TEXT,
    name TEXT,
    updated_at REAL,
    name_sort TEXT,
    search TEXT NOT NULL,
    is_min INTEGER,
    native_library TEXT,
    native_bytes BLOB,
    PRIMARY KEY (session, position)
  ) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS deck_sent_files (
    session INTEGER NOT NULL,
    position INTEGER NOT NULL,
    md5 BLOB NOT NULL,
    size INTEGER NOT NULL,
    type TEXT NOT NULL,
    id INTEGER NOT NULL,
    access_hash INTEGER NOT NULL,
    PRIMARY KEY (session, position)
  ) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS deck_min_contexts (
    session INTEGER NOT NULL,
    position INTEGER NOT NULL,
    peer_kind TEXT NOT NULL,
    peer_id INTEGER NOT NULL,
    chat_kind TEXT,
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    PRIMARY KEY (session, position)
  ) WITHOUT ROWID`,
]

/** Made once the rows are there: sorting a million of them is quicker than putting each in its place. */
export const CREATE_INDEXES: readonly string[] = [
  `CREATE INDEX IF NOT EXISTS deck_peers_id ON deck_peers (session, marked_id)`,
  `CREATE INDEX IF NOT EXISTS deck_peers_name ON deck_peers (session, name_sort)`,
]

/** What version 2 added to tables of version 1. */
export const ADDED_COLUMNS: readonly { readonly table: string; readonly column: string; readonly sql: string }[] = [
  ['deck_sessions', 'extra_usernames', 'TEXT'],
  ['deck_sessions', 'is_premium', 'INTEGER'],
  ['deck_sessions', 'future_auth_token', 'BLOB'],
  ['deck_sessions', 'server', 'TEXT'],
  ['deck_sessions', 'min_contexts', 'INTEGER NOT NULL DEFAULT 0'],
  ['deck_sessions', 'peer_parts', 'TEXT'],
  ['deck_data_centers', 'flags', 'INTEGER'],
  ['deck_data_centers', 'salt', 'BLOB'],
  ['deck_data_centers', 'time_offset', 'REAL'],
  ['deck_peers', 'is_min', 'INTEGER'],
  ['deck_peers', 'native_library', 'TEXT'],
  ['deck_peers', 'native_bytes', 'BLOB'],
].map(([table = '', column = '', type = '']) => {
  return { table, column, sql: `ALTER TABLE ${table} ADD COLUMN ${column} ${type}` }
})

/** Tables with rows of a session, besides `deck_sessions` itself. */
export const CHILD_TABLES = [
  'deck_data_centers',
  'deck_channel_states',
  'deck_peers',
  'deck_sent_files',
  'deck_min_contexts',
] as const

/** Tables that every version has. */
export const FIRST_TABLES = [
  'deck_version',
  'deck_sessions',
  'deck_data_centers',
  'deck_channel_states',
  'deck_peers',
  'deck_sent_files',
] as const

const SESSION_COLUMNS_1 = [
  'id',
  'key',
  'name',
  'test',
  'account_id',
  'is_bot',
  'username',
  'phone',
  'api_id',
  'has_update_state',
  'pts',
  'qts',
  'date',
  'seq',
  'takeout_id',
  'temporary_key',
  'saved_at',
  'channel_states',
  'peers',
  'sent_files',
] as const
export const SESSION_COLUMNS = [
  ...SESSION_COLUMNS_1,
  'extra_usernames',
  'is_premium',
  'future_auth_token',
  'server',
  'min_contexts',
  'peer_parts',
] as const

const DATA_CENTER_COLUMNS_1 = ['session', 'dc_id', 'address', 'port', 'auth_key', 'home'] as const
export const DATA_CENTER_COLUMNS = [...DATA_CENTER_COLUMNS_1, 'flags', 'salt', 'time_offset'] as const

/** The columns a version has, in the order of its successors; those it lacks read as nothing. */
export function columnsOf(version: number): {
  readonly session: readonly (typeof SESSION_COLUMNS)[number][]
  readonly dataCenter: readonly (typeof DATA_CENTER_COLUMNS)[number][]
} {
  return version === 1
    ? { session: SESSION_COLUMNS_1, dataCenter: DATA_CENTER_COLUMNS_1 }
    : { session: SESSION_COLUMNS, dataCenter: DATA_CENTER_COLUMNS }
}
