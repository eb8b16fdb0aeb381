/**
 * Upstream: `telethon/sessions/sqlite.py`, releases 0.16 to 1.44. The statements are the library's own, spaces
 * included, so that a file of ours cannot be told from one of its.
 */
export const versions = ['1', '2', '3', '4', '5', '6', '7', '8'] as const
export type TelethonVersion = (typeof versions)[number]

const INDENT = '                    '
const END = '                '

function tableSql(name: string, lines: readonly string[], ending: string): string {
  return `CREATE TABLE ${name} (\n${lines.map((line) => INDENT + line).join(',\n')}\n${END})${ending}`
}

const sessions = ['dc_id integer primary key', 'server_address text', 'port integer', 'auth_key blob']
const entities = ['id integer primary key', 'hash integer not null', 'username text', 'phone integer', 'name text']
/** Release 0.16.1 cached uploads by other columns. */
const oldSentFiles = ['file_id integer', 'part_count integer', 'primary key(md5_digest, file_size)']
const sentFiles = ['type integer', 'id integer', 'hash integer', 'primary key(md5_digest, file_size, type)']

/**
 * Statements that create the tables of a version, in the library's order. Up to 0.19 it made them WITHOUT ROWID where
 * its SQLite knew that; SQLite before 3.8.2 cannot open such a file, so with `rowid` none is made so.
 */
export function createStatements(version: TelethonVersion, rowid = false): readonly string[] {
  const number = Number(version)
  const ending = number <= 3 && !rowid ? ' without rowid' : ''
  const statements = [
    number === 1
      ? 'CREATE TABLE version (version integer)'
      : `CREATE TABLE version (version integer primary key)${ending}`,
    tableSql(
      'sessions',
      [...sessions, ...(number >= 5 ? ['takeout_id integer'] : []), ...(number >= 8 ? ['tmp_auth_key blob'] : [])],
      ending,
    ),
    tableSql('entities', [...entities, ...(number >= 7 ? ['date integer'] : [])], ending),
  ]
  if (number >= 2) {
    const lines = ['md5_digest blob', 'file_size integer', ...(number === 2 ? oldSentFiles : sentFiles)]
    statements.push(tableSql('sent_files', lines, ending))
  }
  if (number >= 4) {
    const lines = ['id integer primary key', 'pts integer', 'qts integer', 'date integer', 'seq integer']
    statements.push(tableSql('update_state', lines, ending))
  }
  return statements
}

/** Columns each version gives its tables. One more breaks every release: it unpacks and inserts by position. */
export function expectedColumns(version: TelethonVersion): ReadonlyMap<string, readonly string[]> {
  const number = Number(version)
  const tables = new Map<string, readonly string[]>([
    ['version', ['version']],
    [
      'sessions',
      [
        'dc_id',
        'server_address',
        'port',
        'auth_key',
        ...(number >= 5 ? ['takeout_id'] : []),
        ...(number >= 8 ? ['tmp_auth_key'] : []),
      ],
    ],
    ['entities', ['id', 'hash', 'username', 'phone', 'name', ...(number >= 7 ? ['date'] : [])]],
  ])
  if (number === 2) tables.set('sent_files', ['md5_digest', 'file_size', 'file_id', 'part_count'])
  if (number >= 3) tables.set('sent_files', ['md5_digest', 'file_size', 'type', 'id', 'hash'])
  if (number >= 4) tables.set('update_state', ['id', 'pts', 'qts', 'date', 'seq'])
  return tables
}
