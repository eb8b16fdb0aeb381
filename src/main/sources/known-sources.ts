import { AppError } from '../domain/errors.ts'
import type { Log } from '../ports.ts'
import type { CatalogStore } from './catalog.ts'
import { type Protection, type SourceRecord, type SourceState, VAULT_ID } from './interfaces.ts'
import type { SourceRecords } from './library-records.ts'
import { type LiveSource, openLiveSource } from './library-source.ts'
import type { Scanner } from './scan-types.ts'

/** A start with a known list: about how long the window takes to show it. */
const WINDOW_FIRST_MS = 1000
const CHECK_EVERY_MS = 2000

/** The sources a person added and the built-in ones; those of them that are scanned and watched are at work. */
export interface KnownSources {
  list(): readonly SourceRecord[]
  find(sourceId: string): SourceRecord | null
  /** @throws AppError source.not-found */
  get(sourceId: string): SourceRecord
  stateOf(record: SourceRecord): SourceState
  /** Records were written. */
  reload(): void
  /** Begins to work; a source that needs no work (vault, memory) is passed over. */
  start(record: SourceRecord): void
  /** Starts all, and looks every few seconds whether they are there. */
  startAll(): void
  atWork(sourceId: string): LiveSource | null
  attach(sourceId: string, source: LiveSource): void
  /** Stops its work. */
  detach(sourceId: string): Promise<void>
  /** Takes what a write or delete of ours changed into the catalog at once. @throws AppError source.not-found */
  refresh(sourceId: string, keys: readonly string[]): Promise<void>
  /** Resolves when no source has work under way. */
  idle(): Promise<void>
  close(): Promise<void>
}

interface KnownSourcesOptions {
  readonly records: SourceRecords
  readonly catalog: CatalogStore
  readonly scanner: Scanner
  readonly protection: Pick<Protection, 'state'>
  readonly now: () => number
  readonly log: Log
  /** Null for a record that is no store. */
  openStore(record: SourceRecord): LiveSource | null
  onState(): void
}

export function createKnownSources(options: KnownSourcesOptions): KnownSources {
  const { records, catalog, scanner, protection, now, log, onState } = options
  let known = knownNow()
  const live = new Map<string, LiveSource>()

  function knownNow(): ReadonlyMap<string, SourceRecord> {
    return new Map(records.list().map((record) => [record.id, record]))
  }

  function get(sourceId: string): SourceRecord {
    const record = known.get(sourceId)
    if (!record) throw new AppError('source.not-found', {})
    return record
  }

  function open(record: SourceRecord): LiveSource | null {
    const { path } = record
    if (path === null) return options.openStore(record)
    return openLiveSource({ record: { ...record, path }, scanner, catalog, now, log, onState })
  }

  function start(record: SourceRecord): void {
    const source = open(record)
    if (!source) return
    live.set(record.id, source)
    // What the last run knew is shown at once: the window comes first, then the look whether it still holds.
    source.scan(catalog.sourceCounts(record.id).sessions > 0 ? WINDOW_FIRST_MS : 0)
  }

  async function check(): Promise<void> {
    await Promise.all([...live.values()].map((source) => source.check()))
  }

  let checking: Promise<void> = Promise.resolve()
  let checkTimer: NodeJS.Timeout | undefined

  return {
    list: () => [...known.values()],
    find: (sourceId) => known.get(sourceId) ?? null,
    get,

    stateOf(record) {
      const source = live.get(record.id)
      const own = record.id === VAULT_ID && protection.state().state === 'locked' ? 'locked' : 'live'
      return {
        ...record,
        state: source?.state ?? own,
        problem: source?.problem ?? null,
        progress: source?.progress ?? null,
        ...catalog.sourceCounts(record.id),
      }
    },

    reload() {
      known = knownNow()
      onState()
    },

    start,

    startAll() {
      for (const record of known.values()) start(record)
      checkTimer = setInterval(() => {
        checking = checking.then(check).catch(() => undefined)
      }, CHECK_EVERY_MS)
      checkTimer.unref()
    },

    atWork: (sourceId) => live.get(sourceId) ?? null,
    attach: (sourceId, source) => void live.set(sourceId, source),

    async detach(sourceId) {
      const source = live.get(sourceId)
      live.delete(sourceId)
      await source?.close()
    },

    async refresh(sourceId, keys) {
      get(sourceId)
      const fileKeys = new Set(keys.map((key) => catalog.fileKeyOf({ sourceId, key })))
      await live.get(sourceId)?.refresh([...fileKeys])
    },

    async idle() {
      await Promise.all([...live.values()].map((source) => source.idle()))
    },

    async close() {
      clearInterval(checkTimer)
      await Promise.all([...live.values()].map((source) => source.close()))
      await checking
    },
  }
}
