import type { Problem } from '../../domain/problem.ts'
import { columnsOf } from '../cells.ts'
import type { TablesSchema } from '../media.ts'
import { expectedColumns, type TelethonVersion } from './schema.ts'

const CURE = 'Export the session as Telethon SQLite to repair it.'

/** What is wrong with the tables of a file whose shape is known: the library addresses its columns by their place. */
export function tableProblems(version: TelethonVersion, schema: TablesSchema): Problem[] {
  const expected = expectedColumns(version)
  return [
    ...strayTables(schema),
    ...[...expected].flatMap(([table, columns]) => columnProblems(schema, table, columns)),
  ]
}

/** Names of tables that some version of the library makes. */
const OWN_TABLES: ReadonlySet<string> = new Set(['version', 'sessions', 'entities', 'sent_files', 'update_state'])

function strayTables(schema: TablesSchema): Problem[] {
  const strays = [...schema.tables.keys()].filter((name) => !OWN_TABLES.has(name) && !name.startsWith('sqlite_'))
  if (strays.length === 0) return []
  const tables = strays.length === 1 ? 'a table that is' : `${strays.length} tables that are`
  return [
    {
      code: 'telethon.stray-table',
      message: `The file has ${tables} not Telethon’s (${shownNames(strays)}). Telethon 1 overlooks it, but Telethon 2 can destroy the login when it takes such a file over. ${CURE}`,
    },
  ]
}

function columnProblems(schema: TablesSchema, table: string, expected: readonly string[]): Problem[] {
  const found = columnsOf(schema, table)
  if (found.length === 0) {
    return [
      {
        code: 'telethon.missing-table',
        message: `The table “${table}” is missing, so Telethon cannot use this file. ${CURE}`,
      },
    ]
  }
  const problems: Problem[] = []
  const extra = found.filter((name) => !expected.includes(name))
  if (extra.length > 0) {
    problems.push({
      code: 'telethon.extra-column',
      message: `The table “${table}” has a column Telethon does not know (${shownNames(extra)}), so Telethon cannot use this file. ${CURE}`,
    })
  }
  const missing = expected.filter((name) => !found.includes(name))
  if (missing.length > 0) {
    problems.push({
      code: 'telethon.missing-column',
      message: `The table “${table}” lacks a column (${missing.join(', ')}), so Telethon cannot use this file. ${CURE}`,
    })
  }
  if (missing.length === 0 && extra.length === 0) problems.push(...orderProblems(table, found, expected))
  return problems
}

function orderProblems(table: string, found: readonly string[], expected: readonly string[]): Problem[] {
  if (found.every((name, index) => name === expected[index])) return []
  const isSwap = table === 'sessions' && found.at(-1) === 'takeout_id' && found.at(-2) === 'tmp_auth_key'
  return [
    isSwap
      ? {
          code: 'telethon.swapped-columns',
          message: `The columns “takeout_id” and “tmp_auth_key” stand in each other’s place, as repair scripts for Telethon 1.43 leave them. Telethon goes by the place, so the names lie; what lies in them was told by its kind. ${CURE}`,
        }
      : {
          code: 'telethon.column-order',
          message: `The columns of the table “${table}” stand in another order than Telethon’s, which goes by their place and takes one for the other. They were read by their names. ${CURE}`,
        },
  ]
}

/** Names in a file are anyone's: few of them, and none that is long. */
function shownNames(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => (name.length > 40 ? `${name.slice(0, 40)}…` : name))
  return names.length > shown.length ? `${shown.join(', ')} …` : shown.join(', ')
}
