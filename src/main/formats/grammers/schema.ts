/** `PRAGMA user_version` of the one schema there has been. */
export const USER_VERSION = 1

const INDENT = '                '

function tableSql(name: string, lines: readonly string[]): string {
  return `CREATE TABLE ${name} (\n${lines.map((line) => INDENT + line).join(',\n')})`
}

/** The library's own statements, spaces included, in its order. */
export const createStatements: readonly string[] = [
  tableSql('dc_home', ['dc_id INTEGER NOT NULL', 'PRIMARY KEY(dc_id)']),
  tableSql('dc_option', [
    'dc_id INTEGER NOT NULL',
    'ipv4 TEXT NOT NULL',
    'ipv6 TEXT NOT NULL',
    'auth_key BLOB',
    'PRIMARY KEY (dc_id)',
  ]),
  tableSql('peer_info', ['peer_id INTEGER NOT NULL', 'hash INTEGER', 'subtype INTEGER', 'PRIMARY KEY (peer_id)']),
  tableSql('update_state', [
    'pts INTEGER NOT NULL',
    'qts INTEGER NOT NULL',
    'date INTEGER NOT NULL',
    'seq INTEGER NOT NULL',
  ]),
  tableSql('channel_state', ['peer_id INTEGER NOT NULL', 'pts INTEGER NOT NULL', 'PRIMARY KEY (peer_id)']),
]

/** The library reads by position: one column more, fewer or elsewhere and it misreads the file. */
export const expectedColumns: ReadonlyMap<string, readonly string[]> = new Map([
  ['dc_home', ['dc_id']],
  ['dc_option', ['dc_id', 'ipv4', 'ipv6', 'auth_key']],
  ['peer_info', ['peer_id', 'hash', 'subtype']],
  ['update_state', ['pts', 'qts', 'date', 'seq']],
  ['channel_state', ['peer_id', 'pts']],
])
