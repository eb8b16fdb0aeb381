import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { Secret } from '../domain/secret.ts'
import { collect } from '../domain/session.ts'
import type { ScannedFile, Scanner } from './scan-types.ts'
import { createPool } from './pool.ts'
import { createScanner } from './scanner.ts'

/** Sessions that are folders, and files of bytes under any name, over the real worker threads. */

let base: string
let root: string
let scanner: Scanner
let count = 0

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'deck-places-'))
  const trash = (): never => {
    throw new Error('nothing is deleted here')
  }
  scanner = createScanner({ pool: createPool(), scratch: join(base, 'scratch'), trash })
})
beforeEach(() => {
  count += 1
  root = join(base, `root-${count}`)
  mkdirSync(root)
})
afterAll(async () => {
  await scanner.close()
  rmSync(base, { recursive: true })
})

function place(fixture: string, ...way: string[]): string {
  const path = join(root, ...way)
  cpSync(join('fixtures', fixture), path, { recursive: true })
  return path
}

async function scan(at = root, known: ReadonlyMap<string, string> = new Map()) {
  const files: ScannedFile[] = []
  const unchanged: string[] = []
  await scanner.scan(at, {
    known,
    signal: new AbortController().signal,
    onFiles: (found) => files.push(...found),
    onUnchanged: (keys) => unchanged.push(...keys),
    onProgress: () => undefined,
  })
  return { files: files.toSorted((a, b) => (a.key < b.key ? -1 : 1)), unchanged }
}

const formatIds = ({ summaries }: ScannedFile) => summaries.map(({ format }) => format?.formatId ?? null)

test('a folder is one place, whatever lies in it, and is known again while no file that matters changes', async () => {
  const tdata = place('tdata/mtcute-multi', 'apps', 'tdata')
  mkdirSync(join(tdata, 'user_data', 'cache'), { recursive: true })
  copyFileSync('fixtures/telethon/schema7.session', join(tdata, 'user_data', 'cache', 'x.session'))
  const { files } = await scan()
  expect(files.map(({ key }) => key)).toEqual(['apps/tdata'])
  const [folder] = files
  expect(folder?.summaries.map(({ key }) => key)).toEqual(['apps/tdata#data', 'apps/tdata#data#2'])
  expect(folder?.facts).toMatchObject({ path: tdata, sizeBytes: 1492, companions: [] })

  const known = new Map(files.map((file) => [file.key, file.signature]))
  writeFileSync(join(tdata, 'user_data', 'cache', 'more'), 'a picture')
  expect(await scan(root, known)).toEqual({ files: [], unchanged: ['apps/tdata'] })
  writeFileSync(join(tdata, 'key_datas'), 'TDF$ and then nothing')
  const again = await scan(root, known)
  expect(again.files[0]?.summaries).toMatchObject([{ key: 'apps/tdata', format: null, path: tdata }])
  expect(again.files[0]?.summaries[0]?.problems[0]?.message).toContain(`“${tdata}”`)
})

test('the folder that was added can be the session itself', async () => {
  const tdata = place('tdata/mtcute-multi', 'tdata')
  const { files } = await scan(tdata)
  expect(files.map(({ key }) => key)).toEqual(['.'])
  const keys = files[0]?.summaries.map(({ key }) => key) ?? []
  expect(keys).toEqual(['.#data', '.#data#2'])
  const store = scanner.store(tdata)
  for (const [index, key] of keys.entries()) {
    const open = await store.open(key)
    expect((await store.summary(key)).keyId).toBe(files[0]?.summaries[index]?.keyId)
    expect(open.session.dataCenters.filter(({ authKey }) => authKey).length).toBeGreaterThan(0)
  }
})

test('a change in a folder is one of the folder', async () => {
  place('tdata/mtcute-multi', 'a', 'tdata')
  place('gramjs/store/store-basic', 'bot')
  copyFileSync('fixtures/telethon/schema7.session', join(root, 'a', 'beside.session'))
  mkdirSync(join(root, 'a', 'tdata', 'user_data'))
  writeFileSync(join(root, 'a', 'tdata', 'user_data', 'x'), '')
  const keys = [
    'a/tdata/D877F783D5D3EF8C/maps',
    'a/tdata/key_datas',
    'a/tdata/user_data/x',
    'a/beside.session',
    'bot/store-basic%3AdcId',
    'bot',
    'gone.session',
  ]
  const files = await scanner.rescan(root, keys)
  expect(files.map(({ key }) => key).toSorted()).toEqual(['a/beside.session', 'a/tdata', 'bot'])
  expect(await scanner.rescan(root, ['a', 'a/tdata/user_data/x'])).toEqual([])
})

test('a folder whose files lie among others leaves those alone', async () => {
  place('gramjs/store/old-shared-dir', '.')
  copyFileSync('fixtures/telethon/schema7.session', join(root, 'shop.session'))
  place('tdata/mtcute-simple', 'deeper', 'tdata')
  writeFileSync(join(root, 'notes.txt'), 'remember the milk')
  const { files } = await scan()
  expect(files.map((file) => [file.key, formatIds(file)])).toEqual([
    ['.', ['gramjs.store', 'gramjs.store']],
    ['deeper/tdata', ['tdesktop.tdata']],
    ['notes.txt', []],
    ['shop.session', ['telethon.sqlite']],
  ])
  const changed = await scanner.rescan(root, ['shop.session', 'deeper/tdata/key_datas', 'first%3AdcId'])
  expect(changed.map(({ key }) => key).toSorted()).toEqual(['.', 'deeper/tdata', 'shop.session'])
})

