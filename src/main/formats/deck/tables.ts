/** Tables of a Session Deck file. `session` refers to `deck_sessions.id`; `position` keeps the order rows came in. */
export const DECK_VERSION = 1

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
    sent_files INTEGER NOT NULL
  )`,
  `CREATE TABLE IF NOT EXISTS deck_data_centers (
    id INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    dc_id INTEGER NOT NULL,
    address TEXT,
    port INTEGER,
    auth_key BLOB,
    home INTEGER NOT NULL
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
    PRIMARY KEY (session, position)
  ) WITHOUT ROWID`,
  `CREATE INDEX IF NOT EXISTS deck_peers_id ON deck_peers (session, marked_id)`,
  `CREATE INDEX IF NOT EXISTS deck_peers_name ON deck_peers (session, name_sort)`,
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
]

/** Tables with rows of a session, besides `deck_sessions` itself. */
export const CHILD_TABLES = ['deck_data_centers', 'deck_channel_states', 'deck_peers', 'deck_sent_files'] as const

export const SESSION_COLUMNS = [
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

export const DATA_CENTER_COLUMNS = ['session', 'dc_id', 'address', 'port', 'auth_key', 'home'] as const
