import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { libraryPorts } from '../../../test/support/app/library-ports.ts'
import { listEntries } from '../../../test/support/app/list-entries.ts'
import { AppError } from '../domain/errors.ts'
import { Secret } from '../domain/secret.ts'
import { collect, collectionOf, emptySession, type Session } from '../domain/session.ts'
import type { CatalogQuery } from './catalog-types.ts'
import { type Library, MEMORY_ID, VAULT_ID } from './interfaces.ts'
import type { ScannedFile, Scanner } from './scan-types.ts'
import { openLibrary } from './library.ts'
import type { TrashAccess } from './scanner.ts'
import type { SessionStore, SessionSummary, WriteTarget } from './session-store.ts'
import { unreadableSummary } from './session-reader.ts'

const target: WriteTarget = {
  formatId: 'deck.sqlite',
  options: { variant: '1', options: new Map(), nowSeconds: 0 },
}

let base: string
let library: Library
let opened: Library[]

/** A scanner over files whose text is their key id; `changed` plays the watcher. */
interface TinyScanner extends Scanner {
  changed(...keys: string[]): void
  reads: string[]
  /** How long the next watch takes to be ready, and to close. */
  readonly watching: { ready: Promise<void>; closed: Promise<void>; closes: number }
}

function tinyScanner(trash: () => TrashAccess): TinyScanner {
  let notify: ((keys: readonly string[]) => void) | null = null
  const reads: string[] = []
  const watching = { ready: Promise.resolve(), closed: Promise.resolve(), closes: 0 }

  async function fileAt(root: string, key: string): Promise<ScannedFile | null> {
    const isFile = (await stat(root)).isFile()
    const path = isFile ? root : join(root, key)
    const facts = await stat(path).catch(() => null)
    if (!facts?.isFile()) return null
    reads.push(key)
    const keyId = (await readFile(path, 'utf8')).trim()
    const format = { formatId: 'tiny.file', variant: '1', library: 'tiny', formatVersion: 1 }
    const summary: SessionSummary = { ...unreadableSummary({ key, name: key, path }, []), format, keyId }
    return {
      key,
      signature: `${facts.size}:${facts.mtimeMs}:${facts.ino}`,
      facts: { path, sizeBytes: facts.size, modifiedAtMs: facts.mtimeMs, mode: facts.mode & 0o777, companions: [] },
      summaries: key.endsWith('.session') ? [summary] : [],
    }
  }

  async function keysOf(root: string): Promise<string[]> {
    if ((await stat(root)).isFile()) return [root.split('/').at(-1) ?? '']
    return (await readdir(root, { recursive: true })).toSorted()
  }

  return {
    reads,
    watching,
    changed: (...keys) => notify?.(keys),
    async scan(root, { known, onFiles, onUnchanged, onProgress }) {
      for (const key of await keysOf(root)) {
        const before = reads.length
        const file = await fileAt(root, key)
        if (!file) continue
        if (known.get(key) === file.signature) {
          reads.length = before
          onUnchanged([key])
        } else onFiles([file])
      }
      onProgress(1, 1)
    },
    async rescan(root, keys) {
      const files = await Promise.all(keys.map((key) => fileAt(root, key)))
      return files.filter((file) => file !== null)
    },
    watch(_root, onChange) {
      notify = onChange
      return {
        ready: watching.ready,
        close: async () => {
          notify = null
          watching.closes += 1
          await watching.closed
        },
      }
    },
    store: (root) => ({
      ...missing,
      async delete(key: string) {
        const summary = (await fileAt(root, key))?.summaries[0]
        if (!summary?.path) throw new AppError('session.not-found', {})
        const { trash: bin, describe: told } = trash()
        const companions = [`${key}-wal`]
        return bin.takeFile({ reason: 'deleted', ...told(root, key), summary, path: summary.path, companions })
      },
    }),
    probe: async () => [],
    unlock: async () => undefined,
    isUnlocked: () => false,
    forgetPasscodes: () => undefined,
    inUseBy: async () => [],
    openBelow: async (root) => new Set([join(root, 'held.session')]),
    close: async () => undefined,
  }
}

