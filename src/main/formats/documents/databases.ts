import { hash } from 'node:crypto'
import type { DocumentsReader } from '../media.ts'

export const PAGE_SIZE = 200

/** A database and its collections, without the database's name before theirs. */
export interface Database {
  readonly name: string
  readonly collections: ReadonlySet<string>
}

export function databasesIn(namespaces: readonly string[]): readonly Database[] {
  const databases = new Map<string, Set<string>>()
  for (const namespace of namespaces) {
    const dot = namespace.indexOf('.')
    const name = namespace.slice(0, dot)
    const collections = databases.get(name) ?? new Set()
    databases.set(name, collections.add(namespace.slice(dot + 1)))
  }
  return [...databases].map(([name, collections]) => ({ name, collections }))
}

export async function databaseOf(documents: DocumentsReader, name: string): Promise<Database> {
  const [found] = databasesIn(await documents.collections(name))
  return found ?? { name, collections: new Set() }
}

/** Every server takes names of databases of so many bytes. */
const MAX_NAME_LENGTH = 60
/** Of which a long name keeps the beginning; a mark of the whole takes the place of the rest. */
const KEPT_LENGTH = 40

/** The database for a session of that name: letters, digits, `_` and `-` are what every server takes. */
export function databaseName(prefix: string, name: string): string {
  const plain = `${prefix}${name.replaceAll(/[^A-Za-z0-9_-]/g, '_')}`
  const named = /[A-Za-z0-9]/.test(plain) ? plain : `session${plain}`
  const first = /^[A-Za-z_]/.test(named) ? named : `_${named}`
  const free = ['admin', 'config', 'local'].includes(first.toLowerCase()) ? `${first}_` : first
  if (free.length <= MAX_NAME_LENGTH) return free
  return `${free.slice(0, KEPT_LENGTH)}_${hash('sha256', prefix + name).slice(0, 12)}`
}
