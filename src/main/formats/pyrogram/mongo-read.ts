import { fromMarkedId } from '../../domain/peer.ts'
import type { Peer } from '../../domain/peer.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Secret } from '../../domain/secret.ts'
import { type Account, emptySession, type UpdateState } from '../../domain/session.ts'
import { booleanOf, integerOf, numberOf, textOf, wholeNumberOf } from '../cells.ts'
import { type Database, databaseOf, databasesIn } from '../documents/databases.ts'
import { pagedDocuments } from '../documents/paged.ts'
import { cellOf, cellsOf } from '../documents/values.ts'
import { forEach } from '../for-each.ts'
import type { StoredSession } from '../format.ts'
import type { Document, DocumentsReader } from '../media.ts'
import { NO_BYTES_FOR_KEY, storedKeyFrom } from '../stored-key.ts'
import { dcIdOf, keyBytesFrom, userIdFrom } from '../stored-place.ts'
import { peerTypeOf } from './peer-types.ts'

export const ID = 'pyrogram.mongo'
export const SESSION = 'session'
export const PEERS = 'peers'
export const USERNAMES = 'usernames'
export const STATES = 'update_state'

/** More usernames than any peer has. */
const MAX_USERNAMES = 100_000

export async function placesIn(documents: DocumentsReader, signal: AbortSignal): Promise<readonly Database[]> {
  const databases = databasesIn(await documents.collections())
  const checked = await forEach(databases, signal, async (database) => {
    return (await holdsSession(documents, database)) ? [database] : []
  })
  return checked.flat()
}

export async function placeOf(documents: DocumentsReader, key: string): Promise<Database | null> {
  if (key === '') return null
  const database = await databaseOf(documents, key)
  return (await holdsSession(documents, database)) ? database : null
}

const SHAPE = ['dc_id', 'user_id', 'is_bot', 'test_mode']

/** Judged without its key: early Telethon stores have a collection of that name, too. */
async function holdsSession(documents: DocumentsReader, { name, collections }: Database): Promise<boolean> {
  if (!collections.has(SESSION)) return false
  const collection = `${name}.${SESSION}`
  const [found] = await documents.find({ collection, match: { _id: 0n }, limit: 1, fields: SHAPE })
  return found !== undefined && SHAPE.every((field) => Object.hasOwn(found, field))
}

/** Null when it went meanwhile. */
export async function readPyrogramMongo(documents: DocumentsReader, database: Database): Promise<StoredSession | null> {
  const name = (collection: string): string => `${database.name}.${collection}`
  const [row] = await documents.find({ collection: name(SESSION), match: { _id: 0n }, limit: 1 })
  if (row === undefined) return null
  const problems: Problem[] = []
  const authKey = keyOf(row, problems)
  const test = booleanOf(cellOf(row['test_mode']))
  const account = await accountOf(documents, database, row)
  if (authKey !== null && (account === null || account.isBot === null || test === null)) {
    problems.push({
      code: 'pyrogram.unfinished-login',
      message:
        'The login was never finished: the store has a key but not the account. The library throws such a key away; export it with the user id and whether it is a bot to keep it.',
    })
  }
  const id = dcIdOf(cellOf(row['dc_id']))
  const has = (collection: string): boolean => database.collections.has(collection)
  const [state] = has(STATES) ? await documents.find({ collection: name(STATES), match: { _id: 0n }, limit: 1 }) : []
  const states = has(STATES) ? await documents.count(name(STATES)) : 0
  const peers = has(PEERS) ? await documents.count(name(PEERS)) : 0
  const savedAt = numberOf(cellOf(row['date']))
  return {
    key: database.name,
    name: database.name,
    decoded: {
      info: { formatId: ID, variant: '1', library: 'pyrofork', formatVersion: null },
      problems,
      session: {
        ...emptySession(),
        dataCenters: id === null ? [] : [{ id, address: null, port: null, authKey, home: true }],
        test,
        account,
        apiId: wholeNumberOf(cellOf(row['api_id'])),
        savedAt: savedAt === 0 ? null : savedAt,
        updateState: state ? stateFrom(state) : null,
        peers: pagedDocuments(documents, name(PEERS), peers, (page) => peersFrom(documents, database, page)),
        channelStates: pagedDocuments(documents, name(STATES), states - (state ? 1 : 0), (page) =>
          page.flatMap((one) => {
            const marked = integerOf(cellOf(one['_id']))
            return marked === null || marked === 0n ? [] : [{ channelId: fromMarkedId(marked).id, ...stateFrom(one) }]
          }),
        ),
      },
    },
  }
}

