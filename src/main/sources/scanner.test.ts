import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { ScannedFile, Scanner } from './scan-types.ts'
import { createPool } from './pool.ts'
import { createScanner } from './scanner.ts'
import { temporarySibling } from '../backends/atomic-write.ts'
import { walk } from '../backends/walk.ts'

let folder: string
let root: string
let scanner: Scanner
const FIXTURE = 'fixtures/telethon/schema7.session'

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'deck-scanner-'))
  root = join(folder, 'root')
  mkdirSync(root)
  scanner = createScanner({
    pool: createPool(),
    scratch: join(folder, 'scratch'),
    trash: () => {
      throw new Error('no trash here')
    },
  })
})
afterAll(async () => {
  await scanner.close()
  rmSync(folder, { recursive: true })
})

async function scanAll(
  known: ReadonlyMap<string, string> = new Map(),
  at = root,
): Promise<{ files: Map<string, ScannedFile>; unchanged: string[]; total: number | null }> {
  const files = new Map<string, ScannedFile>()
  const unchanged: string[] = []
  let total: number | null = null
  await scanner.scan(at, {
    known,
    signal: new AbortController().signal,
    onFiles: (found) => {
      for (const file of found) files.set(file.key, file)
    },
    onUnchanged: (keys) => unchanged.push(...keys),
    onProgress: (_done, all) => {
      total = all
    },
  })
  return { files, unchanged, total }
}

test('finds sessions in a tree and knows unchanged ones again', async () => {
  mkdirSync(join(root, 'deep/er'), { recursive: true })
  copyFileSync(FIXTURE, join(root, 'a.session'))
  copyFileSync(FIXTURE, join(root, 'deep/er/no-extension'))
  writeFileSync(join(root, 'notes.txt'), 'remember the milk')
  symlinkSync('..', join(root, 'deep/loop'))
  const first = await scanAll()
  expect([...first.files.keys()].sort()).toEqual(['a.session', 'deep/er/no-extension', 'notes.txt'])
  expect(first.total).toBe(3)
  expect(first.files.get('notes.txt')?.summaries).toEqual([])
  const [found] = first.files.get('deep/er/no-extension')?.summaries ?? []
  expect(found).toMatchObject({ key: 'deep/er/no-extension', name: 'no-extension', problems: [] })
  expect(found?.format?.library).toBe('telethon')
  expect(found?.keyId).toMatch(/^[0-9a-f]{16}$/)

  const known = new Map([...first.files.values()].map((file) => [file.key, file.signature]))
  writeFileSync(join(root, 'a.session'), '')
  const second = await scanAll(known)
  expect(second.unchanged.sort()).toEqual(['deep/er/no-extension', 'notes.txt'])
  expect([...second.files.keys()]).toEqual(['a.session'])
})

test('a root that is one file, and one that is not there', async () => {
  const path = join(root, 'deep/er/no-extension')
  const { files } = await scanAll(new Map(), path)
  expect([...files.keys()]).toEqual(['no-extension'])
  await expect(scanAll(new Map(), join(root, 'missing'))).rejects.toHaveProperty('code', 'source.not-found')
  expect(await scanner.store(path).summary('no-extension')).toMatchObject({ key: 'no-extension', path })
})

test('an aborted scan ends with the reason', async () => {
  const controller = new AbortController()
  const scan = scanner.scan(root, {
    known: new Map(),
    signal: controller.signal,
    onFiles: () => undefined,
    onUnchanged: () => undefined,
    onProgress: () => controller.abort(new Error('enough')),
  })
  await expect(scan).rejects.toThrow('enough')
})

test('rescan leaves out what is gone; probe throws with the file named', async () => {
  const found = await scanner.rescan(root, ['deep/er/no-extension', 'gone.session'])
  expect(found.map((file) => file.key)).toEqual(['deep/er/no-extension'])
  const path = join(root, 'gone.session')
  await expect(scanner.probe(path)).rejects.toMatchObject({ code: 'source.not-found', details: { file: path } })
  await expect(scanner.rescan(root, ['../outside'])).rejects.toHaveProperty('code', 'session.not-found')
})

test('tells which files were created, changed and removed', async () => {
  const watched = join(folder, 'watched')
  cpSync('fixtures/telethon', watched, { recursive: true })
  const seen: string[] = []
  const watch = scanner.watch(
    watched,
    (keys) => seen.push(...keys),
    () => undefined,
  )
  await watch.ready
  mkdirSync(join(watched, 'new'))
  copyFileSync(FIXTURE, join(watched, 'new/born.session'))
  copyFileSync(FIXTURE, join(watched, 'schema6.session'))
  writeFileSync(join(watched, 'schema5.session-wal'), '')
  rmSync(join(watched, 'schema3.session'))
  // A file of ours on its way is none yet.
  copyFileSync(FIXTURE, temporarySibling(join(watched, 'coming.session')))
  await vi.waitFor(
    () =>
      expect(new Set(seen)).toEqual(
        new Set(['new/born.session', 'schema6.session', 'schema5.session', 'schema3.session']),
      ),
    { timeout: 5_000 },
  )
  await watch.close()
})

test('a watched file is told with its companions, and a root that goes is an error', async () => {
  const place = join(folder, 'single')
  mkdirSync(place)
  const path = join(place, 'one.session')
  copyFileSync(FIXTURE, path)
  const keys: string[] = []
  const errors: string[] = []
  const onFile = scanner.watch(
    path,
    (found) => keys.push(...found),
    (error) => errors.push(error.code),
  )
  const onFolder = scanner.watch(
    place,
    () => undefined,
    (error) => errors.push(error.code),
  )
  await Promise.all([onFile.ready, onFolder.ready])
  writeFileSync(join(place, 'other.session'), '')
  writeFileSync(`${path}-wal`, 'log')
  await vi.waitFor(() => expect(keys).toEqual(['one.session']), { timeout: 5_000 })
  rmSync(place, { recursive: true })
  await vi.waitFor(() => expect(errors).toEqual(['source.not-found']), { timeout: 5_000 })
  await Promise.all([onFile.close(), onFolder.close()])
})

test('a file on its way is no session yet, a hidden one is', () => {
  const root = mkdtempSync(join(folder, 'written-'))
  copyFileSync(FIXTURE, temporarySibling(join(root, 'coming.session')))
  mkdirSync(temporarySibling(join(root, 'tdata')))
  copyFileSync(FIXTURE, join(root, '.hidden.session'))
  expect([...walk(root)].map(({ key }) => key)).toEqual(['.hidden.session'])
})
