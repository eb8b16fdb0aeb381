import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Decrypter } from 'age-encryption'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { collected, everything, openTestApp, type TestApp } from '../../../test/support/app/open-test-app.ts'
import { memoryFolder, unlockWith } from '../../../test/support/formats/media.ts'
import { keyIdOf } from '../domain/key-id.ts'
import { homeOf } from '../domain/session.ts'
import { formatById } from '../formats/registry.ts'

let deck: TestApp
beforeEach(async () => {
  deck = await openTestApp()
})
afterEach(() => deck.close())

const tdata = { formatId: 'tdesktop.tdata', variant: '' }
const values = { 'user-id': '777000123' }
const plain = { kind: 'plain', confirmed: true } as const
const passcode = 'a canary in the coal mine'

/** A Telethon file in a source, with its key id. */
async function telethonRow() {
  await deck.addSource(deck.place('bots', 'telethon/schema7.session'))
  const [row] = (await deck.client.sessions.list(everything)).rows
  if (!row) throw new Error('not listed')
  return row
}

type SaveInput = Parameters<TestApp['client']['exports']['save']>[0]
async function save(input: Partial<SaveInput> & Pick<SaveInput, 'refs' | 'destination'>) {
  const events = await collected(
    await deck.client.exports.save({ target: tdata, values, protection: plain, overwrite: false, ...input }),
  )
  return { events, item: events.find((event) => event.type === 'item'), done: events.at(-1) }
}

function filesBelow(root: string): Map<string, Uint8Array> {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' })
  return new Map(
    names
      .filter((name) => statSync(join(root, name)).isFile())
      .map((name) => [name.replaceAll('\\', '/'), readFileSync(join(root, name))]),
  )
}

/** Key ids of the sessions in a tdata folder. */
async function keyIdsIn(files: ReadonlyMap<string, Uint8Array>, word: string | null): Promise<(string | null)[]> {
  const format = formatById(tdata.formatId)
  if (format.medium !== 'folder') throw new Error('tdata is a folder')
  const stored = await format.list(memoryFolder('tdata', files), unlockWith(word))
  return stored.map(({ decoded }) => {
    const key = homeOf(decoded.session)?.authKey
    return key ? keyIdOf(key) : null
  })
}

