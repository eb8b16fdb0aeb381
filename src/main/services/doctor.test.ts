import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { everything, openTestApp, type TestApp } from '../../../test/support/app/open-test-app.ts'

let deck: TestApp
let folder: string
beforeEach(async () => {
  deck = await openTestApp()
  folder = join(deck.root, 'bots')
  mkdirSync(folder)
})
afterEach(() => deck.close())

const golden = new URL('../../../fixtures/telethon/schema7.session', import.meta.url)

/** A Telethon file that something has been done to. */
function damagedFile(sql: string): string {
  const path = join(folder, 'shop.session')
  copyFileSync(golden, path)
  const database = new Database(path)
  database.pragma('journal_mode = delete')
  database.exec(sql)
  database.prepare('UPDATE sessions SET auth_key = ?').run(randomBytes(256))
  database.close()
  return path
}

async function refOf(name: string) {
  await deck.addSource(folder)
  const { rows } = await deck.client.sessions.list(everything)
  const row = rows.find((one) => one.name === name)
  if (row === undefined) throw new Error(`no row ${name}`)
  return row.ref
}

it('names what is wrong and what a clean copy changes, and leaves the file as it was', async () => {
  const path = damagedFile(`
    ALTER TABLE sessions ADD COLUMN note TEXT;
    UPDATE version SET version = 6;
  `)
  const before = { bytes: readFileSync(path), mtime: statSync(path).mtimeMs }
  const ref = await refOf('shop')
  const { findings, cure } = await deck.client.doctor.examine({ ref })
  expect(findings.map(({ code, cured }) => [code, cured])).toEqual(
    expect.arrayContaining([
      ['telethon.interrupted-upgrade', true],
      ['telethon.extra-column', true],
    ]),
  )
  expect(cure?.target).toEqual({ formatId: 'telethon.sqlite', variant: '7' })
  expect(cure?.changes).toEqual(['The version number 6 becomes 7.', 'Table “sessions”: column “note” is left out.'])
  expect(cure?.lost).toEqual([])
  expect(readdirSync(folder)).toEqual(['shop.session'])
  expect(readFileSync(path).equals(before.bytes)).toBe(true)
  expect(statSync(path).mtimeMs).toBe(before.mtime)
})

it('writes the copy beside it, with nothing wrong and everything kept', async () => {
  const path = damagedFile('ALTER TABLE entities ADD COLUMN note TEXT')
  const bytes = readFileSync(path)
  const ref = await refOf('shop')
  const original = await deck.client.sessions.get({ ref })
  const written = await deck.client.doctor.repair({ ref, folder: null })
  expect(written.path).toBe(join(folder, 'shop repaired.session'))
  expect(statSync(written.path).mode & 0o777).toBe(0o600)
  expect(readFileSync(path).equals(bytes)).toBe(true)

  const repaired = await deck.client.sessions.get({ ref: written.ref! })
  expect(repaired.row.keyId).toBe(original.row.keyId)
  expect(repaired.row.peers).toBe(original.row.peers)
  expect(repaired.problems.filter(({ code }) => code.startsWith('telethon.'))).toEqual([])
  expect((await deck.client.doctor.examine({ ref: written.ref! })).cure).toBeNull()
})

it('takes the usual version where a copy in its own would be no better', async () => {
  copyFileSync(new URL('../../../fixtures/telethon/schema1.session', import.meta.url), join(folder, 'old.session'))
  const ref = await refOf('old')
  const { cure } = await deck.client.doctor.examine({ ref })
  expect(cure?.target).toEqual({ formatId: 'telethon.sqlite', variant: '7' })
  expect(cure?.changes).toContain('The version number 1 becomes 7.')
})

it('offers no copy of what a copy would not cure', async () => {
  damagedFile('')
  const database = new Database(join(folder, 'shop.session'))
  database.exec("UPDATE sessions SET auth_key = X''")
  database.close()
  const ref = await refOf('shop')
  const { findings, cure } = await deck.client.doctor.examine({ ref })
  expect(findings.map(({ code, cured }) => [code, cured])).toEqual([['session.no-key', false]])
  expect(cure).toBeNull()
  await expect(deck.client.doctor.repair({ ref, folder: null })).rejects.toMatchObject({ code: 'request.unsupported' })
})
