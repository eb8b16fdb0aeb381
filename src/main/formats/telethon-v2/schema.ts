/**
 * Upstream: `client/src/telethon/_impl/session/storage/sqlite.py` of the v2 branch. The statements are the library's own,
 * spaces included.
 */
function tableSql(name: string, columns: readonly string[]): string {
  return `CREATE TABLE ${name}(\n${columns.map((column) => `                ${column}`).join(',\n')}\n            )`
}

export const SCHEMA_NUMBER = 10

/** Statements that create the tables of schema 10 as it is today. */
export const createStatements: readonly string[] = [
  // The one table with a blank before its bracket.
  tableSql('version ', ['version integer primary key']),
  tableSql('datacenter', ['id integer primary key', 'ipv4_addr text', 'ipv6_addr text', 'auth blob']),
  tableSql('user', ['id integer primary key', 'dc integer not null', 'bot integer not null', 'username text']),
  tableSql('state', ['pts integer not null', 'qts integer not null', 'date integer not null', 'seq integer not null']),
  tableSql('channelstate', ['id integer primary key', 'pts integer not null']),
]