function unpack(tar: Uint8Array): Map<string, Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'export-shapes-'))
  try {
    writeFileSync(join(folder, 'all.tar'), tar)
    execFileSync('tar', ['-xf', 'all.tar'], { cwd: folder })
    rmSync(join(folder, 'all.tar'))
    return filesBelow(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The part of a map below a folder. */
function below(files: ReadonlyMap<string, Uint8Array>, folder: string): Map<string, Uint8Array> {
  return new Map(
    [...files].flatMap(([name, bytes]) =>
      name.startsWith(`${folder}/`) ? [[name.slice(folder.length + 1), bytes]] : [],
    ),
  )
}

describe('a format that is a folder', () => {
  it('becomes a new private folder, locked with a passcode that nothing keeps', async () => {
    const { ref, keyId } = await telethonRow()
    const plan = await deck.client.exports.plan({ refs: [ref], target: tdata, values: {} })
    expect(plan.missing).toEqual([])
    expect(plan.options.find(({ name }) => name === 'passcode')?.kind).toBe('secret')
    expect(plan.lostText).toMatch(/^4 channel states, 40 peers, .* will be left behind\.$/)

    const path = join(deck.root, 'portable', 'tdata')
    const { item } = await save({
      refs: [ref],
      values: { ...values, passcode },
      destination: { kind: 'file', path },
    })
    expect(item).toMatchObject({ path, error: null, notes: [] })
    const files = filesBelow(path)
    expect([...files.keys()]).toContain('key_datas')
    if (process.platform !== 'win32') {
      expect(statSync(path).mode & 0o777).toBe(0o700)
      for (const name of files.keys()) expect(statSync(join(path, name)).mode & 0o777).toBe(0o600)
    }
    expect(readdirSync(join(deck.root, 'portable'))).toEqual(['tdata'])
    expect(await keyIdsIn(files, passcode)).toEqual([keyId])
    await expect(keyIdsIn(files, 'another')).rejects.toMatchObject({ code: 'passcode.wrong' })

    const audit = await deck.client.audit.list({ ref, offset: 0, limit: 10 })
    expect(JSON.stringify([plan, audit, deck.logged])).not.toContain(passcode)
    for (const [name, bytes] of filesBelow(join(deck.root, 'data'))) {
      expect(Buffer.from(bytes).includes(passcode), name).toBe(false)
    }
  })

  it('takes an empty folder and no other, also when it may overwrite', async () => {
    const { ref } = await telethonRow()
    const path = join(deck.root, 'tdata')
    mkdirSync(path)
    const destination = { kind: 'file', path } as const
    expect((await save({ refs: [ref], destination })).item?.error).toBeNull()
    const before = filesBelow(path)
    for (const overwrite of [false, true]) {
      const { item } = await save({ refs: [ref], destination, overwrite })
      expect(item?.error?.code).toBe('source.exists')
    }
    expect(filesBelow(path)).toEqual(before)
    writeFileSync(join(deck.root, 'file'), 'precious')
    const onFile = await save({ refs: [ref], destination: { kind: 'file', path: join(deck.root, 'file') } })
    expect(onFile.item?.error?.code).toBe('source.exists')
    expect(readFileSync(join(deck.root, 'file'), 'utf8')).toBe('precious')
    // Nothing half-made stays.
    expect(readdirSync(deck.root).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  it('becomes one archive for a download, and one in an age file', async () => {
    const { ref, keyId } = await telethonRow()
    const { done } = await save({ refs: [ref], destination: { kind: 'download' } })
    expect(done).toMatchObject({ written: 1, download: '/transfer/1' })
    expect(deck.downloads[0]?.name).toBe('schema7.tar')
    expect(await keyIdsIn(below(unpack(deck.downloads[0]!.bytes), 'schema7'), null)).toEqual([keyId])

    await save({ refs: [ref, ref], destination: { kind: 'download' } })
    expect(deck.downloads[1]?.name).toBe('sessions.tar')
    const both = unpack(deck.downloads[1]!.bytes)
    expect(await keyIdsIn(below(both, 'schema7'), null)).toEqual([keyId])
    expect(await keyIdsIn(below(both, 'schema7 2'), null)).toEqual([keyId])

    const { item } = await save({
      refs: [ref],
      destination: { kind: 'folder', path: deck.root },
      protection: { kind: 'age', passphrase: 'correct horse' },
    })
    expect(item).toMatchObject({ path: join(deck.root, 'schema7.tar.age'), error: null })
    const decrypter = new Decrypter()
    decrypter.addPassphrase('correct horse')
    const tar = await decrypter.decrypt(readFileSync(join(deck.root, 'schema7.tar.age')))
    expect(await keyIdsIn(below(unpack(tar), 'schema7'), null)).toEqual([keyId])
    expect(existsSync(join(deck.root, 'schema7'))).toBe(false)
  })

  it('goes into a folder source, where it is listed at once', async () => {
    const { ref, keyId } = await telethonRow()
    const folder = join(deck.root, 'desktop')
    mkdirSync(folder)
    const sourceId = await deck.addSource(folder)
    const { item } = await save({ refs: [ref], destination: { kind: 'source', sourceId } })
    expect(item).toMatchObject({ path: join(folder, 'schema7'), error: null })
    const { rows } = await deck.client.sessions.list(everything)
    expect(rows.filter((row) => row.keyId === keyId).map((row) => row.library)).toEqual(
      expect.arrayContaining(['telethon', 'tdesktop']),
    )
    // A second one of that name gets a number.
    expect((await save({ refs: [ref], destination: { kind: 'source', sourceId } })).item?.path).toBe(
      join(folder, 'schema7 2'),
    )
  })
})

describe('import into another format', () => {
  it.each([
    ['a folder', 'tdesktop.tdata', 'schema7/key_datas'],
    ['a folder', 'gramjs.store', null],
    ['a binary file', 'ferogram.binary', null],
    ['a JSON file', 'gotd.json', null],
    ['tables', 'mtcute.sqlite', null],
  ])('writes %s of %s', async (_shape, formatId, file) => {
    const from = deck.place('staged', 'telethon/schema7.session')
    const folder = join(deck.root, 'imported')
    const { ticket, items } = await deck.client.imports.stagePaths({ paths: [from] })
    const events = await collected(
      await deck.client.imports.commit({
        ticket,
        items: items.map(({ id }) => ({ id, name: null })),
        destination: { kind: 'folder', path: folder },
        target: { formatId, variant: '' },
        values: { ...values, 'is-bot': 'no', 'api-id': '6' },
      }),
    )
    expect(events.find((event) => event.type === 'item')).toMatchObject({ error: null })
    if (file !== null) expect(existsSync(join(folder, file))).toBe(true)
    await deck.addSource(folder)
    const { rows } = await deck.client.sessions.list(everything)
    expect(rows).toHaveLength(1)
    expect(rows[0]?.keyId).toBe(items[0]?.preview?.keyId)
  })
})
