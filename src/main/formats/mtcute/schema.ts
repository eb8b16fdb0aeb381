/** Upstream: `@mtcute/core` storage/sqlite. The statements are the library's own, spaces and order included. */
export type MtcuteVariant = '1' | '2'

/** The newest version of each part that is known. `state` belongs to the dispatcher. */
export const NEWEST = { auth_keys: 1, kv: 1, ref_messages: 1, peers: 2, state: 1 } as const

/** Rows of `mtcute_migrations`, in the order the library writes them. */
export function migrationRows(variant: MtcuteVariant): readonly [repo: string, version: bigint][] {
  return [
    ['auth_keys', 1n],
    ['kv', 1n],
    ['ref_messages', 1n],
    ['peers', BigInt(variant)],
  ]
}

function tableSql(head: string, columns: readonly string[], indent: number, close = indent - 4): string {
  const lines = columns.map((column) => `${' '.repeat(indent)}${column}`).join(',\n')
  return `create table ${head} (\n${lines}\n${' '.repeat(close)})`
}

/** Statements that create an empty file. */
export function createStatements(variant: MtcuteVariant): readonly string[] {
  // Release 0.30 indents this one less than those before.
  const keyValueIndent = variant === '2' ? 14 : 20
  return [
    tableSql('mtcute_migrations', ['repo text not null primary key', 'version integer not null'], 4),
    tableSql('auth_keys', ['dc integer primary key', 'key blob not null'], 20),
    tableSql(
      'temp_auth_keys',
      [
        'dc integer not null',
        'idx integer not null',
        'key blob not null',
        'expires integer not null',
        'primary key (dc, idx)',
      ],
      20,
    ),
    tableSql('key_value', ['key text primary key', 'value blob not null'], keyValueIndent),
    tableSql('message_refs', ['peer_id integer not null', 'chat_id integer not null', 'msg_id integer not null'], 20),
    'create index idx_message_refs_peer on message_refs (peer_id)',
    'create index idx_message_refs on message_refs (chat_id, msg_id)',
    tableSql(
      'peers',
      [
        'id integer primary key',
        'hash text not null',
        'usernames json not null',
        'updated integer not null',
        'phone text',
        'complete blob',
      ],
      20,
    ),
    'create index idx_peers_usernames on peers (usernames)',
    'create index idx_peers_phone on peers (phone)',
    ...(variant === '2' ? ['alter table peers add column isMin integer not null default false'] : []),
  ]
}
