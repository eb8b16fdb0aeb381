import { setTimeout as sleep } from 'node:timers/promises'
import { readSqliteBytes } from '../backends/sqlite.ts'
import type { StoreConnection } from '../backends/store.ts'
import { AppError, isAppError } from '../domain/errors.ts'
import type { Session } from '../domain/session.ts'
import { deckSqlite } from '../formats/deck/sqlite.ts'
import type { EncodeOptions, StoredSession } from '../formats/format.ts'
import { refuseOtherServer } from '../formats/other-server.ts'
import type { CatalogStore } from './catalog.ts'
import type { StoredRow } from './catalog-write.ts'
import { isCustomKind } from './custom-backends.ts'
import { imageOf } from './deck-store.ts'
import { freeName } from './deck-store-name.ts'
import { pageOfCollection, searchCollection } from './file-windows.ts'
import type { Ref, SourceRecord, StoreAccess, Trash, TrashRecord } from './interfaces.ts'
import { loginOf } from './own-writes.ts'
import type { SessionStore, WriteTarget } from './session-store.ts'
import type { StoreConnections } from './store-connections.ts'
import { type BoundFormat, boundFormat } from './store-formats.ts'
import { splitStoreKey, storeKey } from './store-keys.ts'
import { storeRaw } from './store-raw.ts'
import { storedRow, storedSummary } from './store-rows.ts'

export interface StoreSessionsOptions {
  /** As it is now: names and permissions change. */
  readonly record: () => SourceRecord & { readonly store: StoreAccess }
  readonly connections: StoreConnections
  readonly catalog: Pick<CatalogStore, 'find' | 'names'>
  readonly trash: () => Pick<Trash, 'keepBytes' | 'purge'>
  readonly now: () => number
  /** Takes what a write changed into the list. */
  readonly refresh: (key: string) => Promise<void>
  /** Takes into the list what a write said of itself. */
  readonly show: (row: StoredRow) => void
}

export interface StoreSessions {
  /** Reads always, and writes where that is allowed. */
  store(): SessionStore
  /** Puts back what `delete` gave to the trash. @throws AppError source.exists, source.read-only */
  restore(record: TrashRecord, image: Uint8Array): Promise<Ref>
}

/** Where sessions of a format are is counted over the whole store: not before each of thousands that are added. */
const SURVEYED_MS = 2000

interface SurveyedPlace {
  readonly connection: StoreConnection
  readonly formatId: string
  readonly prefix: string
  readonly untilMs: number
}

/** How often a session that changes all the time is read again before it is deleted. */
const DELETE_TRIES = 3