/** What the tiny scanner's store is never asked for here. */
const missing: SessionStore = {
  summary: () => Promise.reject(new Error('not here')),
  open: () => Promise.reject(new Error('not here')),
  peers: () => Promise.reject(new Error('not here')),
  channelStates: () => Promise.reject(new Error('not here')),
  sentFiles: () => Promise.reject(new Error('not here')),
}

/** The middle of a key in every encoding; base64 in each of its three alignments. */
function canaries(key: Buffer): (string | Buffer)[] {
  const shifted = [0, 1, 2].map((shift) => key.subarray(60 + shift, 120))
  const texts = shifted.flatMap((part) => [part.toString('base64'), part.toString('base64url')])
  return [key.subarray(60, 90), ...[...texts, key.toString('hex', 60, 90)].map((text) => text.slice(4, 36))]
}

async function start(now = (): number => Date.now()): Promise<Library & { scanner: TinyScanner }> {
  library = await openLibrary(libraryPorts(base, { clock: { now } }), { scannerFactory: tinyScanner })
  opened.push(library)
  return library as Library & { scanner: TinyScanner }
}

function names(query: Partial<CatalogQuery> = {}): string[] {
  return listEntries(library, query).map((entry) => entry.givenName ?? entry.summary.name)
}

function sessionWith(authKey: Uint8Array): Session {
  return {
    ...emptySession(),
    dataCenters: [{ id: 2, address: '149.154.167.51', port: 443, authKey: new Secret(authKey), home: true }],
    account: { id: 42n, isBot: false, username: 'shop', phone: '491511234567' },
    peers: collectionOf([
      { kind: 'user', type: null, id: 7n, accessHash: 8n, usernames: [], phone: null, name: 'Ольга', updatedAt: null },
    ]),
  }
}

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'deck-library-'))
  opened = []
  await mkdir(join(base, 'bots'))
  await writeFile(join(base, 'bots', 'shop.session'), 'aaaaaaaaaaaaaaaa')
  await writeFile(join(base, 'bots', 'held.session'), 'bbbbbbbbbbbbbbbb')
  await writeFile(join(base, 'bots', 'notes.txt'), 'x')
})

afterEach(async () => {
  for (const one of opened) await one.close()
  await rm(base, { recursive: true, force: true })
})

