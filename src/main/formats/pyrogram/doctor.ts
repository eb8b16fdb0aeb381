import type { Problem } from '../../domain/problem.ts'
import { columnsOf } from '../cells.ts'
import type { TablesSchema } from '../media.ts'
import type { PyrogramShape } from './schema.ts'

const CURE = 'Export the session as Pyrogram SQLite to repair it.'

const OWN_TABLES: ReadonlySet<string> = new Set(['sessions', 'peers', 'usernames', 'update_state', 'version'])

/**
 * What is wrong with the tables of a file whose shape is known. The libraries name the columns they use, so one too many
 * does no harm; one that is missing stops them.
 */
export function tableProblems(shape: PyrogramShape, schema: TablesSchema): Problem[] {
  return [
    ...strayTables(schema),
    ...[...expectedColumns(shape)].flatMap(([table, columns]) => missingParts(schema, table, columns)),
  ]
}

function expectedColumns(shape: PyrogramShape): ReadonlyMap<string, readonly string[]> {
  const tables = new Map<string, readonly string[]>([
    ['version', ['number']],
    [
      'sessions',
      [
        'dc_id',
        'test_mode',
        'auth_key',
        'date',
        'user_id',
        'is_bot',
        ...(shape.apiId ? ['api_id'] : []),
        ...(shape.address ? ['server_address', 'port'] : []),
      ],
    ],
    [
      'peers',
      [
        'id',
        'access_hash',
        'type',
        'phone_number',
        'last_update_on',
        ...(shape.usernames === 'kurigram' ? [] : ['username']),
      ],
    ],
  ])
  if (shape.usernames === 'kurigram') tables.set('usernames', ['id', 'username'])
  if (shape.usernames === 'pyrofork') tables.set('usernames', ['id', 'peer_id', 'last_update_on'])
  if (shape.updateState) tables.set('update_state', ['id', 'pts', 'qts', 'date', 'seq'])
  return tables
}

function strayTables(schema: TablesSchema): Problem[] {
  const strays = [...schema.tables.keys()].filter((name) => !OWN_TABLES.has(name) && !name.startsWith('sqlite_'))
  if (strays.length === 0) return []
  const shown = strays.slice(0, 3).map((name) => (name.length > 40 ? `${name.slice(0, 40)}…` : name))
  return [
    {
      code: 'pyrogram.stray-table',
      message: `The file has tables that are not Pyrogram’s (${shown.join(', ')}${strays.length > 3 ? ' …' : ''}). The libraries overlook them; an export leaves them out.`,
    },
  ]
}

function missingParts(schema: TablesSchema, table: string, expected: readonly string[]): Problem[] {
  const found = columnsOf(schema, table)
  const missing = expected.filter((name) => !found.includes(name))
  if (missing.length === 0) return []
  const message =
    found.length === 0
      ? `The table “${table}” is missing, so the library cannot use this file. ${CURE}`
      : `The table “${table}” lacks a column (${missing.join(', ')}), so the library cannot use this file. ${CURE}`
  return [{ code: found.length === 0 ? 'pyrogram.missing-table' : 'pyrogram.missing-column', message }]
}
