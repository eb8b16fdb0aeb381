import { fingerprint } from '../backends/file-facts.ts'
import { AppError } from '../domain/errors.ts'
import { explainForeignTables } from '../formats/foreign.ts'
import type { Decoded, PeerPage, PeerQuery, StoredSession, TablesFormat, Unlock } from '../formats/format.ts'
import type { TablesReader } from '../formats/media.ts'
import type { DecodedPlaces } from './decoded-places.ts'
import { deleteFromFolder } from './delete-from-folder.ts'
import { writeNewSession } from './file-add.ts'
import { rawRows, rawTables } from './file-raw.ts'
import { pageOfCollection, searchCollection } from './file-windows.ts'
import type { ScannedFile } from './scan-types.ts'
import type { Passcodes } from './passcodes.ts'
import type { Snapshots } from './peers-snapshots.ts'
import { formatOf, inFile, tablesClaims } from './probe-content.ts'
import { assertNoReplica } from './replica.ts'
import { decodePlace, isDatabase, locatePlace, type Place, signatureOf } from './read-place.ts'
import type { TrashAccess } from './scanner.ts'
import type { OpenSession, SessionStore, SessionSummary } from './session-store.ts'

export interface FolderStoreOptions {
  readonly root: string
  readonly isFile: boolean
  readonly snapshots: Snapshots
  readonly trash: () => TrashAccess
  readonly rescan: (root: string, keys: readonly string[]) => Promise<readonly ScannedFile[]>
  readonly passcodes: Pick<Passcodes, 'get'>
  readonly decoded: DecodedPlaces
}

/** The store over a folder or a single file. Every read works on a private view of the place. */
export function createFolderStore(options: FolderStoreOptions): SessionStore {
  const { root, snapshots } = options

  const locate = (key: string): Place => locatePlace(root, key)
  const unlockOf = ({ path }: Place): Unlock => ({ passcode: options.passcodes.get(path) })

  const summary = async (key: string): Promise<SessionSummary> => {
    const place = locate(key)
    const [file] = await options.rescan(root, [place.fileKey])
    const found = file?.summaries.find((candidate) => candidate.key === key)
    if (!found) throw new AppError('session.not-found', { file: place.path })
    return found
  }

  const open = async (key: string): Promise<OpenSession> => {
    const place = locate(key)
    if (!isDatabase(place)) return { ...(await decodePlace(place, unlockOf(place))), close: async () => undefined }
    const reader = await snapshots.open(place.path)
    try {
      const { stored } = await findIn(reader, place)
      return { ...stored.decoded, close: async () => reader.close() }
    } catch (error) {
      reader.close()
      throw error
    }
  }

  /** What is read whole is kept for the next page. */
  const decoded = (place: Place): Promise<Decoded> => {
    const name = `${place.path}\0${place.inner}`
    return options.decoded.use(
      name,
      () => signatureOf(place),
      () => decodePlace(place, unlockOf(place)),
    )
  }

  /** Work over a view that is shared between calls: quick when a person turns page after page. */
  const withTables = <T>(place: Place, work: (tables: TablesReader, format: TablesFormat) => Promise<T>): Promise<T> =>
    snapshots.use(place.path, async (tables) => work(tables, await formatIn(tables, place)))

  const withDecoded = async <T>(key: string, work: (decoded: Decoded) => Promise<T>): Promise<T> => {
    const place = locate(key)
    if (!isDatabase(place)) return work(await decoded(place))
    return snapshots.use(place.path, async (tables) => work((await findIn(tables, place)).stored.decoded))
  }

  const deleteSession = async (key: string): Promise<string> => {
    const place = locate(key)
    const { trash, describe } = options.trash()
    const input = async () => ({ reason: 'deleted' as const, ...describe(root, key), summary: await summary(key) })
    if (place.isFolder) return deleteFromFolder(place, unlockOf(place), trash, input)
    if (place.inner !== '') {
      const reason = 'this file holds several sessions, and deleting it would delete them all'
      throw new AppError('request.unsupported', { reason })
    }
    assertNoReplica(place.path)
    const { facts } = fingerprint(place.path)
    const companions = facts.companions.map(({ name }) => place.path + name.slice(name.lastIndexOf('-')))
    return trash.takeFile({ ...(await input()), path: place.path, companions })
  }

  const store: SessionStore = {
    summary,
    open,
    peers: async (key: string, query: PeerQuery): Promise<PeerPage> => {
      const place = locate(key)
      if (!isDatabase(place)) return searchCollection((await decoded(place)).session.peers, query)
      return withTables(place, async (tables, format) => {
        if (format.peers) return format.peers(tables, place.inner, query)
        return searchCollection((await findIn(tables, place)).stored.decoded.session.peers, query)
      })
    },
    channelStates: (key, window) => withDecoded(key, ({ session }) => pageOfCollection(session.channelStates, window)),
    sentFiles: (key, window) => withDecoded(key, ({ session }) => pageOfCollection(session.sentFiles, window)),
    rawTables: async (key) => {
      const place = locate(key)
      return isDatabase(place) ? snapshots.use(place.path, rawTables) : []
    },
    rawRows: async (key, table, window) => {
      const place = locate(key)
      if (!isDatabase(place)) throw new AppError('request.unsupported', { reason: 'this session has no tables' })
      return withTables(place, (tables, format) => rawRows(tables, format.secretColumns, table, window))
    },
    delete: deleteSession,
  }
  if (options.isFile) return store
  return { ...store, add: (name, session, target) => writeNewSession(root, name, session, target) }
}

async function formatIn(tables: TablesReader, place: Place): Promise<TablesFormat> {
  const schema = await tables.schema()
  const format = formatOf(tablesClaims(schema))
  if (!format) throw inFile(explainForeignTables(schema), place.path)
  return format
}

async function findIn(tables: TablesReader, place: Place): Promise<{ stored: StoredSession }> {
  const format = await formatIn(tables, place)
  const stored = (await format.list(tables)).find(({ key }) => key === place.inner)
  if (!stored) throw new AppError('session.not-found', { file: place.path })
  return { stored }
}