describe('sources', () => {
  it('shows what a folder holds, and shows it again at once after a restart', async () => {
    await start()
    const added = await library.add('~/bots', 'My bots')
    expect(added).toMatchObject({ kind: 'folder', name: 'My bots', path: join(base, 'bots') })
    await library.idle()
    expect(names()).toEqual(['held.session', 'shop.session'])
    expect(library.sources().find((one) => one.id === added.id)).toMatchObject({
      state: 'live',
      sessions: 2,
      ignored: 1,
      problem: null,
    })
    expect(library.catalog.get({ sourceId: added.id, key: 'held.session' }).inUse).toBe(true)
    await library.close()

    const { scanner } = await start()
    expect(names()).toEqual(['held.session', 'shop.session'])
    expect(library.sources().map((one) => one.name)).toEqual(['Vault', 'Memory', 'My bots'])
    await library.idle()
    expect(scanner.reads).toEqual([])
  })

  it('follows files that come, change and go', async () => {
    const { scanner } = await start()
    const { id } = await library.add(join(base, 'bots'), null)
    await library.idle()
    await writeFile(join(base, 'bots', 'new.session'), 'cccccccccccccccc')
    await rm(join(base, 'bots', 'shop.session'))
    scanner.changed('new.session', 'shop.session')
    await library.idle()
    expect(names()).toEqual(['held.session', 'new.session'])
    expect(library.catalog.get({ sourceId: id, key: 'new.session' }).summary.keyId).toBe('cccccccccccccccc')
  })

  it('keeps name, note and tags of a session whose file moved, in either order and while the app was off', async () => {
    const { scanner } = await start()
    const { id } = await library.add(join(base, 'bots'), null)
    await library.idle()
    const annotation = { name: 'Shop', note: 'café', addTags: ['Work'], removeTags: [] }
    library.catalog.annotate([{ sourceId: id, key: 'shop.session' }], annotation)
    const move = (from: string, to: string): Promise<void> => rename(join(base, 'bots', from), join(base, 'bots', to))

    await move('shop.session', 'b.session')
    scanner.changed('shop.session')
    await library.idle()
    scanner.changed('b.session')
    await library.idle()
    expect(library.catalog.get({ sourceId: id, key: 'b.session' })).toMatchObject({ givenName: 'Shop', tags: ['Work'] })

    await move('b.session', 'c.session')
    scanner.changed('c.session')
    await library.idle()
    scanner.changed('b.session')
    await library.idle()
    expect(library.catalog.get({ sourceId: id, key: 'c.session' })).toMatchObject({ givenName: 'Shop', note: 'café' })

    await library.close()
    await move('c.session', 'a.session')
    await start()
    await library.idle()
    expect(names({ search: 'CAFÉ work' })).toEqual(['Shop'])
    expect(library.catalog.get({ sourceId: id, key: 'a.session' }).givenName).toBe('Shop')
  })

  it('says that a root went, keeps its sessions, and recovers when it is back', async () => {
    await start()
    const { id } = await library.add(join(base, 'bots'), null)
    await library.idle()
    await rename(join(base, 'bots'), join(base, 'away'))
    const state = () => library.sources().find((one) => one.id === id)
    await vi.waitFor(() => expect(state()?.state).toBe('error'), { timeout: 10_000 })
    expect(state()?.problem).toMatchObject({ code: 'source.not-found' })
    expect(state()?.problem?.message).toMatch(/bots.*\.$/)
    expect(names()).toHaveLength(2)
    await rename(join(base, 'away'), join(base, 'bots'))
    await vi.waitFor(() => expect(state()).toMatchObject({ state: 'live', problem: null }), { timeout: 10_000 })
  })

  it('is idle only after the look that follows the start of the watcher', async () => {
    const { scanner } = await start()
    const { promise, resolve } = Promise.withResolvers<void>()
    scanner.watching.ready = promise
    const { id } = await library.add(join(base, 'bots'), null)
    const idle = library.idle()
    await vi.waitFor(() => expect(library.sources().find((one) => one.id === id)?.state).toBe('live'))
    // Nothing tells of it: it came between the scan and the watcher.
    await writeFile(join(base, 'bots', 'late.session'), 'cccccccccccccccc')
    resolve()
    await idle
    expect(names()).toContain('late.session')
  })

  it('a file that is back before its source was given up stays in the list', async () => {
    const { scanner } = await start()
    const path = join(base, 'bots', 'shop.session')
    const { id } = await library.add(path, null)
    await library.idle()
    const { promise, resolve } = Promise.withResolvers<void>()
    scanner.watching.closed = promise
    await rename(path, join(base, 'away'))
    await vi.waitFor(() => expect(scanner.watching.closes).toBe(1), { timeout: 10_000 })
    await rename(join(base, 'away'), path)
    await library.refresh(id, ['shop.session'])
    expect(names()).toEqual(['shop.session'])
    const seen: string[][] = []
    const states: unknown[] = []
    library.subscribe(() => {
      seen.push(names())
      states.push(library.sources().find((one) => one.id === id)?.state)
    })
    resolve()
    await vi.waitFor(() => expect(states.at(-1)).toBe('live'), { timeout: 10_000 })
    expect(seen).not.toContainEqual([])
  })

  it('refuses what is not there, not absolute, or overlaps', async () => {
    await start()
    await library.add(join(base, 'bots'), null)
    const add = (path: string) => library.add(path, null)
    await expect(add('bots')).rejects.toMatchObject({ code: 'request.invalid' })
    await expect(add('/nowhere/at/all')).rejects.toMatchObject({ code: 'source.not-found' })
    await expect(add('~/bots/')).rejects.toMatchObject({ code: 'source.exists', details: { overlap: 'same' } })
    await expect(add('~/bots/shop.session')).rejects.toMatchObject({
      code: 'source.exists',
      details: { overlap: 'inside' },
    })
    await expect(add('~')).rejects.toMatchObject({ code: 'source.exists', details: { overlap: 'around' } })
  })

  it('forgets a source with its annotations, and touches no file', async () => {
    await start()
    const { id } = await library.add(join(base, 'bots', 'shop.session'), null)
    await library.idle()
    expect(names()).toEqual(['shop.session'])
    expect(library.rename(id, ' Shop ').name).toBe('Shop')
    await library.remove(id)
    expect(names()).toEqual([])
    expect(library.sources().map((one) => one.id)).toEqual([VAULT_ID, MEMORY_ID])
    expect(await readdir(join(base, 'bots'))).toHaveLength(3)
    await expect(library.remove(VAULT_ID)).rejects.toMatchObject({ code: 'request.unsupported' })
  })
})