/** Sessions of a shared store. Every write is one transaction. */
export function createStoreSessions(options: StoreSessionsOptions): StoreSessions {
  const { connections, catalog } = options
  const surveyed: { found: SurveyedPlace | null } = { found: null }

  function withFormat<T>(key: string, work: (bound: BoundFormat, own: string) => Promise<T>): Promise<T> {
    const { formatId, key: own } = splitStoreKey(key)
    return connections.use((connection) => work(boundFormat(connection, formatId), own))
  }

  const withStored = <T>(key: string, work: (stored: StoredSession, bound: BoundFormat) => Promise<T>): Promise<T> =>
    withFormat(key, async (bound, own) => work(await found(bound, own), bound))

  function assertWritable(): void {
    const { name, store } = options.record()
    if (store.readOnly) throw new AppError('source.read-only', { file: name, guarded: true })
  }

  const reads: SessionStore = {
    summary: (key) => withStored(key, async (stored, { format }) => storedSummary(format, stored)),

    async open(key) {
      const { formatId, key: own } = splitStoreKey(key)
      const { connection, release } = await connections.hold()
      try {
        const { decoded } = await found(boundFormat(connection, formatId), own)
        return { ...decoded, close: async () => release() }
      } catch (error) {
        release()
        throw error
      }
    },

    peers: (key, query) =>
      withFormat(key, async (bound, own) =>
        bound.peers
          ? bound.peers(own, query)
          : searchCollection((await found(bound, own)).decoded.session.peers, query),
      ),

    channelStates: (key, window) =>
      withStored(key, ({ decoded }) => pageOfCollection(decoded.session.channelStates, window)),

    sentFiles: (key, window) => withStored(key, ({ decoded }) => pageOfCollection(decoded.session.sentFiles, window)),

    ...storeRaw(withFormat),
  }

  async function add(wish: string, session: Session, target: WriteTarget): Promise<string> {
    assertWritable()
    const { id } = options.record()
    const { key, row } = await connections.use(async (connection) => {
      const bound = boundFormat(connection, target.formatId)
      refuseOtherServer(session, bound.format)
      const prefix = await prefixFor(connection, bound)
      const readsBack = readsItsWrites(connection)
      const known: ReadonlySet<string> = target.resumes ? new Set() : catalog.names(id)
      const tried = new Set<string>()
      for (;;) {
        const name = freeName(wish, { has: (one) => tried.has(one) || known.has(one) })
        const own = bound.keyFor(prefix, name)
        const outcome = await addOne(bound, own, session, target, readsBack)
        if (outcome !== 'taken') return { key: storeKey(bound.format.id, own), row: outcome.row }
        tried.add(name)
      }
    })
    if (row) options.show(row)
    else await options.refresh(key)
    return key
  }

  /** A module of the person's own may say that it wrote and not have: what it holds is looked at afterwards. */
  function readsItsWrites({ medium }: StoreConnection): boolean {
    return medium === 'tables' && !isCustomKind(options.record().store.location.kind)
  }

  /** Where new sessions go: where the person pointed, else where such sessions are, else where the format puts them. */
  async function prefixFor(connection: StoreConnection, bound: BoundFormat): Promise<string> {
    const { prefix } = options.record().store.location
    if (prefix !== '') return prefix
    const formatId = bound.format.id
    const { found } = surveyed
    if (found?.connection === connection && found.formatId === formatId && performance.now() < found.untilMs) {
      return found.prefix
    }
    const places = await bound.survey(new AbortController().signal)
    const known = places.toSorted((a, b) => (b.sessions ?? 0) - (a.sessions ?? 0))[0]
    if (known) {
      const untilMs = performance.now() + SURVEYED_MS
      surveyed.found = { connection, formatId, prefix: known.prefix, untilMs }
    }
    return known?.prefix ?? ''
  }

  async function remove(key: string): Promise<string> {
    assertWritable()
    const { id: sourceId, name: sourceName } = options.record()
    const entry = catalog.find({ sourceId, key })
    const trashId = await withFormat(key, async (bound, own) => {
      if (!bound.canRemove)
        throw new AppError('request.unsupported', { reason: 'sessions of this format cannot be deleted' })
      for (let tries = 1; ; tries += 1) {
        const stored = await found(bound, own)
        const row = storedRow(bound.format, stored)
        // Somebody put another login there since the person looked.
        if (entry && entry.summary.keyId !== row.summary.keyId)
          throw new AppError('source.changed', { file: entry.summary.name })
        const { image } = await imageOf(stored.decoded.session, imageOptions(row.summary.name))
        const trashed = await options.trash().keepBytes({
          reason: 'deleted',
          sourceId,
          sourceName,
          summary: row.summary,
          givenName: entry?.givenName ?? null,
          path: null,
          bytes: image,
        })
        try {
          await bound.change(async (transaction) => {
            const now = await transaction.read(own)
            if (!now) throw new AppError('session.not-found', {})
            if (storedRow(bound.format, now).signature !== row.signature) {
              throw new AppError('source.changed', { file: row.summary.name })
            }
            await transaction.remove(own)
          })
          return trashed
        } catch (error) {
          // A connection lost on the way leaves open whether it is gone: then the copy stays.
          if (isAppError(error, 'source.unreachable')) throw error
          await options.trash().purge(trashed)
          if (!isAppError(error, 'source.changed') || tries === DELETE_TRIES) throw error
        }
      }
    })
    await options.refresh(key)
    return trashId
  }

  function imageOptions(name: string): EncodeOptions {
    return {
      variant: deckSqlite.defaultVariant,
      options: new Map([['name', name]]),
      nowSeconds: Math.floor(options.now() / 1000),
    }
  }

  return {
    store: () => (options.record().store.readOnly ? reads : { ...reads, add, delete: remove }),

    async restore({ summary }, image) {
      assertWritable()
      const tables = readSqliteBytes(image)
      try {
        const [stored] = await deckSqlite.list(tables)
        if (!stored) throw new AppError('format.malformed', { format: deckSqlite.id, reason: 'it holds no session' })
        const { formatId, key } = splitStoreKey(summary.key)
        const outcome = await connections.use((connection) => {
          const bound = boundFormat(connection, formatId)
          const variant = summary.format?.variant ?? bound.format.defaultVariant
          const encode = { variant, options: new Map<string, string>(), nowSeconds: Math.floor(options.now() / 1000) }
          return addOne(bound, key, stored.decoded.session, { formatId, options: encode }, false)
        })
        if (outcome === 'taken') throw new AppError('source.exists', { file: summary.name })
      } finally {
        tables.close()
      }
      await options.refresh(summary.key)
      return { sourceId: options.record().id, key: summary.key }
    },
  }
}

async function found(bound: BoundFormat, key: string): Promise<StoredSession> {
  const stored = await bound.read(key)
  if (!stored) throw new AppError('session.not-found', {})
  return stored
}

/** How often a transaction is done again when somebody else wrote at the same time. */
const WRITE_TRIES = 6

/**
 * One transaction: nothing is written where something lies already. With `readsBack` it answers what the list is to show
 * of it, as the store itself has it then.
 */
async function addOne(
  bound: BoundFormat,
  key: string,
  session: Session,
  { options, resumes }: WriteTarget,
  readsBack: boolean,
): Promise<'taken' | { readonly row: StoredRow | null }> {
  const rowOf = (stored: StoredSession | null): { readonly row: StoredRow | null } => ({
    row: readsBack && stored ? storedRow(bound.format, stored) : null,
  })
  for (let tries = 1; ; tries += 1) {
    try {
      return await bound.change(async (transaction) => {
        const there = await transaction.read(key)
        if (there) return resumes && isSameLogin(there.decoded.session, session) ? rowOf(there) : 'taken'
        await transaction.write(key, session, options)
        return rowOf(readsBack ? await transaction.read(key) : null)
      })
    } catch (error) {
      // Nothing a person saw is at stake here, as it is when something is replaced: the next look decides.
      if (!isAppError(error, 'source.changed') || tries === WRITE_TRIES) throw error
      await sleep(Math.random() * 20 * 2 ** tries)
    }
  }
}

function isSameLogin(one: Session, other: Session): boolean {
  const login = loginOf(one)
  return login !== null && login === loginOf(other)
}
