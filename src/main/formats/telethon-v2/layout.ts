import type { Problem } from '../../domain/problem.ts'
import { columnsOf, hasColumns, integerOf } from '../cells.ts'
import type { Row, TablesSchema } from '../media.ts'
import { SCHEMA_NUMBER } from './schema.ts'

/** Shapes by their columns: the number 10 names three, the 8 of the abandoned development line three more. */
export type V2Variant = '10' | '10-addr' | '10-first' | '8-dev' | '8-dev-access-hash' | '8-dev-ip'

/** The shape of the tables, null when they are of nobody here. */
export function variantOf(schema: TablesSchema): V2Variant | null {
  if (!hasColumns(schema, 'version', ['version']) || !hasColumns(schema, 'datacenter', ['id', 'auth'])) return null
  const centers = columnsOf(schema, 'datacenter')
  if (hasColumns(schema, 'session', ['user_id', 'dc_id', 'bot'])) {
    if (centers.includes('ip')) return '8-dev-ip'
    if (!centers.includes('ipv4')) return null
    return columnsOf(schema, 'entity').includes('access_hash') ? '8-dev-access-hash' : '8-dev'
  }
  if (!hasColumns(schema, 'user', ['id', 'dc', 'bot'])) return null
  if (centers.includes('ipv4_addr')) return '10'
  if (!centers.includes('addr')) return null
  return columnsOf(schema, 'user').includes('username') ? '10-addr' : '10-first'
}

export function isDevelopment(variant: V2Variant): boolean {
  return variant.startsWith('8-dev')
}

const EXPECTED: ReadonlyMap<string, readonly string[]> = new Map([
  ['state', ['pts', 'qts', 'date', 'seq']],
  ['channelstate', ['id', 'pts']],
])

/** What is wrong with the tables and their number, for a person. `versionRows`: the first two rows of `version`. */
export function layoutProblems(
  schema: TablesSchema,
  variant: V2Variant,
  versionRows: readonly Row[],
): { readonly number: number | null; readonly problems: readonly Problem[] } {
  const stored = versionRows.length === 0 ? null : integerOf(versionRows[0]?.[0])
  const number = stored === null ? null : Number(stored)
  const problems: Problem[] = []
  const expected = isDevelopment(variant) ? 8 : SCHEMA_NUMBER
  if (number !== expected) {
    problems.push({
      code: 'telethon.version-mismatch',
      message: `The file says version ${number ?? 'nothing'}, but its tables are those of version ${expected}. They were read by their shape; export the session as Telethon 2 SQLite to repair it.`,
    })
  }
  if (versionRows.length > 1) {
    problems.push({
      code: 'telethon.two-version-rows',
      message:
        'The version table has more than one row, and the library takes the lowest. Export the session to repair it.',
    })
  }
  if (variant === '10-addr' || variant === '10-first') {
    problems.push({
      code: 'telethon.early-layout',
      message:
        'The file is of the first weeks of Telethon 2 (autumn 2023), when version 10 had other columns: no later release can load it. Export it as Telethon 2 SQLite to use it again.',
    })
  }
  if (isDevelopment(variant)) {
    problems.push({
      code: 'telethon.abandoned-version',
      message:
        'The file is of a development line of Telethon 2 that was given up in 2022, and no release opens it. Export it as Telethon SQLite to use it again.',
    })
    return { number, problems }
  }
  for (const [table, columns] of EXPECTED) {
    const found = columnsOf(schema, table)
    if (columns.every((column) => found.includes(column))) continue
    problems.push({
      code: found.length === 0 ? 'telethon.missing-table' : 'telethon.missing-column',
      message: `The table “${table}” is ${found.length === 0 ? 'missing' : 'not whole'}, so Telethon cannot use this file. Export the session as Telethon 2 SQLite to repair it.`,
    })
  }
  return { number, problems }
}
