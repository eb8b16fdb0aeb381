import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { addSource } from '../../../test/support/app/add-source.ts'
import { libraryPorts } from '../../../test/support/app/library-ports.ts'
import { listEntries, listKeys } from '../../../test/support/app/list-entries.ts'
import { Secret } from '../domain/secret.ts'
import { emptySession } from '../domain/session.ts'
import type { CatalogEntry } from './catalog-types.ts'
import { type Library, VAULT_ID } from './interfaces.ts'
import { openLibrary } from './library.ts'

/** The library over the real scanner: real files, worker threads, watcher. */
const FIXTURE = 'fixtures/telethon/schema7.session'
let base: string
let root: string
let library: Library

const entries = (): readonly CatalogEntry[] => listEntries(library)
const keys = (): readonly string[] => listKeys(library)

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'deck-scan-'))
  root = join(base, 'bots')
  await mkdir(join(root, 'deep'), { recursive: true })
  await copyFile(FIXTURE, join(root, 'shop.session'))
  await copyFile(FIXTURE, join(root, 'deep', 'copy'))
  library = await openLibrary(libraryPorts(base))
})
afterEach(async () => {
  await library.close()
  await rm(base, { recursive: true, force: true })
})

test('lists a folder, follows its changes, and reads nothing twice', async () => {
  const id = await addSource(library, root)
  expect(keys()).toEqual(['deep/copy', 'shop.session'])
  expect(entries()[0]).toMatchObject({ copies: 2, sourceName: 'bots', summary: { format: { library: 'telethon' } } })
  const events: string[] = []
  library.subscribe((event) => events.push(event.type))

  await copyFile(FIXTURE, join(root, 'new.session'))
  await vi.waitFor(() => expect(keys()).toContain('new.session'), { timeout: 5000 })
  library.catalog.annotate([{ sourceId: id, key: 'new.session' }], { name: 'New', addTags: [], removeTags: [] })
  await rename(join(root, 'new.session'), join(root, 'deep', 'moved.session'))
  await vi.waitFor(() => expect(keys()).not.toContain('new.session'), { timeout: 5000 })
  await vi.waitFor(() => expect(keys()).toContain('deep/moved.session'), { timeout: 5000 })
  await library.idle()
  expect(library.catalog.get({ sourceId: id, key: 'deep/moved.session' }).givenName).toBe('New')
  expect(events).toContain('sessions')

  await library.close()
  library = await openLibrary(libraryPorts(base))
  expect(keys()).toHaveLength(3)
  await library.idle()
  expect(library.sources().at(-1)).toMatchObject({ state: 'live', sessions: 3, problem: null })
})

test('carries a session from a file into the vault and back into a file', async () => {
  const id = await addSource(library, root)
  const options = { variant: '1', options: new Map<string, string>(), nowSeconds: 1 }
  const store = library.store(id)
  const opened = await store.open('shop.session')
  const target = { formatId: 'deck.sqlite', options }
  const vaultKey = (await library.store(VAULT_ID).add?.('Shop', opened.session, target)) ?? ''
  await opened.close()
  const before = library.catalog.get({ sourceId: id, key: 'shop.session' }).summary
  const inVault = library.catalog.get({ sourceId: VAULT_ID, key: vaultKey }).summary
  expect(inVault).toMatchObject({ keyId: before.keyId, peers: before.peers, updateState: before.updateState })

  const again = await library.store(VAULT_ID).open(vaultKey)
  const fileKey = (await store.add?.('Back', again.session, target)) ?? ''
  await again.close()
  const back = library.catalog.get({ sourceId: id, key: fileKey })
  expect(back.summary).toMatchObject({ keyId: before.keyId, peers: before.peers, format: { library: 'session-deck' } })
  expect(back.copies).toBe(4)
})

test('takes a file to the trash and back, shown at once', async () => {
  const id = await addSource(library, root)
  const bytes = await readFile(join(root, 'shop.session'))
  const trashId = (await library.store(id).delete?.('shop.session')) ?? ''
  expect(keys()).toEqual(['deep/copy'])
  expect(await readdir(root)).toEqual(['deep'])
  const { ref } = await library.trash.restore(trashId)
  expect(ref && library.catalog.get(ref).summary.name).toBe('shop')
  expect((await readFile(join(root, 'shop.session'))).equals(bytes)).toBe(true)
})

test('handles a single file as a source, also when it goes', async () => {
  const id = await addSource(library, join(root, 'shop.session'))
  expect(keys()).toEqual(['shop.session'])
  const trashId = (await library.store(id).delete?.('shop.session')) ?? ''
  await vi.waitFor(() => expect(library.sources().at(-1)?.state).toBe('error'), { timeout: 10_000 })
  expect(keys()).toEqual([])
  await library.trash.restore(trashId)
  await vi.waitFor(() => expect(library.sources().at(-1)?.state).toBe('live'), { timeout: 10_000 })
  expect(keys()).toEqual(['shop.session'])
})

// Three times Argon2id at its full cost: on a machine that is busy with other things that takes a while.
const STRETCHED = { timeout: 180_000 }

test('seals by passphrase without a keychain: locked after a restart, the list still there', STRETCHED, async () => {
  await library.close()
  await rm(join(base, 'data'), { recursive: true })
  library = await openLibrary(libraryPorts(base, { keychain: null }))
  const add = async () =>
    library.store(VAULT_ID).add?.('Shop', emptySession(), {
      formatId: 'deck.sqlite',
      options: { variant: '1', options: new Map(), nowSeconds: 1 },
    })
  await expect(add()).rejects.toMatchObject({ code: 'protection.required' })
  await library.protection.setUp(Secret.fromText('correct horse'))
  const key = (await add()) ?? ''
  await library.close()

  library = await openLibrary(libraryPorts(base, { keychain: null }))
  expect(library.sources()[0]).toMatchObject({ state: 'locked', sessions: 1 })
  expect(keys()).toEqual([key])
  await expect(library.store(VAULT_ID).open(key)).rejects.toMatchObject({ code: 'protection.locked' })
  // Sealing goes on while locked.
  await add()
  await expect(library.protection.unlock(Secret.fromText('wrong'))).rejects.toMatchObject({ code: 'passcode.wrong' })
  await library.protection.unlock(Secret.fromText('correct horse'))
  const opened = await library.store(VAULT_ID).open(key)
  await opened.close()
  expect(library.sources()[0]).toMatchObject({ state: 'live', sessions: 2 })
})
