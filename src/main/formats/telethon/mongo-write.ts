import { AppError } from '../../domain/errors.ts'
import { homeOf, type Session, type UpdateState } from '../../domain/session.ts'
import { endpointOf } from '../address.ts'
import { databaseOf } from '../documents/databases.ts'
import { numberValue, withoutNulls } from '../documents/values.ts'
import type { EncodeOptions } from '../format.ts'
import type { Document, DocumentsWriter } from '../media.ts'
import { requireKey, requirePlace } from '../write-checks.ts'
import { flagOf } from '../write-options.ts'
import { CURRENT, EARLY, type Generation, placeOf, splitKey, VERSION } from './mongo-place.ts'
import { rowFromPeer } from './peers.ts'

const LIBRARY_VERSION = 1n

/** Writes the one session of a database, in place of one that is there. What is there keeps its generation. */
export async function writeMongo(
  documents: DocumentsWriter,
  key: string,
  session: Session,
  options: EncodeOptions,
  id: string,
): Promise<void> {
  const home = homeOf(session)
  const authKey = requireKey(home)
  const dc = requirePlace(home, id)
  const endpoint = endpointOf(dc, session.test, flagOf(options, 'ipv6') ? 'ipv6' : 'ipv4')
  if (endpoint === null) throw new AppError('format.missing-field', { format: id, field: 'address' })
  const { name, isEarly } = splitKey(key)
  const known = await placeOf(documents, key)
  const wished = isEarly || options.variant === EARLY.variant ? EARLY : CURRENT
  const generation = known?.generation ?? wished
  const database = await databaseOf(documents, name)
  if (known === null && [...CLEARED(generation)].some((one) => database.collections.has(one))) {
    await refuseForeign(documents, name, generation, database.collections, id)
  }
  await clear(documents, name, generation, database.collections)

  const insert = (collection: string, rows: readonly Document[]): Promise<void> =>
    documents.insert(`${name}.${collection}`, rows)
  const hasVersion = database.collections.has(VERSION) && (await documents.count(`${name}.${VERSION}`)) > 0
  if (!hasVersion) await insert(VERSION, [{ version: LIBRARY_VERSION }])
  await insert(generation.session, [
    withoutNulls({
      dc_id: BigInt(dc.id),
      server_address: endpoint.address,
      port: BigInt(endpoint.port),
      auth_key: authKey.open(),
      takeout_id: session.takeoutId,
    }),
  ])
  await writeEntities(session, (rows) => insert(generation.entities, rows))
  await writeStates(session, (rows) => insert(generation.updateStates, rows))
  await writeFiles(session, options, (rows) => insert(generation.sentFiles, rows))
}

/** Takes the session out with all that it cached. @throws AppError session.not-found */
export async function removeMongo(documents: DocumentsWriter, key: string): Promise<void> {
  const place = await placeOf(documents, key)
  if (place === null) throw new AppError('session.not-found', {})
  await clear(documents, place.database.name, place.generation, place.database.collections)
}

const CLEARED = ({ session, entities, sentFiles, updateStates }: Generation): readonly string[] => [
  session,
  entities,
  sentFiles,
  updateStates,
]

async function clear(
  documents: DocumentsWriter,
  database: string,
  generation: Generation,
  collections: ReadonlySet<string>,
): Promise<void> {
  for (const collection of CLEARED(generation)) {
    if (collections.has(collection)) await documents.remove(`${database}.${collection}`, {})
  }
}

/** Collections of the same names that hold something and no session are another program's, or what a logout left. */
async function refuseForeign(
  documents: DocumentsWriter,
  database: string,
  generation: Generation,
  collections: ReadonlySet<string>,
  id: string,
): Promise<void> {
  if (generation === CURRENT) return
  for (const collection of CLEARED(generation)) {
    if (collections.has(collection) && (await documents.count(`${database}.${collection}`)) > 0) {
      throw new AppError('format.not-writable', { format: id, reason: 'the database holds documents of another kind' })
    }
  }
}

type Insert = (rows: readonly Document[]) => Promise<void>

async function writeEntities(session: Session, insert: Insert): Promise<void> {
  // One document to an id; the later would be refused.
  const written = new Set<bigint>([0n])
  if (session.account !== null) await insert([{ _id: 0n, hash: session.account.id }])
  for await (const peers of session.peers.batches()) {
    const rows = peers.flatMap((peer) => {
      const [id, hash, username, phone, name] = rowFromPeer(peer)
      if (written.has(id)) return []
      written.add(id)
      return [withoutNulls({ _id: id, hash, username: username ?? null, phone: phone ?? null, name: name ?? null })]
    })
    await insert(rows)
  }
}

async function writeStates(session: Session, insert: Insert): Promise<void> {
  const fields = ({ pts, qts, date, seq }: UpdateState): Document => ({
    pts: numberValue(pts),
    qts: numberValue(qts),
    // The field takes whole numbers alone.
    date: numberValue(date === null ? null : Math.trunc(date)),
    seq: numberValue(seq),
  })
  if (session.updateState !== null) await insert([withoutNulls({ _id: 0n, ...fields(session.updateState) })])
  const written = new Set<bigint>([0n])
  for await (const states of session.channelStates.batches()) {
    const fresh = states.filter(({ channelId }) => !written.has(channelId))
    for (const { channelId } of fresh) written.add(channelId)
    await insert(fresh.map((state) => withoutNulls({ _id: state.channelId, ...fields(state) })))
  }
}

async function writeFiles(session: Session, options: EncodeOptions, insert: Insert): Promise<void> {
  const written = new Set<bigint>()
  let dropped = 0
  for await (const files of session.sentFiles.batches()) {
    const rows = files.flatMap((file) => {
      if (written.has(file.id)) {
        dropped += 1
        return []
      }
      written.add(file.id)
      return [
        {
          _id: file.id,
          md5_digest: file.md5,
          file_size: file.size,
          type: file.type === 'photo' ? 1n : 0n,
          hash: file.accessHash,
        },
      ]
    })
    await insert(rows)
  }
  options.onDropped?.('sent-files', dropped, 'the store keeps one upload for each remote file')
}
