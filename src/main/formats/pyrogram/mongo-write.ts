import { AppError } from '../../domain/errors.ts'
import { markedId } from '../../domain/peer.ts'
import { homeOf, type Session, type UpdateState } from '../../domain/session.ts'
import { databaseOf } from '../documents/databases.ts'
import { numberValue } from '../documents/values.ts'
import type { Document, DocumentsWriter } from '../media.ts'
import { testModeOf } from '../test-mode.ts'
import { requireKey, requirePlace } from '../write-checks.ts'
import { ID, PEERS, placeOf, SESSION, STATES, USERNAMES } from './mongo-read.ts'
import { typeWordOf } from './peer-types.ts'
import { shapes } from './schema.ts'

const COLLECTIONS = [SESSION, PEERS, USERNAMES, STATES]

/** Writes the one session of a database, in place of one that is there. */
export async function writePyrogramMongo(documents: DocumentsWriter, key: string, session: Session): Promise<void> {
  const home = homeOf(session)
  const authKey = requireKey(home)
  const dc = requirePlace(home, ID)
  const { account } = session
  if (account === null) throw new AppError('format.missing-field', { format: ID, field: 'user-id' })
  if (account.isBot === null) throw new AppError('format.missing-field', { format: ID, field: 'is-bot' })
  const { collections } = await databaseOf(documents, key)
  const known = await placeOf(documents, key)
  for (const collection of COLLECTIONS) {
    if (!collections.has(collection)) continue
    const isTaken = known === null && (await documents.count(`${key}.${collection}`)) > 0
    if (isTaken) {
      throw new AppError('format.not-writable', { format: ID, reason: 'the database holds documents of another kind' })
    }
    await documents.remove(`${key}.${collection}`, {})
  }
  const insert = (collection: string, rows: readonly Document[]): Promise<void> =>
    documents.insert(`${key}.${collection}`, rows)
  await insert(SESSION, [
    {
      _id: 0n,
      dc_id: BigInt(dc.id),
      api_id: numberValue(session.apiId),
      test_mode: testModeOf(session),
      auth_key: authKey.open(),
      date: numberValue(session.savedAt ?? 0),
      user_id: account.id,
      is_bot: account.isBot,
    },
  ])
  await writePeers(session, insert)
  const written = new Set<bigint>([0n])
  if (session.updateState !== null) await insert(STATES, [{ _id: 0n, ...stateFields(session.updateState) }])
  for await (const states of session.channelStates.batches()) {
    const fresh = states.filter(({ channelId }) => !written.has(channelId))
    for (const { channelId } of fresh) written.add(channelId)
    await insert(
      STATES,
      fresh.map((state) => ({ _id: markedId('channel', state.channelId), ...stateFields(state) })),
    )
  }
}

/** Takes the session out with all that it cached. @throws AppError session.not-found */
export async function removePyrogramMongo(documents: DocumentsWriter, key: string): Promise<void> {
  const place = await placeOf(documents, key)
  if (place === null) throw new AppError('session.not-found', {})
  for (const collection of COLLECTIONS) {
    if (place.collections.has(collection)) await documents.remove(`${key}.${collection}`, {})
  }
}

type Insert = (collection: string, rows: readonly Document[]) => Promise<void>

async function writePeers(session: Session, insert: Insert): Promise<void> {
  const written = new Set<bigint>()
  const named = new Set<string>()
  for await (const peers of session.peers.batches()) {
    const rows: Document[] = []
    const usernames: Document[] = []
    for (const peer of peers) {
      const id = markedId(peer.kind, peer.id)
      if (written.has(id)) continue
      written.add(id)
      const date = numberValue(peer.updatedAt ?? 0)
      rows.push({
        _id: id,
        // Basic groups have no hash: the library writes 0.
        access_hash: peer.kind === 'chat' ? (peer.accessHash ?? 0n) : peer.accessHash,
        type: typeWordOf(peer, shapes.F4),
        username: peer.usernames[0] ?? null,
        phone_number: peer.phone,
        last_update_on: date,
      })
      if (peer.usernames.length < 2) continue
      for (const username of peer.usernames) {
        if (named.has(username)) continue
        named.add(username)
        usernames.push({ _id: username, peer_id: id, last_update_on: date })
      }
    }
    await insert(PEERS, rows)
    await insert(USERNAMES, usernames)
  }
}

function stateFields({ pts, qts, date, seq }: UpdateState): Document {
  return { pts: numberValue(pts), qts: numberValue(qts), date: numberValue(date), seq: numberValue(seq) }
}