describe('vault and memory', () => {
  it('keeps sessions sealed, shows them while locked, and opens them only when unlocked', async () => {
    await start()
    const key = randomBytes(256)
    const store = library.store(VAULT_ID)
    const id = (await store.add?.('Shop', sessionWith(key), target)) ?? ''
    const again = (await store.add?.('Shop', sessionWith(randomBytes(256)), target)) ?? ''
    expect(names()).toEqual(['Shop', 'Shop 2'])
    const open = await store.open(id)
    expect(Buffer.from(open.session.dataCenters[0]?.authKey?.open() ?? []).equals(key)).toBe(true)
    expect(await collect(open.session.peers)).toHaveLength(1)
    await open.close()
    const peers = { search: 'оль', kind: null, sort: 'id', direction: 'asc', offset: 0, limit: 5 } as const
    expect(await store.peers(id, peers)).toMatchObject({ total: 1 })

    library.protection.lock()
    expect(names()).toEqual(['Shop', 'Shop 2'])
    expect(library.sources()[0]?.state).toBe('locked')
    await expect(store.peers(id, peers)).rejects.toMatchObject({ code: 'protection.locked' })
    await expect(store.open(again)).rejects.toMatchObject({ code: 'protection.locked' })
    expect((await store.summary(id)).account?.username).toBe('shop')
  })

  it('shows the raw tables without their secrets', async () => {
    await start()
    const store = library.store(VAULT_ID)
    const id = (await store.add?.('Shop', sessionWith(randomBytes(256)), target)) ?? ''
    const tables = await store.rawTables?.(id)
    expect(tables?.find((table) => table.name === 'deck_peers')?.rows).toBe(1)
    const page = await store.rawRows?.(id, 'deck_data_centers', { offset: 0, limit: 10 })
    expect(page?.rows[0]).toContainEqual({ secretByteLength: 256 })
    expect(page?.rows[0]?.some((cell) => cell instanceof Uint8Array)).toBe(false)
  })

  it('deletes a vault entry while locked, and restores it once unlocked', async () => {
    await start()
    const store = library.store(VAULT_ID)
    const id = (await store.add?.('Shop', sessionWith(randomBytes(256)), target)) ?? ''
    library.protection.lock()
    const trashId = (await store.delete?.(id)) ?? ''
    expect(names()).toEqual([])
    await expect(library.trash.restore(trashId)).rejects.toMatchObject({ code: 'protection.locked' })
    await library.protection.unlock(null)
    expect(await library.trash.restore(trashId)).toEqual({ path: null, ref: { sourceId: VAULT_ID, key: id } })
    expect(library.trash.list()).toEqual([])
    const session = await store.open(id)
    expect(session.session.account?.id).toBe(42n)
    await session.close()
  })

  it('keeps nothing of the memory source', async () => {
    await start()
    const store = library.store(MEMORY_ID)
    const id = (await store.add?.('Passing', sessionWith(randomBytes(256)), target)) ?? ''
    expect(names()).toEqual(['Passing'])
    const trashId = (await store.delete?.(id)) ?? ''
    expect(library.trash.list()).toHaveLength(1)
    await library.trash.restore(trashId)
    await library.close()
    await start()
    expect(names()).toEqual([])
    expect(library.trash.list()).toEqual([])
  })

  it('finds vault entries again when the catalog was lost', async () => {
    await start()
    await library.store(VAULT_ID).add?.('Shop', sessionWith(randomBytes(256)), target)
    await library.close()
    await writeFile(join(base, 'data', 'session-deck.db'), 'not a database at all'.repeat(100))
    await start()
    expect(names()).toEqual(['Shop'])
    expect((await readdir(join(base, 'data'))).some((name) => name.includes('.damaged-'))).toBe(true)
  })
})

