import type { Problem } from '../../domain/problem.ts'
import { columnsOf, hasColumns, integerOf } from '../cells.ts'
import type { Row, TablesSchema } from '../media.ts'
import { tableProblems } from './doctor.ts'
import { type PyrogramVariant, shapes } from './schema.ts'

export interface PyrogramLayout {
  readonly variant: PyrogramVariant
  readonly number: number | null
  readonly library: string
  readonly problems: readonly Problem[]
}

/**
 * True for the tables of a Pyrogram file: not of a shared store with a session name in its key. Its sessions table is like
 * no other; with any other table missing the key is still whole.
 */
export function isPyrogram(schema: TablesSchema): boolean {
  return (
    hasColumns(schema, 'sessions', ['dc_id', 'test_mode', 'auth_key', 'user_id', 'is_bot']) &&
    !columnsOf(schema, 'sessions').includes('session_name')
  )
}

/** The shape by tables and columns; the number decides only where two shapes look alike (1 and 2, 7 and 8). */
export function layoutOf(schema: TablesSchema, versionRows: readonly Row[]): PyrogramLayout {
  const stored = versionRows.length === 0 ? null : integerOf(versionRows[0]?.[0])
  const number = stored === null ? null : Number(stored)
  const variant = variantOf(schema, number)
  const shape = shapes[variant]
  const problems: Problem[] = []
  if (number === null) {
    problems.push({
      code: 'pyrogram.no-version',
      message:
        'The file holds no schema number, so its library would refuse it. Export it as Pyrogram SQLite to repair it.',
    })
  } else if (number !== shape.number && !(variant === 'K5' && number === 6)) {
    problems.push({
      code: 'pyrogram.unknown-number',
      message: `The file says schema ${number}, but its tables have the shape of ${variant}, which is number ${shape.number}. They were read by their shape; check what was read before you rely on it.`,
    })
  }
  if (versionRows.length > 1) {
    problems.push({
      code: 'pyrogram.two-version-rows',
      message: `The version table has more than one row, and the library takes the lowest (${number ?? 'none'}). Export the session as Pyrogram SQLite to repair it.`,
    })
  }
  problems.push(...tableProblems(shape, schema))
  // Hydrogram alone keeps shape 3 in WAL mode.
  const library = variant === '3' && schema.wal ? 'hydrogram' : shape.library
  return { variant, number, library, problems }
}

function variantOf(schema: TablesSchema, number: number | null): PyrogramVariant {
  const usernames = columnsOf(schema, 'usernames')
  const hasState = schema.tables.has('update_state')
  if (usernames.includes('peer_id')) return hasState ? 'F4' : 'F3'
  if (columnsOf(schema, 'sessions').includes('server_address')) return number === 8 ? 'W8' : 'K7'
  if (usernames.includes('username')) {
    if (!hasState) return 'K4'
    return schema.indexes.has('idx_usernames_id') ? 'K6' : 'K5'
  }
  if (hasState) return 'M4'
  if (columnsOf(schema, 'sessions').includes('api_id')) return '3'
  return number === 1 ? '1' : '2'
}
