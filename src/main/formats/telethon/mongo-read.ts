import { dcOfAddress } from '../../domain/data-centers.ts'
import type { Problem } from '../../domain/problem.ts'
import { type Account, emptySession, type SentFile, type Session, type UpdateState } from '../../domain/session.ts'
import { integerOf, numberOf } from '../cells.ts'
import { cellOf, cellsOf } from '../documents/values.ts'
import { pagedDocuments } from '../documents/paged.ts'
import type { StoredSession } from '../format.ts'
import type { Document, DocumentsReader } from '../media.ts'
import { NO_BYTES_FOR_KEY } from '../stored-key.ts'
import { dataCenterOf } from './data-centers.ts'
import type { Place } from './mongo-place.ts'
import { peerFromRow } from './peers.ts'
import { sentFileFrom } from './sent-files.ts'
import { accountFrom } from './store-counts.ts'

const SESSION_FIELDS = ['dc_id', 'server_address', 'port', 'auth_key', 'takeout_id']
const STATE_FIELDS = ['pts', 'qts', 'date', 'seq']
const ENTITY_FIELDS = ['_id', 'hash', 'username', 'phone', 'name']

/** The session of a database: its first document, as the library does. Null when it went meanwhile. */
export async function readMongo(documents: DocumentsReader, place: Place, id: string): Promise<StoredSession | null> {
  const { database, generation } = place
  const name = (collection: string): string => `${database.name}.${collection}`
  const found = await documents.find({ collection: name(generation.session), limit: 2 })
  const [first] = found
  if (first === undefined) return null
  const problems: Problem[] = []
  if (found.length > 1) {
    problems.push({
      code: 'telethon.several-sessions',
      message: 'The database holds several sessions, and the library reads the first. The others are left out.',
    })
  }
  const dc = dataCenterFrom(first, problems)
  const counted = async (collection: string): Promise<number> =>
    database.collections.has(collection) ? documents.count(name(collection)) : 0
  const zero = async (collection: string): Promise<Document | null> => {
    if (!database.collections.has(collection)) return null
    const [row] = await documents.find({ collection: name(collection), match: { _id: 0n }, limit: 1 })
    return row ?? null
  }
  const marker = await zero(generation.entities)
  const state = await zero(generation.updateStates)
  const entities = await counted(generation.entities)
  const states = await counted(generation.updateStates)
  const files = await counted(generation.sentFiles)
  const session: Session = {
    ...emptySession(),
    dataCenters: [dc],
    test: dc.address === null ? null : (dcOfAddress(dc.address)?.test ?? null),
    account: await accountOf(documents, name(generation.entities), marker),
    takeoutId: integerOf(cellOf(first['takeout_id'])),
    updateState: state && stateFrom(state),
    peers: pagedDocuments(documents, name(generation.entities), entities - (marker ? 1 : 0), (page) =>
      page.flatMap((entity) => (entity['_id'] === 0n ? [] : (peerFrom(entity) ?? []))),
    ),
    channelStates: pagedDocuments(documents, name(generation.updateStates), states - (state ? 1 : 0), (page) =>
      page.flatMap((one) => {
        const channelId = integerOf(cellOf(one['_id']))
        return channelId === null || channelId === 0n ? [] : [{ channelId, ...stateFrom(one) }]
      }),
    ),
    sentFiles: pagedDocuments(documents, name(generation.sentFiles), files, (page) =>
      page.flatMap((file): readonly SentFile[] => {
        const one = sentFileFrom(cellsOf(file, ['md5_digest', 'file_size', 'type', '_id', 'hash']))
        return one === null ? [] : [one]
      }),
    ),
  }
  const info = { formatId: id, variant: generation.variant, library: 'telethon', formatVersion: 1 }
  return { key: place.key, name: database.name, decoded: { info, problems, session } }
}

export function peerFrom(entity: Document): ReturnType<typeof peerFromRow> {
  return peerFromRow([...cellsOf(entity, ENTITY_FIELDS), null])
}

function dataCenterFrom(document: Document, problems: Problem[]): ReturnType<typeof dataCenterOf> {
  const cells = Object.fromEntries(SESSION_FIELDS.map((name) => [name, cellOf(document[name])]))
  const dc = dataCenterOf(cells, true, problems)
  const key = document['auth_key']
  const isOther = key !== undefined && key !== null && typeof key !== 'string' && !(key instanceof Uint8Array)
  if (isOther) {
    problems.push(NO_BYTES_FOR_KEY)
  } else if (dc.authKey === null && problems.every(({ code }) => !code.startsWith('session.'))) {
    problems.push({
      code: 'session.no-key',
      message: 'The session holds no login: a client made it but never logged in. Nothing can be exported from it.',
    })
  }
  return dc
}

function stateFrom(document: Document): UpdateState {
  const [pts, qts, date, seq] = cellsOf(document, STATE_FIELDS).map(numberOf)
  return { pts: pts ?? null, qts: qts ?? null, date: date ?? null, seq: seq ?? null }
}

/** The account that entity 0 names: its id in the hash, username and phone in its own entity. */
async function accountOf(
  documents: DocumentsReader,
  collection: string,
  marker: Document | null,
): Promise<Account | null> {
  const id = integerOf(cellOf(marker?.['hash']))
  if (id === null || id <= 0n) return null
  const [own] = await documents.find({ collection, match: { _id: id }, limit: 1 })
  return accountFrom(id, cellOf(own?.['username']), cellOf(own?.['phone']))
}
