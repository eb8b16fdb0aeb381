import { basename } from 'node:path'
import { quoted } from '../../shared/error-texts.ts'
import { AppError } from '../domain/errors.ts'
import { setCustomFormats } from '../formats/custom-formats.ts'
import type { Ports } from '../ports.ts'
import { openAppDatabase } from './app-database.ts'
import { openAudit } from './audit.ts'
import { createBackground } from './background.ts'
import { openCatalog } from './catalog.ts'
import { setCustomBackends } from './custom-backends.ts'
import { openDeckStore, type DeckStore } from './deck-store.ts'
import { openExtensions } from './extensions.ts'
import { isBuiltIn, type Library, MEMORY_ID, type SourceRecord, type TrashRecord, VAULT_ID } from './interfaces.ts'
import { createKnownSources } from './known-sources.ts'
import { createLibraryEvents } from './library-events.ts'
import { assertApart, placeOf } from './library-paths.ts'
import { openSourceRecords } from './library-records.ts'
import { assertRemovableSource, fileKeyFor } from './library-source.ts'
import { refreshingStore } from './library-store.ts'
import { openLoginStore } from './login-store.ts'
import { memoryKeeper } from './memory.ts'
import { openProtection } from './protection.ts'
import { forgetWhenReadersChanged } from './reader-version.ts'
import { openSettings } from './settings.ts'
import { openSessionStorage } from './session-storage.ts'
import type { SessionStore } from './session-store.ts'
import { createStoreLibrary } from './store-library.ts'
import { createOwnWrites } from './own-writes.ts'
import { createPool } from './pool.ts'
import type { Scanner } from './scan-types.ts'
import { createScanner, type TrashAccess } from './scanner.ts'
import { openTrash } from './trash.ts'
import { makePrivateFolder, newEntryId } from './vault-files.ts'
import { vaultKeeper } from './vault.ts'

const DAY_MS = 24 * 3600 * 1000
/** As long as the trash keeps its sessions. */
const LOGINS_DAYS = 30

export interface LibraryOptions {
  /** For tests. */
  readonly scannerFactory?: (trash: () => TrashAccess) => Scanner
}

/**
 * Opens the app's data folder and starts every known source: the list stands at once, from what the last run knew, and
 * is brought up to date in the background.
 * @throws AppError format.unsupported-version when a newer app wrote the data, source.denied
 */
