import { createSqliteMemory } from '../backends/sqlite.ts'
import { AppError } from '../domain/errors.ts'
import { fields, type Session } from '../domain/session.ts'
import type { Ports } from '../ports.ts'
import { channelStateFrom, CHANNEL_STATE_COLUMNS, SENT_FILE_COLUMNS, sentFileFrom } from '../formats/deck/rows.ts'
import { deckSqlite } from '../formats/deck/sqlite.ts'
import type { Decoded, EncodeOptions } from '../formats/format.ts'
import type { Row } from '../formats/media.ts'
import type { CatalogStore } from './catalog.ts'
import { openImageCache } from './deck-store-images.ts'
import { freeName } from './deck-store-name.ts'
import { rawRows, rawTables } from './file-raw.ts'
import type { Ref, Trash, TrashRecord } from './interfaces.ts'
import type { FileFacts } from './scan-types.ts'
import { summaryOf } from './session-reader.ts'
import type { SessionStore, SessionSummary, Window } from './session-store.ts'
import { newEntryId } from './vault-files.ts'

/** Where the images of a built-in source are kept. `raw` bytes are as they lie: sealed in the vault. */
export interface Keeper {
  keys(): Promise<readonly string[]>
  /** The image itself. @throws AppError session.not-found, protection.locked */
  load(key: string): Promise<Uint8Array>
  save(key: string, image: Uint8Array): Promise<void>
  loadRaw(key: string): Promise<Uint8Array>
  /** @throws AppError source.exists */
  saveRaw(key: string, raw: Uint8Array): Promise<void>
  remove(key: string): Promise<void>
  /** Null where an entry is no file. */
  facts(key: string): Promise<FileFacts | null>
}

/** A store over sessions of our own, one image each. Rows of the list come from the catalog, also while locked. */
export interface DeckStore extends Required<SessionStore> {
  /** Brings catalog and keeper together: takes rows without an entry out, reads entries without a row where it may. */
  reconcile(): Promise<void>
  /** Puts back what `delete` gave to the trash. @throws AppError source.exists */
  restore(record: TrashRecord, raw: Uint8Array): Promise<Ref>
  /** Closes what is open in memory (lock, close). */
  forget(): void
}

interface DeckStoreOptions {
  readonly sourceId: string
  readonly keeper: Keeper
  readonly catalog: CatalogStore
  readonly trash: () => Pick<Trash, 'keepBytes'>
  readonly randomBytes: Ports['randomBytes']
  readonly log: Ports['log']
}

/** The one session of an image has the empty key. */
const KEY_IN_IMAGE = ''

export function openDeckStore(options: DeckStoreOptions): DeckStore {
  const { sourceId, keeper, catalog } = options
  const images = openImageCache((key) => keeper.load(key))

  async function enter(key: string, summary: SessionSummary): Promise<void> {
    catalog.putSession(sourceId, summary, await keeper.facts(key))
  }

  async function windowOf<T>(key: string, table: string, columns: string, window: Window, from: (row: Row) => T) {
    const { tables } = await images.get(key)
    const rows = await tables.query(`SELECT ${columns} FROM ${table} ORDER BY session, position LIMIT ? OFFSET ?`, [
      BigInt(window.limit),
      BigInt(window.offset),
    ])
    return { total: await tables.count(table), rows: rows.map(from) }
  }

  return {
    summary: async (key) => catalog.get({ sourceId, key }).summary,

    async open(key) {
      const { tables, stored } = await images.open(key)
      return { ...stored.decoded, close: async () => tables.close() }
    },

    async peers(key, query) {
      const { tables } = await images.get(key)
      if (!deckSqlite.peers) throw new AppError('request.unsupported', { reason: 'no peers' })
      return deckSqlite.peers(tables, KEY_IN_IMAGE, query)
    },

    channelStates: (key, window) =>
      windowOf(key, 'deck_channel_states', CHANNEL_STATE_COLUMNS, window, channelStateFrom),

    sentFiles: (key, window) => windowOf(key, 'deck_sent_files', SENT_FILE_COLUMNS, window, sentFileFrom),

    rawTables: async (key) => rawTables((await images.get(key)).tables),

    rawRows: async (key, table, window) =>
      rawRows((await images.get(key)).tables, deckSqlite.secretColumns, table, window),

    async add(wish, session, target) {
      const name = freeName(wish, catalog.names(sourceId))
      const encode = { ...target.options, options: new Map([['name', name]]) }
      const key = newEntryId(options.randomBytes)
      const { image, decoded } = await imageOf(session, encode)
      await keeper.save(key, image)
      await enter(key, summaryOfDeck(key, name, decoded))
      return key
    },

    async delete(key) {
      const entry = catalog.get({ sourceId, key })
      const id = await options.trash().keepBytes({
        reason: 'deleted',
        sourceId,
        sourceName: entry.sourceName,
        summary: entry.summary,
        givenName: entry.givenName,
        path: null,
        bytes: await keeper.loadRaw(key),
      })
      images.forget(key)
      await keeper.remove(key)
      catalog.removeFiles(sourceId, [key], Number.POSITIVE_INFINITY)
      return id
    },

    async restore(record, raw) {
      const { key } = record.summary
      await keeper.saveRaw(key, raw)
      await enter(key, record.summary)
      return { sourceId, key }
    },

    async reconcile() {
      const known = new Set(catalog.fileKeys(sourceId))
      const kept = new Set(await keeper.keys())
      const gone = [...known].filter((key) => !kept.has(key))
      catalog.removeFiles(sourceId, gone, Number.POSITIVE_INFINITY)
      for (const key of kept) {
        if (known.has(key)) continue
        try {
          const { tables, stored } = await images.open(key)
          tables.close()
          await enter(key, summaryOfDeck(key, stored.name ?? key, stored.decoded))
        } catch (error) {
          if (error instanceof AppError && error.code === 'protection.locked') return
          options.log.warn('an entry could not be read', { sourceId, key })
        }
      }
    },

    forget: () => images.forgetAll(),
  }
}

const CARRIES = new Set(fields)

/** The image, and the session as it is in there: read back before the database goes, for a large one is not opened twice. */
export async function imageOf(
  session: Session,
  options: EncodeOptions,
): Promise<{ image: Uint8Array; decoded: Decoded }> {
  const tables = createSqliteMemory()
  try {
    await deckSqlite.write?.(tables, KEY_IN_IMAGE, session, options)
    const [stored] = await deckSqlite.list(tables)
    if (!stored) throw new AppError('internal', { reason: 'the session was not written' })
    return { image: tables.serialize(), decoded: stored.decoded }
  } finally {
    tables.close()
  }
}

function summaryOfDeck(key: string, name: string, decoded: Decoded): SessionSummary {
  return summaryOf(decoded, CARRIES, { key, name, path: null })
}