function keyOf(row: Document, problems: Problem[]): Secret | null {
  const stored = row['auth_key']
  const { bytes } = keyBytesFrom(cellOf(stored))
  if (bytes === null && stored !== null && stored !== undefined) {
    problems.push(NO_BYTES_FOR_KEY)
    return null
  }
  return storedKeyFrom(bytes, problems, {
    holder: 'database',
    noKey: 'The store holds no login: a client made it but never logged in. Nothing can be exported from it.',
  })
}

function stateFrom(document: Document): UpdateState {
  const [pts, qts, date, seq] = cellsOf(document, ['pts', 'qts', 'date', 'seq']).map(numberOf)
  return { pts: pts ?? null, qts: qts ?? null, date: date ?? null, seq: seq ?? null }
}

async function accountOf(documents: DocumentsReader, database: Database, row: Document): Promise<Account | null> {
  const id = userIdFrom(integerOf(cellOf(row['user_id'])))
  if (id === null) return null
  const own = database.collections.has(PEERS)
    ? await documents.find({ collection: `${database.name}.${PEERS}`, match: { _id: id }, limit: 1 })
    : []
  return {
    id,
    isBot: booleanOf(cellOf(row['is_bot'])),
    username: textOf(cellOf(own[0]?.['username'])),
    phone: textOf(cellOf(own[0]?.['phone_number'])),
  }
}

/** Peers with their further usernames, which lie in a collection of their own. */
export async function peersFrom(
  documents: DocumentsReader,
  database: Database,
  page: readonly Document[],
): Promise<readonly Peer[]> {
  const more = await usernamesOf(documents, database, page)
  return page.flatMap((document) => {
    const marked = integerOf(cellOf(document['_id']))
    if (marked === null) return []
    const [hash, type, username, phone, date] = cellsOf(document, [
      'access_hash',
      'type',
      'username',
      'phone_number',
      'last_update_on',
    ])
    const first = textOf(username)
    const others = more.get(marked) ?? []
    const updatedAt = numberOf(date)
    return [
      {
        ...fromMarkedId(marked),
        type: peerTypeOf(textOf(type)),
        accessHash: integerOf(hash),
        usernames: first === null ? others : [first, ...others.filter((one) => one !== first)],
        phone: textOf(phone),
        name: null,
        updatedAt: updatedAt === 0 ? null : updatedAt,
      },
    ]
  })
}

async function usernamesOf(
  documents: DocumentsReader,
  database: Database,
  page: readonly Document[],
): Promise<ReadonlyMap<bigint, readonly string[]>> {
  const ids = page.flatMap((document) => integerOf(cellOf(document['_id'])) ?? [])
  if (ids.length === 0 || !database.collections.has(USERNAMES)) return new Map()
  const rows = await documents.find({
    collection: `${database.name}.${USERNAMES}`,
    within: { field: 'peer_id', values: ids },
    limit: MAX_USERNAMES,
  })
  const names = new Map<bigint, string[]>()
  for (const row of rows) {
    const [username, owner] = [textOf(cellOf(row['_id'])), integerOf(cellOf(row['peer_id']))]
    if (username !== null && owner !== null) names.set(owner, [...(names.get(owner) ?? []), username])
  }
  return names
}
