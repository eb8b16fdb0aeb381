import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chmodSync, existsSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { collected, everything, openTestApp, type TestApp, waitFor } from '../../../test/support/app/open-test-app.ts'

let deck: TestApp
let folder: string
let sourceId: string

beforeAll(async () => {
  deck = await openTestApp()
  folder = deck.place(
    'bots',
    'telethon/schema7.session',
    'telethon/schema8.session',
    'telethon/schema8-resaved.session',
    'telethon/fresh.session',
    'telethon/pickle-0.10.session',
    'pyrogram/files/v3-bot.session',
    'pyrogram/files/kurigram-v7.session',
  )
  writeFileSync(join(folder, 'notes.md'), 'no session')
  sourceId = await deck.addSource(folder)
})
afterAll(() => deck.close())

const ref = (key: string) => ({ sourceId, key })
const list = async (change = {}) => (await deck.client.sessions.list({ ...everything, ...change })).rows

describe('the list', () => {
  it('shows every session file with its library, version and standing, and leaves other files out', async () => {
    const rows = await list()
    expect(
      rows.map(({ name, status, libraryLabel, formatLabel }) => [name, status, libraryLabel, formatLabel]),
    ).toEqual([
      ['fresh', 'no-key', 'Telethon', 'SQLite 7'],
      ['kurigram-v7', 'ok', 'Kurigram', 'SQLite 7'],
      ['pickle-0.10', 'ok', 'Telethon', 'pickle'],
      ['schema7', 'ok', 'Telethon', 'SQLite 7'],
      ['schema8', 'ok', 'Telethon', 'SQLite 8'],
      ['schema8-resaved', 'ok', 'Telethon', 'SQLite 8'],
      ['v3-bot', 'ok', 'Pyrogram', 'SQLite 3'],
    ])
  })

  it('gives equal keys equal fingerprints and counts them as copies', async () => {
    const rows = await list()
    const [one, other] = rows.filter(({ name }) => name.startsWith('schema8'))
    expect(one?.keyId).toMatch(/^[0-9a-f]{16}$/)
    expect(one?.fingerprint).toBe(other?.fingerprint)
    expect(one?.copies).toBe(2)
    expect((await list({ view: { kind: 'duplicates' } })).map(({ name }) => name)).toEqual([
      'schema8',
      'schema8-resaved',
    ])
  })

  it('counts what the sidebar and the filters show', async () => {
    const counts = await deck.client.sessions.counts()
    expect(counts).toMatchObject({ all: 7, bots: 1, duplicates: 2, trash: 0, sources: { [sourceId]: 7 } })
    expect(counts.libraries).toContainEqual({ value: 'kurigram', label: 'Kurigram', count: 1 })
  })

  it('keeps names, notes and tags', async () => {
    const [row] = await list({ search: 'v3-bot' })
    if (!row) throw new Error('no row')
    expect(
      await deck.client.sessions.annotate({ refs: [row.ref], name: 'Shop', note: 'ours', addTags: [' shop '] }),
    ).toEqual({
      changed: 1,
    })
    const detail = await deck.client.sessions.get({ ref: row.ref })
    expect(detail).toMatchObject({ givenName: 'Shop', note: 'ours', row: { name: 'Shop', tags: ['shop'] } })
    expect((await list({ view: { kind: 'tag', tag: 'shop' } })).map(({ name }) => name)).toEqual(['Shop'])
    await deck.client.sessions.annotate({ refs: [row.ref], name: null, note: '', removeTags: ['shop'] })
    expect((await deck.client.sessions.get({ ref: row.ref })).row.name).toBe('v3-bot')
  })

  it('tells in the activity of a session what was changed, wherever it moved, and no word of its note', async () => {
    const [row] = await list({ search: 'kurigram-v7' })
    if (!row) throw new Error('no row')
    const { annotate } = deck.client.sessions
    await annotate({ refs: [row.ref], name: 'Work', note: 'password 1234', addTags: ['Team', 'team '] })
    await annotate({ refs: [row.ref], name: 'Work', note: 'password 1234', addTags: ['team'], removeTags: ['other'] })
    renameSync(join(folder, 'kurigram-v7.session'), join(folder, 'moved.session'))
    await waitFor(async () => (await list({ search: 'moved.session' })).length === 1)
    const [moved] = await list({ search: 'moved.session' })
    if (!moved) throw new Error('not moved')
    await annotate({ refs: [moved.ref], note: '', removeTags: ['TEAM'] })
    const { entries } = await deck.client.audit.list({ ref: moved.ref, offset: 0, limit: 20 })
    expect(entries.map(({ action }) => action)).toEqual(['noted', 'tagged', 'noted', 'tagged', 'renamed'])
    expect(entries.map(({ text }) => text).join()).toContain('“Work”')
    expect(JSON.stringify(entries)).not.toContain('1234')
    renameSync(join(folder, 'moved.session'), join(folder, 'kurigram-v7.session'))
    await waitFor(async () => (await list({ search: 'kurigram-v7.session' })).length === 1)
    await annotate({ refs: [{ ...moved.ref, key: 'kurigram-v7.session' }], name: null })
  })
})

