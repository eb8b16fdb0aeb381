/**
 * Steps of the app's own database, each run once in a transaction of its own; `user_version` counts them. Never change
 * a step that was released: add one.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE sources (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    name_sort TEXT NOT NULL,
    path TEXT,
    added_at INTEGER NOT NULL
  ) WITHOUT ROWID;

  -- Every file a scan looked at, sessions or not: its signature spares the next scan from reading it again.
  CREATE TABLE files (
    source_id TEXT NOT NULL,
    key TEXT NOT NULL,
    signature TEXT NOT NULL,
    sessions INTEGER NOT NULL,
    facts TEXT,
    PRIMARY KEY (source_id, key)
  ) WITHOUT ROWID;
  CREATE INDEX files_ignored ON files (source_id) WHERE sessions = 0;

  -- Narrow on purpose: filters, searches and sorts walk the whole table. The rest of a session lies in summaries.
  CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    source_id TEXT NOT NULL,
    key TEXT NOT NULL,
    file_key TEXT NOT NULL,
    status INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    user_id INTEGER,
    key_id TEXT,
    library TEXT,
    format_id TEXT,
    variant TEXT,
    dc_id INTEGER,
    test INTEGER,
    peers INTEGER,
    updated_at REAL,
    modified_at REAL,
    in_use INTEGER NOT NULL DEFAULT 0,
    added_at INTEGER NOT NULL,
    name_sort TEXT NOT NULL,
    tags_sort TEXT,
    search TEXT NOT NULL,
    UNIQUE (source_id, key)
  );
  CREATE INDEX sessions_file ON sessions (source_id, file_key);
  CREATE INDEX sessions_key_id ON sessions (key_id) WHERE key_id IS NOT NULL;

  CREATE TABLE summaries (
    id INTEGER PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    summary TEXT NOT NULL
  );

  -- What the person wrote. Outlives the session's row: a file that comes back finds its name again.
  CREATE TABLE annotations (
    source_id TEXT NOT NULL,
    key TEXT NOT NULL,
    key_id TEXT,
    name TEXT,
    note TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (source_id, key)
  ) WITHOUT ROWID;
  CREATE INDEX annotations_key_id ON annotations (source_id, key_id) WHERE key_id IS NOT NULL;

  CREATE TABLE tags (
    source_id TEXT NOT NULL,
    key TEXT NOT NULL,
    tag_folded TEXT NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (source_id, key, tag_folded)
  ) WITHOUT ROWID;
  CREATE INDEX tags_folded ON tags (tag_folded);

  CREATE TABLE trash (
    id TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    source_id TEXT NOT NULL,
    source_name TEXT NOT NULL,
    path TEXT,
    summary TEXT NOT NULL,
    given_name TEXT,
    deleted_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    byte_length INTEGER NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    action TEXT NOT NULL,
    text TEXT NOT NULL,
    shell TEXT NOT NULL,
    source_id TEXT,
    key TEXT,
    key_id TEXT
  );
  CREATE INDEX audit_ref ON audit (source_id, key);
  CREATE INDEX audit_key_id ON audit (key_id) WHERE key_id IS NOT NULL;

  CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) WITHOUT ROWID;
  `,
  `
  -- Where a shared store is, as JSON without anything secret; its password sealed.
  ALTER TABLE sources ADD COLUMN store TEXT;
  ALTER TABLE sources ADD COLUMN password BLOB;
  ALTER TABLE sources ADD COLUMN read_only INTEGER NOT NULL DEFAULT 1;
  `,
  `
  -- What Telegram said about each key, as JSON without anything secret. Outlives its sessions: one that comes back from
  -- the trash is still dead.
  CREATE TABLE logins (
    key_id TEXT PRIMARY KEY,
    latest TEXT NOT NULL,
    final TEXT,
    shown INTEGER NOT NULL
  ) WITHOUT ROWID;
  -- The same beside every session with the key, so that the list need not look further; NULL until it was asked.
  ALTER TABLE sessions ADD COLUMN login INTEGER;
  CREATE INDEX sessions_login ON sessions (login, status) WHERE login IS NOT NULL;
  `,
]
