import type { AnyStoreKind, StoreBackend } from '../backends/store.ts'
import { AppError, isAppError } from '../domain/errors.ts'
import type { Problem } from '../domain/problem.ts'
import type { Secret } from '../domain/secret.ts'
import type { Log } from '../ports.ts'
import type { CatalogStore } from './catalog.ts'
import type { StoredRow } from './catalog-write.ts'
import type { SourceRecord, StoreAccess, Trash } from './interfaces.ts'
import type { LiveSource } from './library-source.ts'
import { problemOf } from './session-reader.ts'
import { type Lease, openStoreConnections } from './store-connections.ts'
import { boundFormat } from './store-formats.ts'
import { splitStoreKey } from './store-keys.ts'
import { listStore } from './store-list.ts'
import { storedRow } from './store-rows.ts'
import { createStoreSessions, type StoreSessions } from './store-sessions.ts'

/** A shared store at work: connected to when needed, listed, then watched or looked at from time to time. */
export interface StoreSource extends LiveSource, StoreSessions {
  /** The app was locked or unlocked. */
  protectionChanged(): void
  /** What reaches it is another by now, or nothing at all: looks again over a new connection. */
  reconnect(): void
}

export interface StoreSourceOptions {
  /** As it is now. */
  readonly record: () => SourceRecord & { readonly store: StoreAccess }
  /** @throws AppError protection.locked */
  readonly password: () => Secret | null
  readonly backend: (kind: AnyStoreKind) => Promise<StoreBackend>
  readonly catalog: CatalogStore
  readonly trash: () => Pick<Trash, 'keepBytes' | 'purge'>
  readonly now: () => number
  readonly log: Log
  readonly onState: () => void
}

export const CONNECT_TIMEOUT_MS = 10_000
export const COMMAND_TIMEOUT_MS = 20_000
const IDLE_MS = 15_000
/** A store that keeps account of its changes is asked for that; looked at all the same now and then. */
const PROBE_MS = 1000
const PROBED_LOOK_MS = 60_000
/** A store that tells nothing is looked at this often, a large one less. */
const LOOK_MS = { least: 1500, most: 30_000, perLook: 10 }
/** One that tells is still asked whether it lives, and whether anything was missed. */
const WATCHED_LOOK_MS = { least: 15_000, most: 60_000, perLook: 20 }
const RETRY_MS = { first: 1000, most: 15_000 }
/** Changes come in bursts: one look answers them all. Where bots write all the time, looks leave pauses between them. */
const GATHER_MS = { least: 100, most: 1500, perLook: 2 }

