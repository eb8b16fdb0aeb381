import type { Problem } from '../../domain/problem.ts'
import { columnsOf, hasColumns, integerOf } from '../cells.ts'
import type { Row, TablesSchema } from '../media.ts'
import { tableProblems } from './doctor.ts'
import { versions, type TelethonVersion } from './schema.ts'

export interface TelethonLayout {
  readonly version: TelethonVersion
  /** The number in the file; null when it holds none. */
  readonly number: number | null
  readonly problems: readonly Problem[]
}

/** Columns of `sessions` that only other libraries and shared stores have. */
const FOREIGN_COLUMNS = ['session_id', 'api_id', 'user_id', 'session_name', 'test_mode']

/**
 * True for the tables of a native Telethon 1 file: not of a shared store, not of Pyrogram. A file that lost its version
 * table is known by its entities, for its key is whole.
 */
export function isTelethon(schema: TablesSchema): boolean {
  if (!hasColumns(schema, 'sessions', ['server_address', 'port', 'auth_key'])) return false
  const columns = columnsOf(schema, 'sessions')
  if (columns.some((name) => FOREIGN_COLUMNS.includes(name))) return false
  if (!columns.includes('dc_id') && !hasColumns(schema, 'sessions', ['layer', 'salt'])) return false
  if (hasColumns(schema, 'version', ['version'])) return true
  return !schema.tables.has('version') && hasColumns(schema, 'entities', ['id', 'hash'])
}

/** The layout by its columns; `versionRows` (the first two rows of `version`) are a hint and a source of problems. */
export function layoutOf(schema: TablesSchema, versionRows: readonly Row[]): TelethonLayout {
  const shape = shapeOf(schema)
  const isTableMissing = !schema.tables.has('entities') || !schema.tables.has('sent_files')
  const stored = versionRows.length === 0 ? null : integerOf(versionRows[0]?.[0])
  const number = stored === null ? null : Number(stored)
  const named = versions.find((one) => Number(one) === number)
  // 5 and 6 have one shape; and a table that is missing takes the marks of its version with it.
  const byNumber = (shape === '5' && number === 6) || (isTableMissing && Number(named) > Number(shape))
  const version: TelethonVersion = byNumber && named !== undefined ? named : shape
  return {
    version,
    number,
    problems: [...numberProblems(version, number, versionRows.length, schema), ...tableProblems(version, schema)],
  }
}

function shapeOf(schema: TablesSchema): TelethonVersion {
  if (columnsOf(schema, 'sessions').includes('tmp_auth_key')) return '8'
  if (columnsOf(schema, 'entities').includes('date')) return '7'
  if (columnsOf(schema, 'sessions').includes('takeout_id')) return '5'
  if (schema.tables.has('update_state')) return '4'
  if (columnsOf(schema, 'sent_files').includes('file_id')) return '2'
  return schema.tables.has('sent_files') ? '3' : '1'
}

function numberProblems(
  version: TelethonVersion,
  number: number | null,
  rows: number,
  schema: TablesSchema,
): Problem[] {
  const problems: Problem[] = []
  if (number === null) {
    problems.push({
      code: 'telethon.no-version',
      message: `The file holds no version number, so Telethon would refuse it. Its tables have the shape of version ${version}: export it as Telethon SQLite to repair it.`,
    })
    return problems
  }
  if (rows > 1) {
    problems.push({
      code: 'telethon.two-version-rows',
      message: `The version table has more than one row, and Telethon takes the lowest (${number}) and breaks. Export the session as Telethon SQLite to repair it.`,
    })
  }
  const shape = Number(version)
  if (number < shape) {
    problems.push({
      code: 'telethon.interrupted-upgrade',
      message: `Telethon was stopped while it upgraded this file: the number says ${number}, the tables have the shape of version ${shape}. It will refuse the file for ever; export it as Telethon SQLite to repair it.`,
    })
  } else if (number > 8) {
    problems.push({
      code: 'telethon.unknown-version',
      message: `The file says version ${number}, which is newer than any known. Its tables have the shape of version ${shape} and were read as such; check what was read before you rely on it.`,
    })
  } else if (number === 8 && columnsOf(schema, 'sessions').length === 5) {
    problems.push({
      code: 'telethon.five-columns',
      message:
        'The file says version 8, but its sessions table has the five columns of version 7, so Telethon 1.43 and 1.44 cannot open it (“expected 6, got 5”). Export it as Telethon SQLite 7 to repair it.',
    })
  } else if (number > shape) {
    problems.push({
      code: 'telethon.version-mismatch',
      message: `The file says version ${number}, but its tables have the shape of version ${shape}, so Telethon cannot open it. Export it as Telethon SQLite to repair it.`,
    })
  }
  if (number === 1 && shape === 1) {
    problems.push({
      code: 'telethon.version-1',
      message:
        'No Telethon release since 0.19 can open a file of version 1. Export it as Telethon SQLite 7 to use it again.',
    })
  }
  return problems
}
