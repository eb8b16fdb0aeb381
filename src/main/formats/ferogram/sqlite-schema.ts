import { columnsOf, hasColumns } from '../cells.ts'
import type { Variant } from '../format.ts'
import type { TablesSchema } from '../media.ts'
import { type FerogramShape, shapeOf } from './stored.ts'
import { ferogramVariant } from './variants.ts'

/** Shapes of the tables by the first release that made them. */
export type SqliteShape = '0.1.0' | '0.4.1' | '0.5.2' | '0.6.5'

export const sqliteShapes: Readonly<Record<SqliteShape, FerogramShape>> = {
  '0.1.0': { ...shapeOf(3), flags: true },
  '0.4.1': shapeOf(5),
  // 0.6.4 put its token into a table that was there before: earlier releases pass over it.
  '0.5.2': { ...shapeOf(6), token: true },
  '0.6.5': shapeOf(8),
}

export const sqliteVariants: readonly Variant[] = [
  ferogramVariant('0.1.0', '0.1.0 to 0.4.0', sqliteShapes['0.1.0'], true),
  ferogramVariant('0.4.1', '0.4.1 to 0.5.1', sqliteShapes['0.4.1'], true),
  ferogramVariant('0.5.2', '0.5.2 to 0.6.4', sqliteShapes['0.5.2'], true),
  ferogramVariant('0.6.5', '0.6.5 and later', sqliteShapes['0.6.5'], true),
]

/** Spaces included, so that a file of ours cannot be told from one of the library's. */
const INDENT = '            '
const END = '        )'

function tableSql(name: string, lines: readonly string[]): string {
  return `CREATE TABLE ${name} (\n${lines.map((line) => INDENT + line).join(',\n')}\n${END}`
}

const FLAG = 'INTEGER NOT NULL DEFAULT 0'

function peersLines(shape: FerogramShape): readonly string[] {
  return [
    'id           INTEGER PRIMARY KEY',
    'access_hash  INTEGER NOT NULL',
    `is_channel   ${FLAG}`,
    ...(shape.chats ? [`is_chat      ${FLAG}`] : []),
    ...(shape.channelKinds ? ['channel_kind INTEGER'] : []),
    ...(shape.communities ? [`is_community ${FLAG}`] : []),
  ]
}

/** The statements of a shape, in the order of the library. */
export function createStatements(shape: FerogramShape): readonly string[] {
  return [
    tableSql('meta', ['key   TEXT    PRIMARY KEY', `value ${FLAG}`]),
    tableSql('dcs', [
      'dc_id       INTEGER NOT NULL',
      `flags       ${FLAG}`,
      'addr        TEXT    NOT NULL',
      'auth_key    BLOB',
      `first_salt  ${FLAG}`,
      `time_offset ${FLAG}`,
      'PRIMARY KEY (dc_id, flags)',
    ]),
    tableSql('update_state', [
      'id   INTEGER PRIMARY KEY CHECK (id = 1)',
      ...['pts', 'qts', 'date', 'seq'].map((name) => `${name.padEnd(4)} ${FLAG}`),
    ]),
    tableSql('channel_pts', ['channel_id INTEGER PRIMARY KEY', 'pts        INTEGER NOT NULL']),
    tableSql('peers', peersLines(shape)),
    ...(shape.minPeers
      ? [tableSql('min_peers', ['user_id INTEGER PRIMARY KEY', 'peer_id INTEGER NOT NULL', 'msg_id  INTEGER NOT NULL'])]
      : []),
  ]
}

export const TABLES = ['meta', 'dcs', 'update_state', 'channel_pts', 'peers', 'min_peers'] as const

export function isFerogram(schema: TablesSchema): boolean {
  return (
    hasColumns(schema, 'meta', ['key', 'value']) &&
    hasColumns(schema, 'dcs', ['dc_id', 'flags', 'addr', 'auth_key', 'first_salt'])
  )
}

/** The shape by its columns: nothing in the file says its version. */
export function sqliteShapeOf(schema: TablesSchema): SqliteShape {
  const columns = columnsOf(schema, 'peers')
  if (columns.includes('is_community')) return '0.6.5'
  if (columns.includes('channel_kind')) return '0.5.2'
  return columns.includes('is_chat') || schema.tables.has('min_peers') ? '0.4.1' : '0.1.0'
}
