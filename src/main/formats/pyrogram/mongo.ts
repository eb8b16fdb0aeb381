import { integerOf } from '../cells.ts'
import { type Database, databaseName, PAGE_SIZE } from '../documents/databases.ts'
import { lastFound } from '../documents/last-found.ts'
import { pageOfPeerDocuments } from '../documents/peers.ts'
import { rawDocumentsOf } from '../documents/raw.ts'
import { cellOf } from '../documents/values.ts'
import { forEach } from '../for-each.ts'
import type { DocumentsFormat, PeerPage, PeerQuery, StoredSession } from '../format.ts'
import type { DocumentsReader } from '../media.ts'
import { ID, PEERS, peersFrom, placeOf, placesIn, readPyrogramMongo, SESSION, STATES, USERNAMES } from './mongo-read.ts'
import { removePyrogramMongo, writePyrogramMongo } from './mongo-write.ts'

const found = lastFound<Database>()

const FIELDS = {
  names: [],
  username: 'username',
  phone: 'phone_number',
  sort: { id: '_id', name: 'username', updated: 'last_update_on' },
} as const

/** What a session holds besides keys; a field that nobody knows may be one. */
const SHOWN: ReadonlySet<string> = new Set(['_id', 'dc_id', 'api_id', 'test_mode', 'date', 'user_id', 'is_bot'])

/** A search that finds more peers than this by their further usernames shows the first. */
const MAX_FOUND = 1000

/**
 * Upstream: `pyrogram/storage/mongo_storage.py` of Pyrofork 2.3.69. The database is named after the session.
 *
 * | collection | fields |
 * |---|---|
 * | session | _id 0: dc_id, api_id, test_mode, auth_key, date, user_id, is_bot |
 * | peers | _id (marked), access_hash, type, username, phone_number, last_update_on |
 * | usernames | _id (the username), peer_id, last_update_on |
 * | update_state | _id (0 or a marked channel id), pts, qts, date, seq |
 */
export const pyrogramMongo: DocumentsFormat = {
  id: ID,
  library: 'pyrogram',
  label: 'Pyrofork MongoDB store',
  help: 'Databases of Pyrofork’s MongoDB storage, each named after the session in it.',
  medium: 'documents',
  detection: 'The fields of document 0 of its collection `session`.',
  variants: [
    {
      id: '1',
      label: 'Pyrofork 2.2 and later',
      library: 'pyrofork',
      carries: new Set([
        'dc',
        'test-mode',
        'auth-key',
        'user-id',
        'is-bot',
        'api-id',
        'saved-at',
        'peers',
        'peer-types',
        'peer-usernames',
        'peer-extra-usernames',
        'peer-phones',
        'peer-dates',
        'update-state',
        'update-state-qts-seq',
        'channel-states',
        'channel-state-dates',
      ]),
      requires: ['auth-key', 'dc', 'user-id', 'is-bot'],
      writable: true,
    },
  ],
  defaultVariant: '1',
  async survey(documents, signal) {
    const places = found.remember(documents, await placesIn(documents, signal))
    return places.length === 0 ? [] : [{ prefix: documents.prefix, sessions: places.length }]
  },
  async *pages(documents, prefix, signal) {
    const all = found.recall(documents) ?? (await placesIn(documents, signal))
    const places = all.filter(({ name }) => name.startsWith(prefix))
    for (let at = 0; at < places.length; at += PAGE_SIZE) {
      const read = await forEach(places.slice(at, at + PAGE_SIZE), signal, (one) => readPyrogramMongo(documents, one))
      const page = read.filter((one): one is StoredSession => one !== null)
      if (page.length > 0) yield page
    }
  },
  async read(documents, key) {
    const place = await placeOf(documents, key)
    return place && readPyrogramMongo(documents, place)
  },
  peers: peersOf,
  async raw(documents, key) {
    const place = await placeOf(documents, key)
    if (place === null) return null
    return rawDocumentsOf(documents, place, [
      { collection: SESSION, shows: SHOWN },
      ...[PEERS, USERNAMES, STATES].map((collection) => ({ collection })),
    ])
  },
  write: (documents, key, session) => writePyrogramMongo(documents, key, session),
  remove: removePyrogramMongo,
  keyFor: databaseName,
}

async function peersOf(documents: DocumentsReader, key: string, query: PeerQuery): Promise<PeerPage> {
  const place = await placeOf(documents, key)
  if (place === null || !place.collections.has(PEERS)) return { peers: [], total: 0, more: false }
  const page = await pageOfPeerDocuments(
    documents,
    {
      collection: `${key}.${PEERS}`,
      fields: FIELDS,
      ...(query.kind === 'bot' && { match: { type: 'bot' } }),
      more: async ({ text, username }) => {
        const wanted = username ?? text
        if (wanted === null || !place.collections.has(USERNAMES)) return []
        const rows = await documents.find({
          collection: `${key}.${USERNAMES}`,
          search: { contains: [{ field: '_id', text: wanted }], ids: [] },
          limit: MAX_FOUND,
        })
        return rows.flatMap((row) => integerOf(cellOf(row['peer_id'])) ?? [])
      },
    },
    query,
  )
  return { ...page, peers: await peersFrom(documents, place, page.documents) }
}
