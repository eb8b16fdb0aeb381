import type { Field } from '../../domain/session.ts'
import { databaseName, PAGE_SIZE } from '../documents/databases.ts'
import { lastFound } from '../documents/last-found.ts'
import { pageOfPeerDocuments } from '../documents/peers.ts'
import { rawDocumentsOf } from '../documents/raw.ts'
import { forEach } from '../for-each.ts'
import type { DocumentsFormat, PeerPage, PeerQuery, StoredSession, Variant } from '../format.ts'
import type { DocumentsReader } from '../media.ts'
import { ipv6Option } from '../write-options.ts'
import { CURRENT, EARLY, type Place, placeOf, placesIn } from './mongo-place.ts'
import { peerFrom, readMongo } from './mongo-read.ts'
import { removeMongo, writeMongo } from './mongo-write.ts'
import { storeFields, storeStateFields } from './sqlalchemy.ts'

const ID = 'telethon.mongo'

const carries: ReadonlySet<Field> = new Set([...storeFields, ...storeStateFields, 'takeout-id'] as const)

function variant(id: string, label: string): Variant {
  return { id, label, library: 'telethon', carries, requires: ['auth-key', 'dc', 'address'], writable: true }
}

const found = lastFound<Place>()

const FIELDS = {
  names: ['name'],
  username: 'username',
  phone: 'phone',
  sort: { id: '_id', name: 'name', updated: '_id' },
} as const

/** What a session holds besides keys; a field that nobody knows may be one. */
const SHOWN: ReadonlySet<string> = new Set(['_id', 'dc_id', 'server_address', 'port'])

/**
 * Upstream: `telemongo` of telethon-session-mongo, 17b5d93, and 0.2.1 and 0.2.2 with their short names of collections. A
 * database is one account: no name of a session is anywhere. Fields without value are absent.
 *
 * | collection | short name | fields |
 * |---|---|---|
 * | telethon_sessions | session | dc_id, server_address, port, auth_key, takeout_id: one document |
 * | telethon_entities | entity | _id (marked; 0 names the account in its hash), hash, username, phone, name |
 * | telethon_sent_files | sent_file | _id (of the remote file), md5_digest, file_size, type, hash |
 * | telethon_update_states | update_state | _id (0 or a bare channel id), pts, qts, date, seq |
 * | version | version | version = 1 |
 */
export const telethonMongo: DocumentsFormat = {
  id: ID,
  library: 'telethon',
  label: 'Telethon MongoDB store',
  help: 'Databases of telethon-session-mongo, each with one session of Telethon.',
  medium: 'documents',
  detection: 'The names of its collections; for the short ones, the fields of the session too.',
  variants: [variant(CURRENT.variant, 'telethon_… (after 0.2)'), variant(EARLY.variant, 'short names (0.2)')],
  defaultVariant: CURRENT.variant,
  options: [ipv6Option],
  async survey(documents, signal) {
    const places = found.remember(documents, await placesIn(documents, signal))
    return places.length === 0 ? [] : [{ prefix: documents.prefix, sessions: places.length }]
  },
  async *pages(documents, prefix, signal) {
    const all = found.recall(documents) ?? (await placesIn(documents, signal))
    const places = all.filter(({ database }) => database.name.startsWith(prefix))
    for (let at = 0; at < places.length; at += PAGE_SIZE) {
      const read = await forEach(places.slice(at, at + PAGE_SIZE), signal, (place) => readMongo(documents, place, ID))
      const page = read.filter((one): one is StoredSession => one !== null)
      if (page.length > 0) yield page
    }
  },
  async read(documents, key) {
    const place = await placeOf(documents, key)
    return place && readMongo(documents, place, ID)
  },
  peers: peersOf,
  async raw(documents, key) {
    const place = await placeOf(documents, key)
    if (place === null) return null
    const { session, entities, sentFiles, updateStates } = place.generation
    return rawDocumentsOf(documents, place.database, [
      { collection: session, shows: SHOWN },
      ...[entities, sentFiles, updateStates].map((collection) => ({ collection })),
    ])
  },
  write: (documents, key, session, options) => writeMongo(documents, key, session, options, ID),
  remove: removeMongo,
  keyFor: databaseName,
}

async function peersOf(documents: DocumentsReader, key: string, query: PeerQuery): Promise<PeerPage> {
  const place = await placeOf(documents, key)
  // The library never stores whether a user is a bot.
  if (place === null || query.kind === 'bot') return { peers: [], total: 0, more: false }
  const collection = `${place.database.name}.${place.generation.entities}`
  const page = await pageOfPeerDocuments(documents, { collection, fields: FIELDS, except: 0n }, query)
  return { ...page, peers: page.documents.flatMap((entity) => peerFrom(entity) ?? []) }
}