describe('one session', () => {
  it('tells format, data centres, update state and what can be done', async () => {
    const detail = await deck.client.sessions.get({ ref: ref('schema7.session') })
    expect(detail).toMatchObject({
      formatText: 'Telethon SQLite, version 7',
      path: join(folder, 'schema7.session'),
      dataCenters: [{ id: 2, port: 443, hasKey: true, home: true, implied: false }],
      updateState: { pts: 627468, qts: 420, seq: 308 },
      channelStates: 4,
      sentFiles: 2,
      abilities: { peers: true, files: true, raw: true, export: true, delete: true },
    })
  })

  it('names the other sessions with the same key', async () => {
    const { copies } = await deck.client.sessions.get({ ref: ref('schema8.session') })
    expect(copies.map(({ name }) => name)).toEqual(['schema8-resaved'])
  })

  it('shows raw rows with nothing but the length of a key', async () => {
    const { rows } = await deck.client.sessions.rawRows({
      ref: ref('schema7.session'),
      table: 'sessions',
      offset: 0,
      limit: 10,
    })
    expect(rows[0]?.[3]).toEqual({ kind: 'secret', byteLength: 256 })
  })

  it('pages cached uploads and channel states', async () => {
    const page = { ref: ref('schema7.session'), offset: 0, limit: 1 }
    const files = await deck.client.sessions.sentFiles(page)
    expect(files.total).toBe(2)
    expect(files.rows[0]?.md5).toMatch(/^[0-9a-f]{32}$/)
    const states = await deck.client.sessions.channelStates({ ...page, limit: 10 })
    expect(states.rows).toHaveLength(4)
    expect(states.rows[0]?.markedId).toBe(`-100${states.rows[0]?.channelId}`)
  })

  it('takes the read rights of others away', async () => {
    if (process.platform === 'win32') return
    const path = join(folder, 'kurigram-v7.session')
    chmodSync(path, 0o644)
    await deck.client.sources.rescan({ sourceId })
    expect(await deck.client.sessions.makePrivate({ ref: ref('kurigram-v7.session') })).toEqual({ mode: '0600' })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(await deck.client.sessions.get({ ref: ref('kurigram-v7.session') })).toMatchObject({
      exposed: false,
      mode: '0600',
    })
  })

  it('says which session is gone', async () => {
    await expect(deck.client.sessions.get({ ref: ref('gone.session') })).rejects.toMatchObject({
      code: 'session.not-found',
      defined: true,
    })
  })
})

describe('peers', () => {
  it('finds a channel by every form of its id', async () => {
    const page = await deck.client.peers.page({ ref: ref('schema7.session'), filter: 'channels', offset: 0, limit: 1 })
    const [channel] = page.peers
    if (!channel) throw new Error('no channel')
    for (const search of [channel.id, channel.markedId]) {
      const found = await deck.client.peers.page({ ref: ref('schema7.session'), search, offset: 0, limit: 10 })
      expect(found.peers.map(({ markedId }) => markedId)).toContain(channel.markedId)
    }
  })

  it('asks all sessions which know a peer', async () => {
    const { peers } = await deck.client.peers.page({ ref: ref('schema8.session'), offset: 0, limit: 1 })
    const search = peers[0]?.markedId ?? ''
    const events = await collected(await deck.client.peers.whoKnows({ search }))
    const names = events.flatMap((event) => (event.type === 'match' ? [event.session.name] : []))
    expect(names.toSorted()).toEqual(['schema8', 'schema8-resaved'])
    expect(events.at(-1)).toEqual({ type: 'done', matches: 2, searched: 6 })
    expect(await deck.client.jobs.list()).toEqual([])
  })
})

