import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AppError } from '../domain/errors.ts'
import { type AppDatabase, openAppDatabase } from './app-database.ts'
import { unreadableSummary } from './session-reader.ts'
import { openTrash, type TrashStore } from './trash.ts'
import { unpackFiles } from './trash-container.ts'

const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
let base: string
let database: AppDatabase
let trash: TrashStore
let path: string
const seal = vi.fn<(bytes: Uint8Array) => Uint8Array>()

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'deck-trash-'))
  path = join(base, 'bots', 'shop.session')
  await mkdir(join(base, 'bots'))
  await writeFile(path, 'original')
  database = openAppDatabase(join(base, 'data'), log, 0)
  seal.mockImplementation((bytes) => bytes.map((byte) => byte ^ 0x5a))
  trash = openTrash({
    database,
    protection: { seal, open: (bytes) => bytes.map((byte) => byte ^ 0x5a) },
    ports: {
      paths: { data: join(base, 'data'), scratch: base, home: base, code: base },
      clock: { now: () => 1_700_000_000_000 },
      randomBytes,
      log,
    },
    onChange: () => undefined,
    restoreEntry: async (record) => ({ sourceId: record.sourceId, key: record.summary.key }),
    onFileRestored: async () => null,
  })
})
afterEach(async () => {
  database.close()
  await chmod(join(base, 'bots'), 0o700)
  await rm(base, { recursive: true })
})

function take(companions: string[] = []): Promise<string> {
  const summary = unreadableSummary({ key: 'shop.session', name: 'shop', path }, [])
  const source = { sourceId: 'a', sourceName: 'A', givenName: null }
  return trash.takeFile({ reason: 'deleted', ...source, summary, path, companions })
}

test('removes nothing when nothing can seal yet', async () => {
  seal.mockImplementation(() => {
    throw new AppError('protection.required', {})
  })
  await expect(take()).rejects.toMatchObject({ code: 'protection.required' })
  expect(await readFile(path, 'utf8')).toBe('original')
  expect(trash.list()).toEqual([])
})

test('removes nothing when the file changes between reading and removing', async () => {
  seal.mockImplementation((bytes) => {
    // The container is sealed after the file was read: the moment for a bot to write.
    if (bytes.byteLength > 0) writeFileSync(path, 'a newer login')
    return bytes
  })
  await expect(take()).rejects.toMatchObject({ code: 'source.changed' })
  expect(await readFile(path, 'utf8')).toBe('a newer login')
  expect(trash.list()).toEqual([])
  expect(await readdir(join(base, 'data', 'trash'))).toEqual([])
})

test('takes companions by name or path, and leaves out what is not there', async () => {
  await writeFile(`${path}-wal`, 'w')
  await writeFile(`${path}-shm`, 's')
  const id = await take(['shop.session-wal', `${path}-shm`, `${path}-journal`])
  expect(await readdir(join(base, 'bots'))).toEqual([])
  expect(trash.list()).toMatchObject([{ id, sizeBytes: 10, expiresAtMs: 1_700_000_000_000 + 30 * 86_400_000 }])
  await writeFile(`${path}-shm`, 'in the way')
  await expect(trash.restore(id)).rejects.toMatchObject({ code: 'source.exists' })
  expect(await readdir(join(base, 'bots'))).toEqual(['shop.session-shm'])
  await rm(`${path}-shm`)
  await trash.restore(id)
  expect(await readdir(join(base, 'bots'))).toEqual(['shop.session', 'shop.session-shm', 'shop.session-wal'])
  await expect(trash.restore(id)).rejects.toMatchObject({ code: 'session.not-found' })
})

test('says so when the folder is gone or does not let go', async () => {
  const id = await take()
  await rm(join(base, 'bots'), { recursive: true })
  await expect(trash.restore(id)).rejects.toMatchObject({ code: 'source.not-found' })
  expect(trash.list()).toHaveLength(1)
  await mkdir(join(base, 'bots'))
  await trash.restore(id)
  await rm(path)
  await expect(take()).rejects.toMatchObject({ code: 'source.not-found' })
})

test.skipIf(process.getuid?.() === 0)('refuses a folder that may not be written', async () => {
  await chmod(join(base, 'bots'), 0o500)
  await expect(take()).rejects.toMatchObject({ code: 'source.denied' })
  expect(trash.list()).toEqual([])
})

test('keeps what a write replaced, and forgets it on purge', async () => {
  const summary = unreadableSummary({ key: 'shop.session', name: 'shop', path }, [])
  const source = { sourceId: 'a', sourceName: 'A', givenName: 'Shop' }
  const id = await trash.keepBytes({ reason: 'replaced', ...source, summary, path, bytes: Buffer.from('older') })
  await expect(trash.restore(id)).rejects.toMatchObject({ code: 'source.exists' })
  await rm(path)
  await trash.restore(id)
  expect(await readFile(path, 'utf8')).toBe('older')
  expect((await stat(path)).mode & 0o777).toBe(0o600)

  const again = await take()
  await trash.purge(again)
  expect(trash.list()).toEqual([])
  expect(await readdir(join(base, 'data', 'trash'))).toEqual([])
  await expect(trash.purge('../../etc')).rejects.toMatchObject({ code: 'session.not-found' })
})

test('tells a container that is not one', () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from('xxxx{}'), randomBytes(100)]) {
    expect(() => unpackFiles(bytes)).toThrow(expect.objectContaining({ code: 'format.malformed' }))
  }
})
