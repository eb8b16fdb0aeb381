import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { cp, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { addSource } from '../../../test/support/app/add-source.ts'
import { libraryPorts } from '../../../test/support/app/library-ports.ts'
import { listEntries, listKeys } from '../../../test/support/app/list-entries.ts'
import { treeState } from '../../../test/support/tree-state.ts'
import { Secret } from '../domain/secret.ts'
import type { CatalogEntry } from './catalog-types.ts'
import type { Library } from './interfaces.ts'
import { openLibrary } from './library.ts'

/** The library over folders that are sessions, with the real scanner, watcher and trash. */

let base: string
let root: string
let library: Library

const entries = (): readonly CatalogEntry[] => listEntries(library)
const keys = (): readonly string[] => listKeys(library)

async function place(fixture: string, ...way: string[]): Promise<string> {
  const path = join(root, ...way)
  await cp(join('fixtures', fixture), path, { recursive: true })
  return path
}

const added = (path = root): Promise<string> => addSource(library, path)

const soon = { timeout: 8000 }

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'deck-library-places-'))
  root = join(base, 'apps')
  await mkdir(root)
  library = await openLibrary(libraryPorts(base))
})
afterEach(async () => {
  await library.close()
  await rm(base, { recursive: true, force: true })
})

test('follows a folder as it comes, changes and goes', async () => {
  await added()
  await place('tdata/mtcute-multi', 'tdata')
  await vi.waitFor(() => expect(keys()).toEqual(['tdata#data', 'tdata#data#2']), soon)
  const [account] = entries()
  await copyFile('fixtures/tdata/mtcute-simple/key_datas', join(root, 'tdata', 'key_datas'))
  await vi.waitFor(() => expect(keys()).not.toContain('tdata#data#2'), soon)
  await copyFile('fixtures/tdata/mtcute-multi/key_datas', join(root, 'tdata', 'key_datas'))
  await vi.waitFor(() => expect(keys()).toEqual(['tdata#data', 'tdata#data#2']), soon)
  expect(entries()[0]?.summary.keyId).toBe(account?.summary.keyId)
  await copyFile('fixtures/telethon/schema7.session', join(root, 'tdata', 'x.session'))
  for (const name of ['key_datas', 'D877F783D5D3EF8C', 'D877F783D5D3EF8Cs']) {
    await rm(join(root, 'tdata', name), { recursive: true })
  }
  // What is no session folder any more is a folder like any other.
  await vi.waitFor(() => expect(keys()).toEqual(['tdata/x.session']), soon)
  await rm(join(root, 'tdata'), { recursive: true })
  await vi.waitFor(() => expect(keys()).toEqual([]), soon)
})

test('the root itself as a session folder is followed, too', async () => {
  const tdata = await place('tdata/mtcute-multi', 'tdata')
  await added(tdata)
  expect(keys()).toEqual(['.#data', '.#data#2'])
  await copyFile('fixtures/tdata/mtcute-simple/key_datas', join(tdata, 'key_datas'))
  await vi.waitFor(() => expect(keys()).not.toContain('.#data#2'), soon)
})

test('a passcode opens a place for the list, and what was seen stays when it is forgotten', async () => {
  await place('tdata/mtcute-passcode', 'tdata')
  const sourceId = await added()
  const locked = { sourceId, key: 'tdata' }
  expect(entries()).toMatchObject([{ ref: locked, summary: { locked: { formatId: 'tdesktop.tdata' } } }])
  await expect(library.unlock(locked, Secret.fromText('nope'))).rejects.toMatchObject({ code: 'passcode.wrong' })
  const refs = await library.unlock(locked, Secret.fromText('hunter2'))
  expect(entries().map(({ ref }) => ref)).toEqual(refs)
  const [ref] = refs
  if (!ref) throw new Error('nothing was opened')
  expect(entries()[0]?.summary.keyId).toMatch(/^[0-9a-f]{16}$/)
  library.catalog.annotate([ref], { name: 'Mine', addTags: [], removeTags: [] })

  library.forgetPasscodes()
  await expect(library.store(sourceId).open(ref.key)).rejects.toMatchObject({ code: 'passcode.required' })
  await library.refresh(sourceId, [ref.key])
  expect(entries()).toMatchObject([{ ref, givenName: 'Mine', summary: { isProtected: true } }])
  expect(await library.unlock(ref, Secret.fromText('hunter2'))).toEqual(refs)
  await (await library.store(sourceId).open(ref.key)).close()

  await library.remove(sourceId)
  expect(library.scanner.isUnlocked(join(root, 'tdata'))).toBe(false)
})

