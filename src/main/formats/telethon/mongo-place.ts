import { forEach } from '../for-each.ts'
import type { Document, DocumentsReader } from '../media.ts'
import { type Database, databaseOf, databasesIn } from '../documents/databases.ts'

/** The collections of one generation of the library. */
export interface Generation {
  readonly variant: string
  readonly session: string
  readonly entities: string
  readonly sentFiles: string
  readonly updateStates: string
}

export const CURRENT: Generation = {
  variant: 'current',
  session: 'telethon_sessions',
  entities: 'telethon_entities',
  sentFiles: 'telethon_sent_files',
  updateStates: 'telethon_update_states',
}

export const EARLY: Generation = {
  variant: '0.2',
  session: 'session',
  entities: 'entity',
  sentFiles: 'sent_file',
  updateStates: 'update_state',
}

export const VERSION = 'version'

/** A database that holds a session. `key` names it within its source. */
export interface Place {
  readonly key: string
  readonly database: Database
  readonly generation: Generation
}

/** `database`, or `database/session` for collections of the early names where the others lie beside them. */
export function splitKey(key: string): { readonly name: string; readonly isEarly: boolean } {
  const [name = '', collection] = key.split('/')
  return { name, isEarly: collection === EARLY.session }
}

export async function placesIn(documents: DocumentsReader, signal: AbortSignal): Promise<readonly Place[]> {
  const databases = databasesIn(await documents.collections())
  return (await forEach(databases, signal, (database) => placesOf(documents, database))).flat()
}

/** @returns null when no session lies under that key */
export async function placeOf(documents: DocumentsReader, key: string): Promise<Place | null> {
  const { name } = splitKey(key)
  if (name === '') return null
  const places = await placesOf(documents, await databaseOf(documents, name))
  return places.find((place) => place.key === key) ?? null
}

async function placesOf(documents: DocumentsReader, database: Database): Promise<readonly Place[]> {
  const places: Place[] = []
  for (const generation of [CURRENT, EARLY]) {
    if (!database.collections.has(generation.session) || !(await isSession(documents, database, generation))) continue
    const key = places.length === 0 ? database.name : `${database.name}/${generation.session}`
    places.push({ key, database, generation })
  }
  return places
}

const SHAPE = ['dc_id', 'server_address', 'port', 'takeout_id', 'api_id', 'test_mode', 'user_id', 'is_bot']

/**
 * The early name is anybody's, Pyrofork's too: there the session is judged, without its key. The other is the library's
 * own; that nothing is in it turns out when it is read.
 */
async function isSession(documents: DocumentsReader, database: Database, { session }: Generation): Promise<boolean> {
  if (session === CURRENT.session) return true
  const [found] = await documents.find({ collection: `${database.name}.${session}`, limit: 1, fields: SHAPE })
  return found !== undefined && hasShape(found)
}

function hasShape(document: Document): boolean {
  const has = (name: string): boolean => Object.hasOwn(document, name)
  return has('dc_id') && (has('server_address') || has('port')) && !has('api_id') && !has('user_id') && !has('is_bot')
}
