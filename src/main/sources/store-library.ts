import type { AnyStoreKind, StoreBackend } from '../backends/store.ts'
import { AppError } from '../domain/errors.ts'
import { Secret } from '../domain/secret.ts'
import type { Ports } from '../ports.ts'
import type { CatalogStore } from './catalog.ts'
import { backendOf } from './custom-backends.ts'
import type { NewStore, Protection, SourceRecord, StoreChange, StoreLocation, StoreTest, Trash } from './interfaces.ts'
import type { SourceRecords } from './library-records.ts'
import type { LiveSource } from './library-source.ts'
import { assertNew, isSameServer, storeName } from './store-place.ts'
import { openStoreSource, storeAccessOf, type StoreSource } from './store-source.ts'
import { testStore } from './store-test.ts'
import { newEntryId } from './vault-files.ts'

/** The shared stores among the sources. */
export interface StoreLibrary {
  /** Null for a record that is no store. */
  open(record: SourceRecord): StoreSource | null
  source(sourceId: string): StoreSource | null
  /** @throws AppError source.exists, protection.required */
  add(store: NewStore): SourceRecord
  /** @throws AppError source.exists, request.invalid, request.unsupported, protection.required */
  update(sourceId: string, change: StoreChange): Promise<SourceRecord>
  allowWriting(sourceId: string, allow: boolean): SourceRecord
  test(
    location: StoreLocation,
    password: Secret | null,
    sourceId: string | null,
    signal: AbortSignal,
  ): Promise<StoreTest>
  protectionChanged(): void
  /** Other modules are on: every store is looked at again, those of the kinds on a new connection. */
  modulesChanged(kinds: ReadonlySet<string>): void
  forget(sourceId: string): void
}

interface StoreLibraryOptions {
  readonly records: SourceRecords
  readonly catalog: CatalogStore
  readonly protection: Pick<Protection, 'seal' | 'open'>
  readonly randomBytes: Ports['randomBytes']
  readonly trash: () => Pick<Trash, 'keepBytes' | 'purge'>
  readonly now: () => number
  readonly log: Ports['log']
  /** For tests. */
  readonly backend?: (kind: AnyStoreKind) => Promise<StoreBackend>
  recordOf(sourceId: string): SourceRecord
  /** Records were written. */
  reload(): void
  onState(): void
  /** A source works: it counts among the live ones. */
  attach(sourceId: string, source: LiveSource): void
}

export function createStoreLibrary(options: StoreLibraryOptions): StoreLibrary {
  const { records, catalog, protection, recordOf, reload } = options
  const backend = options.backend ?? backendOf
  const sources = new Map<string, StoreSource>()

  /** @throws AppError protection.locked */
  function passwordOf(sourceId: string): Secret | null {
    const sealed = records.password(sourceId)
    return sealed === null ? null : new Secret(protection.open(sealed))
  }

  function sealed(password: Secret | null): Uint8Array | null {
    return password === null ? null : protection.seal(password.open())
  }

  function open(record: SourceRecord): StoreSource | null {
    if (!record.store) return null
    const { id } = record
    const source = openStoreSource({
      record: () => storeAccessOf(recordOf(id)),
      password: () => passwordOf(id),
      backend,
      catalog,
      trash: options.trash,
      now: options.now,
      log: options.log,
      onState: options.onState,
    })
    sources.set(id, source)
    return source
  }

  function begin(record: SourceRecord): void {
    const source = open(record)
    if (!source) return
    options.attach(record.id, source)
    source.scan()
  }

  return {
    open,
    source: (sourceId) => sources.get(sourceId) ?? null,

    add({ location, password, name }) {
      assertNew(location, records.list(), null)
      const id = newEntryId(options.randomBytes)
      const store = { location, hasPassword: password !== null, readOnly: true }
      records.add({ id, kind: location.kind, name: name ?? storeName(location), path: null, store }, sealed(password))
      reload()
      begin(recordOf(id))
      return recordOf(id)
    },

    async update(sourceId, { location, password }) {
      const { store } = storeAccessOf(recordOf(sourceId))
      const next = location ?? store.location
      assertNew(next, records.list(), sourceId)
      if (password === undefined && store.hasPassword && !isSameServer(next, store.location)) {
        throw new AppError('request.invalid', {
          field: 'password',
          reason: 'the password that is kept was given for another server, and has to be given again',
        })
      }
      records.moveStore(sourceId, next, password === undefined ? undefined : sealed(password))
      const old = sources.get(sourceId)
      reload()
      await old?.close()
      begin(recordOf(sourceId))
      return recordOf(sourceId)
    },

    allowWriting(sourceId, allow) {
      storeAccessOf(recordOf(sourceId))
      records.setReadOnly(sourceId, !allow)
      reload()
      return recordOf(sourceId)
    },

    async test(location, password, sourceId, signal) {
      const kept = sourceId === null ? null : storeAccessOf(recordOf(sourceId))
      const lent = kept && isSameServer(location, kept.store.location) ? () => passwordOf(kept.id) : () => null
      return testStore(await backend(location.kind), location, password ?? lent(), signal)
    },

    protectionChanged() {
      for (const source of sources.values()) source.protectionChanged()
    },

    modulesChanged(kinds) {
      for (const [sourceId, source] of sources) {
        if (kinds.has(recordOf(sourceId).kind)) source.reconnect()
        else source.scan()
      }
      options.onState()
    },

    forget: (sourceId) => void sources.delete(sourceId),
  }
}
