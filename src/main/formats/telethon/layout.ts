import type { Problem } from '../../domain/problem.ts'
import { columnsOf, hasColumns, integerOf } from '../cells.ts'
import type { Row, TablesSchema } from '../media.ts'
import { expectedColumns, type TelethonVersion } from './schema.ts'

export interface TelethonLayout {
  readonly version: TelethonVersion
  /** The number in the file; null when it holds none. */
  readonly number: number | null
  readonly problems: readonly Problem[]
}

/** True for the tables of a native Telethon 1 file: not of a shared store, not of Pyrogram. */
export function isTelethon(schema: TablesSchema): boolean {
  return (
    hasColumns(schema, 'version', ['version']) &&
    hasColumns(schema, 'sessions', ['server_address', 'port', 'auth_key']) &&
    !columnsOf(schema, 'sessions').some((name) => ['session_id', 'api_id', 'user_id', 'session_name'].includes(name)) &&
    (columnsOf(schema, 'sessions').includes('dc_id') || hasColumns(schema, 'sessions', ['layer', 'salt']))
  )
}

/** The layout by its columns; `versionRows` (the first two rows of `version`) are a hint and a source of problems. */
export function layoutOf(schema: TablesSchema, versionRows: readonly Row[]): TelethonLayout {
  const shape = shapeOf(schema)
  const stored = versionRows.length === 0 ? null : integerOf(versionRows[0]?.[0])
  const number = stored === null ? null : Number(stored)
  // 5 and 6 have one shape.
  const version: TelethonVersion = shape === '5' && number === 6 ? '6' : shape
  return {
    version,
    number,
    problems: [...numberProblems(version, number, versionRows.length, schema), ...columnProblems(version, schema)],
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
  } else if (number > shape && !(schema.tables.has('entities') === false)) {
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

function columnProblems(version: TelethonVersion, schema: TablesSchema): Problem[] {
  const problems: Problem[] = []
  for (const [table, expected] of expectedColumns(version)) {
    const found = columnsOf(schema, table)
    if (found.length === 0) {
      problems.push({
        code: 'telethon.missing-table',
        message: `The table “${table}” is missing, so Telethon cannot use this file. Export the session as Telethon SQLite to repair it.`,
      })
      continue
    }
    const extra = found.filter((name) => !expected.includes(name))
    if (extra.length > 0) {
      problems.push({
        code: 'telethon.extra-column',
        message: `The table “${table}” has a column Telethon does not know (${extra.join(', ')}), so Telethon cannot use this file. Export the session as Telethon SQLite to repair it.`,
      })
    }
    const missing = expected.filter((name) => !found.includes(name))
    if (missing.length > 0) {
      problems.push({
        code: 'telethon.missing-column',
        message: `The table “${table}” lacks a column (${missing.join(', ')}), so Telethon cannot use this file. Export the session as Telethon SQLite to repair it.`,
      })
    }
  }
  return problems
}