export async function openLibrary(ports: Ports, options: LibraryOptions = {}): Promise<Library> {
  const { clock, log, randomBytes } = ports
  const now = (): number => clock.now()
  const pool = createPool(ports.paths.code)
  await makePrivateFolder(ports.paths.data)
  const database = openAppDatabase(ports.paths.data, log, now())
  const records = openSourceRecords(database, now)
  const ownWrites = createOwnWrites()
  let closed = false

  const catalog = openCatalog(database, {
    now,
    nameOf: (sourceId) => sources.find(sourceId)?.name ?? '',
    onChange: () => {
      events.emit('sessions')
      // The counts of a source are part of what it shows.
      events.emit('sources')
    },
  })
  const events = createLibraryEvents(() => catalog.revision())
  const protection = openProtection(ports, { stretch: (task) => pool.runUrgent('stretchPassphrase', task) })
  const audit = openAudit(database, ports, () => events.emit('audit'))
  const logins = openLoginStore(database, () => catalog.touch())
  const settings = openSettings(database, log)
  forgetWhenReadersChanged(settings, () => catalog.forgetSignatures())
  const trashAccess = (): TrashAccess => ({ trash, describe })
  const scanner =
    options.scannerFactory?.(trashAccess) ?? createScanner({ pool, scratch: ports.paths.scratch, trash: trashAccess })
  const trash = openTrash({
    database,
    protection,
    ports,
    onChange: () => events.emit('trash'),
    restoreEntry: (record, bytes) =>
      ownWrites.during(record.sourceId, record.summary.key, () =>
        (stores.source(record.sourceId) ?? builtIn(record.sourceId)).restore(record, bytes),
      ),
    onFileRestored,
  })
  const deckStore = (sourceId: string, keeper: Parameters<typeof openDeckStore>[0]['keeper']): DeckStore =>
    openDeckStore({ sourceId, keeper, catalog, trash: () => trash, randomBytes, log })
  const vault = deckStore(VAULT_ID, vaultKeeper(ports.paths.data, protection))
  const memory = deckStore(MEMORY_ID, memoryKeeper())

  const sources = createKnownSources({
    records,
    catalog,
    scanner,
    protection,
    now,
    log,
    openStore: (record) => stores.open(record),
    onState: () => events.emit('sources'),
  })
  const { get: recordOf, reload, stateOf, refresh } = sources

  const stores = createStoreLibrary({
    records,
    catalog,
    protection,
    randomBytes,
    trash: () => trash,
    now,
    log,
    recordOf,
    reload,
    onState: () => events.emit('sources'),
    attach: sources.attach,
  })

  const { background, settled } = createBackground(log)

  protection.onChange(({ state }) => {
    if (state === 'locked') vault.forget()
    else background(vault.reconcile())
    stores.protectionChanged()
    events.emit('sources')
  })

  /** @throws AppError source.not-found when it was removed */
  function builtIn(sourceId: string): DeckStore {
    if (!isBuiltIn(recordOf(sourceId))) throw new AppError('source.not-found', {})
    return sourceId === MEMORY_ID ? memory : vault
  }

  function storeOf(sourceId: string): SessionStore {
    const record = recordOf(sourceId)
    const store =
      record.path === null
        ? (stores.source(sourceId)?.store() ?? builtIn(sourceId))
        : refreshingStore(
            scanner.store(record.path),
            (key) => refresh(sourceId, [key]),
            (fileKey) => catalog.refsOfFile(sourceId, fileKey)[0]?.key ?? fileKey,
          )
    return ownWrites.marked(sourceId, store)
  }

  function describe(root: string, key: string) {
    const record = sources.list().find((one) => one.path === root)
    if (!record) throw new AppError('source.not-found', { file: root })
    const entry = catalog.find({ sourceId: record.id, key })
    return { sourceId: record.id, sourceName: record.name, givenName: entry?.givenName ?? null }
  }

  async function onFileRestored(record: TrashRecord) {
    const source = sources.find(record.sourceId)
    const fileKey = source && record.path !== null ? fileKeyFor(source, record.path) : null
    if (!source || fileKey === null) return null
    await sources.atWork(source.id)?.refresh([fileKey])
    return { sourceId: source.id, key: record.summary.key }
  }

  // What a crash left of the memory source: its rows, without sessions behind them.
  await memory.reconcile()
  await vault.reconcile()
  // Before the first look at a store: it would take sessions of a format that is not loaded yet for gone.
  const extensions = await openExtensions({
    settings,
    log,
    onTurnedOff: (path) => {
      const text = `Turned off the module ${quoted(path)}: it was changed`
      audit.add({ action: 'module-disabled', text, ref: null, keyId: null })
    },
    onChange: (kinds) => stores.modulesChanged(kinds),
  })
  sources.startAll()
  background(trash.expire())
  const expireLogins = (): void => logins.expire(now() - LOGINS_DAYS * DAY_MS)
  const expireTimer = setInterval(() => {
    expireLogins()
    background(trash.expire())
  }, DAY_MS)
  expireTimer.unref()

  return {
    catalog,
    trash,
    protection,
    audit,
    logins,
    scanner,
    settings,
    extensions,
    sources: () => sources.list().map(stateOf),

    source: (sourceId) => sources.find(sourceId),

    async add(text, name) {
      const place = await placeOf(text, ports.paths.home)
      const others = sources.list().flatMap((record) => record.path ?? [])
      await assertApart(place.path, others)
      const id = newEntryId(randomBytes)
      const shown = name?.trim() || basename(place.path) || place.path
      const record: SourceRecord = { id, kind: place.kind, name: shown, path: place.path }
      records.add(record)
      reload()
      sources.start(record)
      return stateOf(record)
    },

    async addStore(store) {
      return stateOf(stores.add(store))
    },

    async updateStore(sourceId, change) {
      return stateOf(await stores.update(sourceId, change))
    },

    allowWriting: (sourceId, allow) => stateOf(stores.allowWriting(sourceId, allow)),

    testStore: stores.test,

    rename(sourceId, name) {
      recordOf(sourceId)
      if (name.trim() === '') throw new AppError('request.invalid', { field: 'name', reason: 'a name is needed' })
      records.rename(sourceId, name.trim())
      reload()
      catalog.touch()
      return stateOf(recordOf(sourceId))
    },

    async remove(sourceId) {
      assertRemovableSource(recordOf(sourceId))
      const { path } = recordOf(sourceId)
      // The last batch of a scan may still arrive: its rows go with the others.
      await sources.detach(sourceId)
      stores.forget(sourceId)
      if (path !== null) scanner.forgetPasscodes(path)
      const removed = catalog.removeSource(sourceId).then(() => {
        records.remove(sourceId)
        reload()
      })
      // Quitting waits for it.
      background(removed)
      await removed
    },

    rescan(sourceId) {
      const record = recordOf(sourceId)
      if (isBuiltIn(record)) background(builtIn(sourceId).reconcile())
      else sources.atWork(sourceId)?.scan()
      return stateOf(record)
    },

    refresh,

    store: storeOf,

    storage(sourceId) {
      recordOf(sourceId)
      return openSessionStorage({ sourceId, store: () => storeOf(sourceId), catalog, ownWrites, now, log })
    },

    async unlock(ref, passcode) {
      const { path } = recordOf(ref.sourceId)
      if (path === null) throw new AppError('request.unsupported', { reason: 'this source has no passcodes' })
      const fileKey = catalog.fileKeyOf(ref)
      await scanner.unlock(path, fileKey, passcode)
      await sources.atWork(ref.sourceId)?.refresh([fileKey])
      return catalog.refsOfFile(ref.sourceId, fileKey)
    },

    sessionsAt: (sourceId, fileKey) => catalog.refsOfFile(sourceId, fileKey),

    forgetPasscodes: () => scanner.forgetPasscodes(),

    subscribe: (listener) => events.subscribe(listener),

    async idle() {
      await sources.idle()
      await settled()
    },

    async close() {
      if (closed) return
      closed = true
      clearInterval(expireTimer)
      await sources.close()
      await settled()
      await catalog.removeSource(MEMORY_ID)
      expireLogins()
      setCustomFormats([])
      setCustomBackends([])
      vault.forget()
      memory.forget()
      events.close()
      await scanner.close()
      await pool.close()
      database.close()
    },
  }
}