describe('trash', () => {
  it('takes a file with companions and brings all of it back as it was', async () => {
    await start()
    const path = join(base, 'bots', 'shop.session')
    await writeFile(`${path}-wal`, 'wal')
    await utimes(path, 1_700_000_000, 1_700_000_000)
    const before = await stat(path)
    const { id } = await library.add(join(base, 'bots'), null)
    await library.idle()
    library.catalog.annotate([{ sourceId: id, key: 'shop.session' }], { name: 'Shop', addTags: [], removeTags: [] })
    const trashId = (await library.store(id).delete?.('shop.session')) ?? ''
    expect(await readdir(join(base, 'bots'))).toEqual(['held.session', 'notes.txt'])
    expect(names()).toEqual(['held.session'])
    expect(library.trash.list()).toMatchObject([{ id: trashId, reason: 'deleted', givenName: 'Shop', path }])

    await writeFile(path, 'something else')
    await expect(library.trash.restore(trashId)).rejects.toMatchObject({ code: 'source.exists' })
    expect(await readFile(path, 'utf8')).toBe('something else')
    await rm(path)
    const restored = await library.trash.restore(trashId)
    expect(restored).toEqual({ path, ref: { sourceId: id, key: 'shop.session' } })
    const after = await stat(path)
    expect([after.mtimeMs, after.mode, after.size]).toEqual([before.mtimeMs, before.mode, before.size])
    expect(await readFile(`${path}-wal`, 'utf8')).toBe('wal')
    expect(names()).toEqual(['held.session', 'Shop'])
  })

  it('expires after thirty days', async () => {
    let time = Date.now()
    await start(() => time)
    const { id } = await library.add(join(base, 'bots'), null)
    await library.idle()
    await library.store(id).delete?.('shop.session')
    await library.close()
    time += 31 * 24 * 3600 * 1000
    await start(() => time)
    await library.idle()
    expect(library.trash.list()).toEqual([])
    expect(await readdir(join(base, 'data', 'trash'))).toEqual([])
  })
})

describe('secrets', () => {
  it('leaves no auth key in the data folder, in any encoding', async () => {
    await start()
    const keys = [randomBytes(256), randomBytes(256)]
    const store = library.store(VAULT_ID)
    const ids = await Promise.all(keys.map(async (key) => store.add?.('Canary', sessionWith(key), target)))
    await library.store(MEMORY_ID).add?.('Canary', sessionWith(keys[0] ?? randomBytes(1)), target)
    await store.delete?.(ids[0] ?? '')
    const path = join(base, 'canary.session')
    await writeFile(path, keys[0] ?? '')
    const summary = unreadableSummary({ key: 'canary.session', name: 'canary', path }, [])
    const source = { sourceId: 'gone', sourceName: 'gone', givenName: null }
    await library.trash.takeFile({ reason: 'deleted', ...source, summary, path, companions: [] })
    const files = await readdir(join(base, 'data'), { recursive: true, withFileTypes: true })
    const found: string[] = []
    for (const file of files.filter((one) => one.isFile())) {
      const written = join(file.parentPath, file.name)
      expect((await stat(written)).mode & 0o077, written).toBe(0)
      const bytes = await readFile(written)
      if (keys.flatMap(canaries).some((needle) => bytes.includes(needle))) found.push(written)
    }
    expect(files.map((file) => file.name)).toContain('session-deck.db')
    expect(files.filter((file) => file.name.endsWith('.sealed'))).toHaveLength(3)
    expect(found).toEqual([])
    expect((await stat(join(base, 'data'))).mode & 0o777).toBe(0o700)
  })
})