test('a passcode goes nowhere: not into the database, nor to the next start', async () => {
  await place('tdata/mtcute-passcode', 'tdata')
  const sourceId = await added()
  const [ref] = await library.unlock({ sourceId, key: 'tdata' }, Secret.fromText('hunter2'))
  await library.close()
  for (const name of await readdir(join(base, 'data'), { recursive: true })) {
    const bytes = await readFile(join(base, 'data', name)).catch(() => Buffer.alloc(0))
    expect(bytes.includes('hunter2'), name).toBe(false)
  }
  library = await openLibrary(libraryPorts(base))
  await library.idle()
  expect(keys()).toEqual([ref?.key])
  await expect(library.store(sourceId).open(ref?.key ?? '')).rejects.toMatchObject({ code: 'passcode.required' })
})

test('moves one session of a folder to the trash, then the rest, and puts both back as they lay', async () => {
  const folder = await place('gramjs/store/old-shared-dir', 'bots')
  await writeFile(join(folder, 'notes.txt'), 'mine')
  const sourceId = await added()
  const before = lasting(treeState(root))
  const store = library.store(sourceId)
  const first = await store.delete?.('bots#first:')
  expect(keys()).toEqual(['bots#second:'])
  expect((await readdir(folder)).filter((name) => name.startsWith('first'))).toEqual([])
  const second = await store.delete?.('bots#second:')
  expect(await readdir(folder)).toEqual(['notes.txt'])
  expect(keys()).toEqual([])
  expect(library.trash.list()).toHaveLength(2)
  await expect(library.trash.restore(second ?? '')).resolves.toMatchObject({ ref: { sourceId } })
  expect(keys()).toEqual(['bots#second:'])
  await library.trash.restore(first ?? '')
  expect(keys()).toEqual(['bots#first:', 'bots#second:'])
  expect(lasting(treeState(root))).toEqual(before)
})

test('moves a whole folder to the trash with the folders in it, and restores it', async () => {
  await place('tdata/mtcute-simple', 'tdata')
  const sourceId = await added()
  const before = lasting(treeState(root))
  const [key] = keys()
  const id = await library.store(sourceId).delete?.(key ?? '')
  expect(await readdir(root)).toEqual([])
  expect(library.trash.list()).toMatchObject([{ path: join(root, 'tdata') }])
  await library.trash.restore(id ?? '')
  expect(lasting(treeState(root))).toEqual(before)
  expect(keys()).toEqual([key])
  await library.store(sourceId).delete?.(key ?? '')
  await mkdir(join(root, 'tdata'))
  await writeFile(join(root, 'tdata', 'key_datas'), 'another login')
  const [entry] = library.trash.list()
  await expect(library.trash.restore(entry?.id ?? '')).rejects.toMatchObject({ code: 'source.exists' })
  expect(await readdir(join(root, 'tdata'))).toEqual(['key_datas'])
})

/** What restoring gives back: all but the times of folders and the inodes. */
function lasting(state: ReturnType<typeof treeState>): Record<string, string> {
  const entries = Object.entries(state).map(([name, text]): [string, string] => {
    const [content = '', modifiedNs = '', , mode = ''] = text.split(' ')
    return [name, content === 'folder' ? content : `${content} ${modifiedNs.slice(0, -6)} ${mode}`]
  })
  return Object.fromEntries(entries)
}

test.runIf(process.platform === 'linux')('a folder is in use while any file in it is', async () => {
  const tdata = await place('tdata/mtcute-multi', 'tdata')
  const holder: ChildProcess = spawn('sleep', ['60'], {
    stdio: [openSync(join(tdata, 'key_datas'), 'r'), 'ignore', 'ignore'],
  })
  await once(holder, 'spawn')
  try {
    await added()
    await vi.waitFor(() => expect(entries().map(({ inUse }) => inUse)).toEqual([true, true]), soon)
    expect(await library.scanner.inUseBy(tdata)).toEqual([{ name: 'sleep', pid: holder.pid }])
  } finally {
    holder.kill()
  }
})

test('files are read again when what reads them has changed, and notes stay', async () => {
  await copyFile('fixtures/telethon/schema7.session', join(root, 'a.session'))
  const sourceId = await added()
  const ref = { sourceId, key: 'a.session' }
  library.catalog.annotate([ref], { name: 'Shop', note: 'mine', addTags: ['bot'], removeTags: [] })
  await library.close()
  const database = new Database(join(base, 'data', 'session-deck.db'))
  // As an earlier release left it.
  database.prepare("UPDATE settings SET value = '\"older\"' WHERE name = 'reader-version'").run()
  database.prepare('DELETE FROM summaries').run()
  database.prepare('INSERT INTO summaries SELECT id, \'{"name":"stale","problems":[]}\' FROM sessions').run()
  database.close()
  library = await openLibrary(libraryPorts(base))
  await library.idle()
  expect(entries()).toMatchObject([{ ref, givenName: 'Shop', note: 'mine', tags: ['bot'], summary: { peers: 40 } }])
})