test('a folder that only looks like one is walked', async () => {
  mkdirSync(join(root, 'x'))
  writeFileSync(join(root, 'x', 'key_notes'), 'not of Telegram Desktop')
  copyFileSync('fixtures/telethon/schema7.session', join(root, 'x', 'inside.session'))
  const { files } = await scan()
  expect(files.map((file) => [file.key, formatIds(file)])).toContainEqual(['x/inside.session', ['telethon.sqlite']])
  expect(files.map(({ key }) => key)).not.toContain('x')
})

test('links in a folder are not followed, and rights of others count as far as the folder lets them in', async () => {
  const tdata = place('tdata/mtcute-simple', 'tdata')
  symlinkSync(join(process.cwd(), 'package.json'), join(tdata, 'key_datas.link'))
  symlinkSync('/etc', join(tdata, 'A7FDF864FBC10B77'))
  chmodSync(join(tdata, 'key_datas'), 0o644)
  expect((await scan()).files[0]?.facts.mode).toBe(0o644)
  chmodSync(tdata, 0o700)
  const { files } = await scan()
  expect(files[0]?.facts).toMatchObject({ sizeBytes: 804, mode: 0o600 })
})

test('a locked folder says so until its passcode is known, and again when that is forgotten', async () => {
  const tdata = place('tdata/mtcute-passcode', 'tdata')
  const before = await scan()
  expect(before.files[0]?.summaries).toMatchObject([
    { key: 'tdata', format: null, locked: { formatId: 'tdesktop.tdata' }, problems: [{ code: 'passcode.required' }] },
  ])
  const wrong = Secret.fromText('hunter3')
  await expect(scanner.unlock(root, 'tdata', wrong)).rejects.toMatchObject({
    code: 'passcode.wrong',
    details: { file: tdata },
  })
  expect(scanner.isUnlocked(tdata)).toBe(false)
  await scanner.unlock(root, 'tdata', Secret.fromText('hunter2'))
  const [open] = (await scan()).files[0]?.summaries ?? []
  expect(open).toMatchObject({ format: { formatId: 'tdesktop.tdata' }, isProtected: true, problems: [] })
  const store = scanner.store(root)
  expect((await store.open(open?.key ?? '')).session.account?.id).toBe(6_000_000_001n)
  expect((await store.peers(open?.key ?? '', FIRST_PAGE)).peers).toEqual([])
  scanner.forgetPasscodes(root)
  await expect(store.open(open?.key ?? '')).rejects.toMatchObject({
    code: 'passcode.required',
    details: { file: tdata },
  })
  await expect(store.peers(open?.key ?? '', FIRST_PAGE)).rejects.toMatchObject({ code: 'passcode.required' })
})

const FIRST_PAGE = { search: '', kind: null, sort: 'id', direction: 'asc', offset: 0, limit: 50 } as const

test('peers of a folder and of a file of bytes are found and paged', async () => {
  place('gramjs/store/store-basic', 'bot')
  copyFileSync('fixtures/ferogram/v8-full.session', join(root, 'crab.session'))
  const store = scanner.store(root)
  for (const [key, total] of [
    ['bot#store-basic:', 10],
    ['crab.session', 40],
  ] as const) {
    const all = await collect((await store.open(key)).session.peers)
    expect(all).toHaveLength(total)
    expect(await store.peers(key, { ...FIRST_PAGE, limit: 4 })).toMatchObject({ total, more: true })
    const [wanted] = all
    const found = await store.peers(key, { ...FIRST_PAGE, search: String(wanted?.id) })
    expect(found.peers.map(({ id }) => id)).toEqual([wanted?.id])
  }
  await expect(store.rawRows?.('bot#store-basic:', 'x', { offset: 0, limit: 1 })).rejects.toMatchObject({
    code: 'request.unsupported',
  })
  expect(await store.rawTables?.('crab.session')).toEqual([])
})

test.each([
  ['ferogram/v8-full.session', 'bot', 'ferogram.binary'],
  ['ferogram/v1-home2.session', 'state.dat', 'ferogram.binary'],
  ['ferogram/serde-0.6.5.json', 'dump', 'ferogram.json'],
  ['gotd/gotd-basic.json', 'gotd.txt', 'gotd.json'],
  ['gotd/gogram-default-key.dat', 'cache.dat', 'gogram.file'],
  ['grammers/tl-v3-0.8.session', 'grammers.bin', 'grammers.tl'],
  ['grammers/text-v1.session', 'old', 'grammers.text'],
])('%s is recognised under the name %s', async (fixture, name, formatId) => {
  copyFileSync(join('fixtures', fixture), join(root, name))
  const { files } = await scan()
  expect(files.map((file) => [file.key, formatIds(file)])).toEqual([[name, [formatId]]])
})

test('what is encrypted and named like anything is no session for that alone', async () => {
  for (const length of [64, 512, 2344, 5800]) {
    writeFileSync(join(root, `noise-${length}.bin`), crypto.getRandomValues(new Uint8Array(length)))
    writeFileSync(join(root, `noise-${length}`), crypto.getRandomValues(new Uint8Array(length)))
  }
  const { files } = await scan()
  expect(files.filter(({ summaries }) => summaries.length > 0).map(({ key }) => key)).toEqual([])
  expect(files).toHaveLength(8)
})
