/**
 * Upstream: `pyrogram/storage/sqlite_storage.py` and its forks (see `docs/formats.md`). The statements are the
 * libraries' own, spaces and order included.
 */
export type PyrogramVariant = '1' | '2' | '3' | 'K4' | 'K5' | 'K6' | 'K7' | 'W8' | 'F3' | 'F4' | 'M4'

/** What one variant's tables have. */
export interface PyrogramShape {
  /** The number in `version`. Several shapes share one. */
  readonly number: number
  readonly library: string
  readonly apiId: boolean
  readonly address: boolean
  /** Where usernames lie: in `peers`, in Kurigram's own table, or in both (Pyrofork). */
  readonly usernames: 'peers' | 'kurigram' | 'pyrofork'
  readonly updateState: boolean
  /** Kurigram's index on `usernames(id)`. */
  readonly usernamesById: boolean
  /** Channel ids: "-100" glued to the id (schema 1), or -10^12 - id. */
  readonly marking: 'concatenated' | 'arithmetic'
}

const plain = { apiId: true, address: false, updateState: false, usernamesById: false, marking: 'arithmetic' } as const
const kurigram = { ...plain, library: 'kurigram', usernames: 'kurigram' } as const

export const shapes: Readonly<Record<PyrogramVariant, PyrogramShape>> = {
  '1': { ...plain, number: 1, library: 'pyrogram', usernames: 'peers', apiId: false, marking: 'concatenated' },
  '2': { ...plain, number: 2, library: 'pyrogram', usernames: 'peers', apiId: false },
  '3': { ...plain, number: 3, library: 'pyrogram', usernames: 'peers' },
  K4: { ...kurigram, number: 4 },
  K5: { ...kurigram, number: 5, updateState: true },
  K6: { ...kurigram, number: 6, updateState: true, usernamesById: true },
  K7: { ...kurigram, number: 7, updateState: true, usernamesById: true, address: true },
  W8: { ...kurigram, number: 8, library: 'wzgram', updateState: true, usernamesById: true, address: true },
  F3: { ...plain, number: 3, library: 'pyrofork', usernames: 'pyrofork' },
  F4: { ...plain, number: 4, library: 'pyrofork', usernames: 'pyrofork', updateState: true },
  M4: { ...plain, number: 4, library: 'pyrogrammod', usernames: 'peers', updateState: true },
}

const NOW = "(CAST(STRFTIME('%s', 'now') AS INTEGER))"

function tableSql(name: string, open: string, columns: readonly string[]): string {
  return `CREATE TABLE ${name}${open}(\n${columns.map((column) => `    ${column}`).join(',\n')}\n)`
}

function sessionsColumns(shape: PyrogramShape): readonly string[] {
  if (shape.address) {
    return [
      'dc_id          INTEGER PRIMARY KEY',
      'server_address TEXT',
      'port           INTEGER',
      'api_id         INTEGER',
      'test_mode      INTEGER',
      'auth_key       BLOB',
      'date           INTEGER NOT NULL',
      'user_id        INTEGER',
      'is_bot         INTEGER',
    ]
  }
  return [
    'dc_id     INTEGER PRIMARY KEY',
    ...(shape.apiId ? ['api_id    INTEGER'] : []),
    'test_mode INTEGER',
    'auth_key  BLOB',
    'date      INTEGER NOT NULL',
    'user_id   INTEGER',
    'is_bot    INTEGER',
  ]
}

const updateState = ['id   INTEGER PRIMARY KEY', 'pts  INTEGER', 'qts  INTEGER', 'date INTEGER', 'seq  INTEGER']

/** Statements that create an empty file of a variant. */
export function createStatements(variant: PyrogramVariant): readonly string[] {
  const shape = shapes[variant]
  // Up to schema 2 the brace stands on the line of the name.
  const open = shape.number < 3 ? ' ' : '\n'
  const kurigramNames = shape.usernames === 'kurigram'
  const peers = tableSql('peers', open, [
    'id             INTEGER PRIMARY KEY',
    'access_hash    INTEGER',
    'type           INTEGER NOT NULL',
    ...(kurigramNames ? [] : ['username       TEXT']),
    'phone_number   TEXT',
    `last_update_on INTEGER NOT NULL DEFAULT ${NOW}`,
  ])
  const stateTable = tableSql('update_state', open, updateState)
  return [
    tableSql('sessions', open, sessionsColumns(shape)),
    peers,
    ...(kurigramNames
      ? [tableSql('usernames', open, ['id       INTEGER', 'username TEXT', 'FOREIGN KEY (id) REFERENCES peers(id)'])]
      : []),
    ...(shape.updateState ? [stateTable] : []),
    tableSql('version', open, ['number INTEGER PRIMARY KEY']),
    ...(variant === 'F4' ? [pyroforkUsernames(open)] : []),
    'CREATE INDEX idx_peers_id ON peers (id)',
    ...(kurigramNames ? [] : ['CREATE INDEX idx_peers_username ON peers (username)']),
    'CREATE INDEX idx_peers_phone_number ON peers (phone_number)',
    ...(shape.usernamesById ? ['CREATE INDEX idx_usernames_id ON usernames (id)'] : []),
    ...(kurigramNames ? ['CREATE INDEX idx_usernames_username ON usernames (username)'] : []),
    triggerSql('peers', variant === '1' ? '    ' : ''),
    // F3 came from a second script run after the first.
    ...(variant === 'F3' ? [pyroforkUsernames(open)] : []),
    ...(shape.usernames === 'pyrofork' ? [triggerSql('usernames', '')] : []),
  ]
}

function pyroforkUsernames(open: string): string {
  return tableSql('usernames', open, [
    'id             TEXT PRIMARY KEY',
    'peer_id        INTEGER NOT NULL',
    `last_update_on INTEGER NOT NULL DEFAULT ${NOW}`,
  ])
}

function triggerSql(table: string, indent: string): string {
  return `CREATE TRIGGER trg_${table}_last_update_on
    AFTER UPDATE
    ON ${table}
${indent}BEGIN
${indent}    UPDATE ${table}
${indent}    SET last_update_on = CAST(STRFTIME('%s', 'now') AS INTEGER)
${indent}    WHERE id = NEW.id;
${indent}END`
}