it('stops a search when the window turns away, and when its job is cancelled', async () => {
  for await (const event of await deck.client.peers.whoKnows({ search: 'a' })) {
    expect(event.type).toBe('progress')
    break
  }
  // What was being read when the window turned away is read to its end.
  await expect.poll(() => deck.client.jobs.list()).toEqual([])

  const events = await deck.client.peers.whoKnows({ search: 'a' })
  // Asked for before anything was found: what is cancelled here has only just begun.
  const [job] = await deck.client.jobs.list()
  expect(job).toMatchObject({ kind: 'search', state: 'running', total: 6 })
  expect(await deck.client.jobs.cancel({ id: job?.id ?? '' })).toEqual({ cancelled: true })
  expect((await collected(events)).at(-1)?.type).toBe('done')
  expect(await deck.client.jobs.list()).toEqual([])
})

describe('places', () => {
  it('browses folders first, hidden ones last, and says why when it cannot', async () => {
    const { entries, parent } = await deck.client.app.browse({ path: '~' })
    expect(parent).not.toBeNull()
    expect(entries.map(({ name, kind }) => [name, kind])).toContainEqual(['bots', 'folder'])
    await expect(deck.client.app.browse({ path: join(deck.root, 'nowhere') })).rejects.toMatchObject({
      code: 'source.not-found',
    })
    await expect(deck.client.app.browse({ path: 'relative' })).rejects.toMatchObject({ code: 'request.invalid' })
  })

  it('refuses to add a place twice', async () => {
    await expect(deck.client.sources.add({ path: folder })).rejects.toMatchObject({ code: 'source.exists' })
  })
})

it('deletes to the trash and restores to the same place', async () => {
  const key = 'schema8-resaved.session'
  await expect(deck.client.sessions.delete({ refs: [ref(key)] })).rejects.toMatchObject({ code: 'protection.required' })
  expect(existsSync(join(folder, key))).toBe(true)
  await deck.client.app.protect({ passphrase: 'correct horse battery' })

  const before = readdirSync(folder).toSorted()
  const [result] = await deck.client.sessions.delete({ refs: [ref(key)] })
  expect(result).toMatchObject({ name: 'schema8-resaved', error: null })
  expect(existsSync(join(folder, key))).toBe(false)
  expect((await list()).map(({ name }) => name)).not.toContain('schema8-resaved')
  const [entry] = await deck.client.trash.list()
  expect(entry).toMatchObject({
    id: result?.trashId,
    name: 'schema8-resaved',
    reason: 'deleted',
    libraryLabel: 'Telethon',
  })

  const [restored] = await deck.client.trash.restore({ ids: [result?.trashId ?? ''] })
  expect(restored).toMatchObject({ path: join(folder, key), error: null })
  expect(readdirSync(folder).toSorted()).toEqual(before)
  expect((await list()).map(({ name }) => name)).toContain('schema8-resaved')
  const { entries } = await deck.client.audit.list({ ref: ref(key), offset: 0, limit: 10 })
  expect(entries.map(({ action }) => action)).toEqual(['restored', 'deleted'])
})

it('answers nothing about sessions while it is locked', async () => {
  await deck.client.app.lock()
  await expect(deck.client.sessions.list(everything)).rejects.toMatchObject({ code: 'protection.locked' })
  await expect(deck.client.app.unlock({ passphrase: 'wrong one' })).rejects.toMatchObject({ code: 'passcode.wrong' })
  expect(await deck.client.app.unlock({ passphrase: 'correct horse battery' })).toMatchObject({ state: 'unlocked' })
  expect(await list()).toHaveLength(7)
})