export function openStoreSource(options: StoreSourceOptions): StoreSource {
  const { record, catalog, onState, log } = options
  const { id } = record()
  const stop = new AbortController()
  let state: LiveSource['state'] = 'scanning'
  let problem: Problem | null = null
  let progress: LiveSource['progress'] = null
  let watch: { readonly lease: Lease; readonly end: (() => Promise<void>) | null } | null = null
  /** What the store's account of its changes said before the last look. */
  let word: string | null = null
  let lookAt = 0
  /** How long the last look took. */
  let lookMs = 0
  let failures = 0
  /** How often the connection was cut on purpose: what fails by it is no failure. */
  let cuts = 0
  /** Keys that a write of ours brought up to date while a look is under way. */
  let fresher: Set<string> | null = null
  /** Looks that were asked for, and those that are done. */
  let wanted = 1
  let served = 0
  let resting: { resolve(): void; wakes: boolean } | null = null
  let looked = Promise.withResolvers<void>()

  const connections = openStoreConnections({
    idleMs: IDLE_MS,
    // A look that failed is repeated by itself.
    onBroken: () => {
      if (fresher === null) want()
    },
    async connect(signal) {
      const { location } = record().store
      const backend = await options.backend(location.kind)
      const limits = { connectTimeoutMs: CONNECT_TIMEOUT_MS, commandTimeoutMs: COMMAND_TIMEOUT_MS }
      return backend.connect(location, { password: options.password() }, { signal, ...limits })
    },
  })
  const sessions = createStoreSessions({
    record,
    connections,
    catalog,
    trash: options.trash,
    now: options.now,
    refresh: (key) => refresh([key]),
    show,
  })

  function change(next: LiveSource['state'], why: Problem | null): void {
    if (state === next && problem?.message === why?.message && progress === null) return
    state = next
    problem = why
    progress = null
    onState()
  }

  function want(): void {
    wanted += 1
    if (resting?.wakes) resting.resolve()
  }

  /** Tells first, lists then: nothing is missed between the two. */
  async function startWatch(): Promise<void> {
    if (watch && !watch.lease.isBroken()) return
    await stopWatch()
    const lease = await connections.hold()
    try {
      const end = await lease.connection.watch(record().store.location.prefix, want, want)
      // A store that tells nothing needs no connection between two looks.
      if (end === null) lease.release()
      watch = { lease, end }
    } catch (error) {
      lease.release()
      throw error
    }
  }

  async function stopWatch(): Promise<void> {
    const old = watch
    watch = null
    await old?.end?.().catch(() => undefined)
    old?.lease.release()
  }

  function cut(): void {
    void stopWatch().then(() => connections.drop())
    want()
  }

  function isLocked(): boolean {
    try {
      options.password()
      return false
    } catch (error) {
      return isAppError(error, 'protection.locked')
    }
  }

  async function probe(): Promise<string | null> {
    const { prefix } = record().store.location
    return connections.use(async (connection) => (await connection.probe?.(prefix)) ?? null)
  }

  async function isUnchanged(): Promise<boolean> {
    if (word === null || wanted > served || performance.now() >= lookAt) return false
    return (await probe()) === word
  }

  async function look(): Promise<void> {
    fresher = new Set()
    try {
      await startWatch()
      word = watch?.end ? null : await probe()
      const mine = fresher
      const found = await connections.use((connection) =>
        listStore(connection, {
          sourceId: id,
          prefix: record().store.location.prefix,
          catalog,
          now: options.now,
          signal: stop.signal,
          fresher: mine,
          onProgress(done, total) {
            if (state !== 'scanning') return
            progress = { done, total }
            onState()
          },
        }),
      )
      failures = 0
      change('live', found)
    } finally {
      fresher = null
    }
  }

  /** @returns how long to wait until the next look, null: until something happens */
  async function round(): Promise<number | null> {
    const startedAt = performance.now()
    const cutsBefore = cuts
    try {
      if (await isUnchanged()) return PROBE_MS
      await look()
    } catch (error) {
      if (stop.signal.aborted) return null
      await stopWatch()
      word = null
      // A lock that comes while a look is under way cuts its connection.
      if (isAppError(error, 'protection.locked') || isLocked()) {
        change('locked', null)
        return null
      }
      await connections.drop()
      if (cuts > cutsBefore) return 0
      log.warn('a store could not be read', { sourceId: id, code: isAppError(error) ? error.code : 'unknown' })
      change('error', problemOf(error))
      failures += 1
      return Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** (failures - 1))
    }
    lookMs = performance.now() - startedAt
    lookAt = performance.now() + PROBED_LOOK_MS
    if (word !== null) return PROBE_MS
    return within(watch?.end ? WATCHED_LOOK_MS : LOOK_MS, lookMs)
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      const serving = wanted
      const waitMs = await round()
      served = serving
      looked.resolve()
      looked = Promise.withResolvers()
      if (wanted === serving) await rest(waitMs, true)
      if (wanted > serving) await rest(within(GATHER_MS, lookMs), false)
    }
    looked.resolve()
  }

  /** Until the time is over, or something is wanted where that counts. */
  function rest(ms: number | null, wakes: boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    if (stop.signal.aborted) resolve()
    const timer = ms === null ? undefined : setTimeout(resolve, ms).unref()
    resting = { resolve, wakes }
    return promise.finally(() => clearTimeout(timer))
  }

  async function refresh(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      fresher?.add(key)
      const { formatId, key: own } = splitStoreKey(key)
      const row = await connections.use(async (connection) => {
        const bound = boundFormat(connection, formatId)
        const stored = await bound.read(own)
        return stored && storedRow(bound.format, stored)
      })
      if (stop.signal.aborted) return
      if (row) catalog.putStored(id, [row])
      else catalog.removeFiles(id, [key], Number.POSITIVE_INFINITY)
    }
  }

  function show(row: StoredRow): void {
    if (stop.signal.aborted) return
    fresher?.add(row.summary.key)
    catalog.putStored(id, [row])
  }

  let running: Promise<void> | null = null

  return {
    ...sessions,
    get state() {
      return state
    },
    get problem() {
      return problem
    },
    get progress() {
      return progress
    },
    scan(afterMs = 0) {
      if (state !== 'locked') change('scanning', null)
      if (running) return want()
      running = rest(afterMs, false).then(run)
    },
    refresh,
    check: async () => undefined,
    protectionChanged() {
      if (record().store.hasPassword) cut()
    },
    reconnect() {
      cuts += 1
      if (state !== 'locked') change('scanning', null)
      cut()
    },
    async idle() {
      const until = wanted
      while (running && served < until && !stop.signal.aborted) await looked.promise
    },
    async close() {
      stop.abort()
      resting?.resolve()
      await stopWatch()
      await connections.close()
      await running
    },
  }
}

/** A pause that grows with what a look costs. */
function within(pause: { least: number; most: number; perLook: number }, lookMs: number): number {
  return Math.min(pause.most, Math.max(pause.least, pause.perLook * lookMs))
}

/** @throws AppError request.unsupported for anything but a shared store */
export function storeAccessOf(record: SourceRecord): SourceRecord & { readonly store: StoreAccess } {
  const { store } = record
  if (!store) throw new AppError('request.unsupported', { reason: 'this source is no shared store' })
  return { ...record, store }
}
