import { existsSync } from 'node:fs'
import { fingerprint } from '../backends/file-facts.ts'
import { isSqlite, readFileImage, readHead } from '../backends/file-image.ts'
import { AppError } from '../domain/errors.ts'
import { detectFile } from '../formats/detect.ts'
import { explainForeignBytes, explainForeignTables } from '../formats/foreign.ts'
import type { Decoded, PeerPage, PeerQuery, StoredSession, TablesFormat } from '../formats/format.ts'
import type { TablesReader } from '../formats/media.ts'
import { writeNewSession } from './file-add.ts'
import { rawRows, rawTables } from './file-raw.ts'
import { pageOfCollection, searchCollection } from './file-windows.ts'
import type { ScannedFile } from './interfaces.ts'
import type { Snapshots } from './peers-snapshots.ts'
import { WHOLE_LIMIT_BYTES } from './probe.ts'
import { formatOf, inFile, stringsIn, tablesClaims } from './probe-content.ts'
import { pathIn } from './file-keys.ts'
import type { TrashAccess } from './scanner.ts'
import type { OpenSession, SessionStore, SessionSummary } from './session-store.ts'

export interface FolderStoreOptions {
  readonly root: string
  readonly isFile: boolean
  readonly snapshots: Snapshots
  readonly trash: () => TrashAccess
  readonly rescan: (root: string, keys: readonly string[]) => Promise<readonly ScannedFile[]>
}

/** A session's key taken apart: the file, and which of its sessions when it holds several. */
interface Place {
  readonly fileKey: string
  readonly path: string
  readonly inner: string
}

/** The store over a folder or a single file. Every read works on a private view of the file. */
export function createFolderStore(options: FolderStoreOptions): SessionStore {
  const { root, snapshots } = options

  const locate = (key: string): Place => {
    const path = pathIn(root, key)
    if (existsSync(path)) return { fileKey: key, path, inner: '' }
    const at = key.lastIndexOf('#')
    if (at > 0) {
      const fileKey = key.slice(0, at)
      const filePath = pathIn(root, fileKey)
      if (existsSync(filePath)) return { fileKey, path: filePath, inner: key.slice(at + 1) }
    }
    throw new AppError('session.not-found', { file: path })
  }

  const summary = async (key: string): Promise<SessionSummary> => {
    const place = locate(key)
    const [file] = await options.rescan(root, [place.fileKey])
    const found = file?.summaries.find((candidate) => candidate.key === key)
    if (!found) throw new AppError('session.not-found', { file: place.path })
    return found
  }

  const open = async (key: string): Promise<OpenSession> => {
    const place = locate(key)
    if (!isDatabase(place.path)) return { ...(await decodeFile(place)), close: async () => undefined }
    const reader = await snapshots.open(place.path)
    try {
      const { stored } = await findIn(reader, place)
      return { ...stored.decoded, close: async () => reader.close() }
    } catch (error) {
      reader.close()
      throw error
    }
  }

  /** Work over a view that is shared between calls: quick when a person turns page after page. */
  const withTables = <T>(place: Place, work: (tables: TablesReader, format: TablesFormat) => Promise<T>): Promise<T> =>
    snapshots.use(place.path, async (tables) => work(tables, await formatIn(tables, place)))

  const withDecoded = async <T>(key: string, work: (decoded: Decoded) => Promise<T>): Promise<T> => {
    const place = locate(key)
    if (!isDatabase(place.path)) return work(await decodeFile(place))
    return snapshots.use(place.path, async (tables) => work((await findIn(tables, place)).stored.decoded))
  }

  const store: SessionStore = {
    summary,
    open,
    peers: async (key: string, query: PeerQuery): Promise<PeerPage> => {
      const place = locate(key)
      if (!isDatabase(place.path)) return searchCollection((await decodeFile(place)).session.peers, query)
      return withTables(place, async (tables, format) => {
        if (format.peers) return format.peers(tables, place.inner, query)
        return searchCollection((await findIn(tables, place)).stored.decoded.session.peers, query)
      })
    },
    channelStates: (key, window) => withDecoded(key, ({ session }) => pageOfCollection(session.channelStates, window)),
    sentFiles: (key, window) => withDecoded(key, ({ session }) => pageOfCollection(session.sentFiles, window)),
    rawTables: async (key) => {
      const place = locate(key)
      return isDatabase(place.path) ? snapshots.use(place.path, rawTables) : []
    },
    rawRows: async (key, table, window) => {
      const place = locate(key)
      if (!isDatabase(place.path)) throw new AppError('request.unsupported', { reason: 'this file has no tables' })
      return withTables(place, (tables, format) => rawRows(tables, format.secretColumns, table, window))
    },
    delete: async (key) => {
      const place = locate(key)
      if (place.inner !== '') {
        const reason = 'this file holds several sessions, and deleting it would delete them all'
        throw new AppError('request.unsupported', { reason })
      }
      const { facts } = fingerprint(place.path)
      const { trash, describe } = options.trash()
      return trash.takeFile({
        reason: 'deleted',
        ...describe(root, key),
        summary: await summary(key),
        path: place.path,
        companions: facts.companions.map(({ name }) => place.path + name.slice(name.lastIndexOf('-'))),
      })
    },
  }
  if (options.isFile) return store
  return { ...store, add: (name, session, target) => writeNewSession(root, name, session, target) }
}

function isDatabase(path: string): boolean {
  const head = readHead(path, 16)
  if (!head) throw new AppError('session.not-found', { file: path })
  return isSqlite(head)
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

async function decodeFile(place: Place): Promise<Decoded> {
  const { bytes } = await readFileImage(place.path, { limitBytes: WHOLE_LIMIT_BYTES })
  const whole = formatOf(detectFile(bytes))
  if (whole) return whole.decode(bytes, { passcode: null })
  const strings = stringsIn(bytes)
  if (!strings) throw inFile(explainForeignBytes(bytes), place.path)
  const wanted = strings[place.inner === '' ? 0 : Number(place.inner) - 1]
  if (!wanted) throw new AppError('session.not-found', { file: place.path })
  return wanted.format.decode(wanted.text)
}
