import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { everything } from '../../../test/support/app/list-entries.ts'
import { type AppDatabase, openAppDatabase } from './app-database.ts'
import { type CatalogStore, openCatalog } from './catalog.ts'
import type { CatalogQuery } from './catalog-types.ts'
import type { ScannedFile } from './scan-types.ts'
import { openSourceRecords } from './library-records.ts'
import { unreadableSummary } from './session-reader.ts'
import type { SessionSummary } from './session-store.ts'

const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
let folder: string
let database: AppDatabase
let catalog: CatalogStore
let revisions: number[]
let time = 1000

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deck-catalog-'))
  database = openAppDatabase(folder, log, 0)
  revisions = []
  const records = openSourceRecords(database, () => time)
  records.add({ id: 'a', kind: 'folder', name: 'Zebra', path: '/a' })
  records.add({ id: 'b', kind: 'folder', name: 'Apple', path: '/b' })
  catalog = openCatalog(database, {
    now: () => time,
    nameOf: (id) => `source ${id}`,
    onChange: (revision) => revisions.push(revision),
  })
})
afterEach(async () => {
  database.close()
  await rm(folder, { recursive: true })
})

const format = { formatId: 'telethon.sqlite', variant: '7', library: 'telethon', formatVersion: 7 }

function file(key: string, more: Partial<SessionSummary> = {}, modifiedAtMs = 1): ScannedFile {
  const summary = {
    ...unreadableSummary({ key, name: key, path: `/x/${key}` }, []),
    format,
    keyId: `id-${key}`,
    ...more,
  }
  const facts = { path: `/x/${key}`, sizeBytes: 1, modifiedAtMs, mode: 0o600, companions: [] }
  return { key, signature: `s-${key}`, facts, summaries: [summary] }
}

type Account = NonNullable<SessionSummary['account']>
function account(id: string, more: Partial<Account> = {}): Account {
  return { id, isBot: null, username: null, phone: null, ...more }
}

interface Asked extends Omit<Partial<CatalogQuery>, 'filters'> {
  filters?: Partial<CatalogQuery['filters']>
}

function keys({ filters, ...more }: Asked = {}): string[] {
  const query: CatalogQuery = { ...everything, ...more, filters: { ...everything.filters, ...filters } }
  const page = catalog.page(query, { offset: 0, limit: 100 })
  expect(page.total).toBe(page.entries.length)
  expect(catalog.refs(query)).toEqual(page.entries.map((entry) => entry.ref))
  return page.entries.map((entry) => entry.ref.key)
}

describe('views, filters and sorts', () => {
  beforeEach(() => {
    const home = { id: 4, address: null, port: null, hasKey: true, home: true, implied: false }
    catalog.putFiles('a', [
      file('user', { account: account('5', { isBot: false }), peers: 3, dataCenters: [home], test: false }, 30),
      file('phone', { account: account('6', { phone: '4915112345678', username: 'Helga' }) }, 10),
      file('bot', { account: account('7', { isBot: true }), keyId: 'id-user', test: true }, 20),
    ])
    catalog.putFiles('b', [
      file('broken', { format: null, keyId: null }),
      file('empty', { keyId: null }),
      file('odd', { problems: [{ code: 'x', message: 'Look.' }], updateState: { pts: 1, qts: 1, date: 9, seq: 1 } }),
    ])
  })

  it('answers every view', () => {
    expect(keys()).toEqual(['bot', 'broken', 'empty', 'odd', 'phone', 'user'])
    expect(keys({ view: { kind: 'users' } })).toEqual(['phone', 'user'])
    expect(keys({ view: { kind: 'bots' } })).toEqual(['bot'])
    expect(keys({ view: { kind: 'attention' } })).toEqual(['broken', 'empty', 'odd'])
    expect(keys({ view: { kind: 'duplicates' } })).toEqual(['bot', 'user'])
    expect(keys({ view: { kind: 'source', sourceId: 'b' } })).toEqual(['broken', 'empty', 'odd'])
    expect(keys({ view: { kind: 'key', keyId: 'id-user' } })).toEqual(['bot', 'user'])
    expect(catalog.byKeyId('id-user').map((entry) => [entry.ref.key, entry.copies])).toEqual([
      ['bot', 2],
      ['user', 2],
    ])
    expect(catalog.get({ sourceId: 'b', key: 'empty' }).copies).toBe(0)
  })

  it('filters', () => {
    expect(keys({ filters: { kinds: ['bot', 'unknown'] } })).toEqual(['bot', 'broken', 'empty', 'odd'])
    expect(keys({ filters: { statuses: ['no-key', 'unreadable'] } })).toEqual(['broken', 'empty'])
    expect(keys({ filters: { dcs: [4], sources: ['a', 'b'] } })).toEqual(['user'])
    expect(keys({ filters: { test: true } })).toEqual(['bot'])
    expect(keys({ filters: { libraries: ['pyrogram'] } })).toEqual([])
    catalog.setInUse('a', new Set(['phone']))
    expect(keys({ filters: { inUse: true } })).toEqual(['phone'])
    expect(catalog.setInUse('a', new Set(['phone']))).toBe(false)
    expect(catalog.setInUse('a', new Set())).toBe(true)
  })

  it('sorts by every column either way, rows without a value last', () => {
    const by = (column: CatalogQuery['sort']['column'], direction: 'asc' | 'desc') =>
      keys({ sort: { column, direction } })
    expect(by('account', 'desc').slice(0, 4)).toEqual(['bot', 'phone', 'user', 'broken'])
    expect(by('peers', 'asc')[0]).toBe('user')
    expect(by('updated', 'desc')[0]).toBe('odd')
    expect(by('modified', 'desc').slice(0, 3)).toEqual(['user', 'bot', 'phone'])
    expect(by('status', 'desc').slice(0, 3)).toEqual(['broken', 'empty', 'odd'])
    expect(by('source', 'asc').slice(0, 3)).toEqual(['broken', 'empty', 'odd'])
    for (const column of ['name', 'kind', 'format', 'dc', 'key', 'tags'] as const) {
      expect(by(column, 'asc')).toHaveLength(6)
    }
  })

  it('counts', () => {
    catalog.annotate([{ sourceId: 'a', key: 'bot' }], { addTags: ['Работа'], removeTags: [] })
    expect(catalog.counts()).toEqual({
      all: 6,
      users: 2,
      bots: 1,
      attention: 3,
      duplicates: 2,
      sources: { a: 3, b: 3 },
      tags: [{ tag: 'Работа', count: 1 }],
      libraries: [{ value: 'telethon', count: 5 }],
      dcs: [{ value: '4', count: 1 }],
      logins: [{ value: 'unchecked', count: 4 }],
    })
  })

  it('tells a new revision for every change, and none for reading', () => {
    const before = catalog.revision()
    keys()
    expect(catalog.revision()).toBe(before)
    catalog.removeFiles('b', ['broken'], 0)
    expect(catalog.revision()).toBeGreaterThan(before)
    expect(revisions.at(-1)).toBe(catalog.revision())
    expect(keys()).not.toContain('broken')
  })
})

describe('search', () => {
  it('finds parts of everything shown, in any case and script, all words required', () => {
    catalog.putFiles('a', [
      file('bots/shop.session', {
        name: 'Магазин',
        account: account('9000000001', { username: 'ShopBot', phone: '4915112345678' }),
        keyId: 'deadbeef00112233',
      }),
      file('other'),
    ])
    const ref = { sourceId: 'a', key: 'bots/shop.session' }
    catalog.annotate([ref], { name: 'Straße', note: 'Ask Ёлка', addTags: ['Работа'], removeTags: [] })
    for (const search of [
      'МАГАЗИН',
      'stra',
      '@shopbot',
      '900000',
      '+49 151 12345',
      'DEADBEEF',
      'bots/shop',
      'ёлка',
      'раБоТа',
      'ask shop',
    ]) {
      expect(keys({ search }), search).toEqual([ref.key])
    }
    expect(keys({ search: 'shop nothing' })).toEqual([])
    expect(keys({ search: '%' })).toEqual([])
    expect(keys({ search: `'"; DROP TABLE sessions` })).toEqual([])
  })
})

describe('annotations', () => {
  const ref = { sourceId: 'a', key: 'one' }

  it('changes what is given and leaves the rest', () => {
    catalog.putFiles('a', [file('one'), file('two')])
    expect(
      catalog.annotate([ref, { sourceId: 'a', key: 'gone' }], { name: ' Shop ', addTags: [' Work '], removeTags: [] }),
    ).toBe(1)
    catalog.annotate([ref], { note: 'n', addTags: ['work', 'Old'], removeTags: [] })
    catalog.annotate([ref], { addTags: [], removeTags: ['OLD'] })
    expect(catalog.get(ref)).toMatchObject({ givenName: 'Shop', note: 'n', tags: ['Work'], sourceName: 'source a' })
    expect(keys({ view: { kind: 'tag', tag: 'WORK' } })).toEqual(['one'])
    expect(keys({ filters: { tags: ['work', 'other'] } })).toEqual(['one'])
    expect(keys()).toEqual(['one', 'two'])
    catalog.annotate([ref], { name: null, addTags: [], removeTags: [] })
    expect(catalog.get(ref).givenName).toBeNull()
    expect(() => catalog.get({ sourceId: 'a', key: 'gone' })).toThrow(
      expect.objectContaining({ code: 'session.not-found' }),
    )
  })

  it('sorts numbers in names as numbers', () => {
    catalog.putFiles('a', [file('bot 10'), file('bot 9'), file('Bot 1')])
    expect(keys()).toEqual(['Bot 1', 'bot 9', 'bot 10'])
  })

  it('leaves a copy alone when the annotated file goes for good', () => {
    catalog.putFiles('a', [file('one', { keyId: 'same' }), file('copy', { keyId: 'same' })])
    catalog.annotate([ref], { name: 'Shop', addTags: [], removeTags: [] })
    time += 100_000
    catalog.removeFiles('a', ['one'], time - 15_000)
    expect(catalog.get({ sourceId: 'a', key: 'copy' }).givenName).toBeNull()
    // It comes back from the trash: so does its name.
    catalog.putFiles('a', [file('one', { keyId: 'same' })])
    expect(catalog.get(ref).givenName).toBe('Shop')
  })

  it('follows a session that signed in anew and then moved', () => {
    catalog.putFiles('a', [file('one', { keyId: 'old' })])
    catalog.annotate([ref], { name: 'Shop', addTags: ['T'], removeTags: [] })
    catalog.putFiles('a', [file('one', { keyId: 'new' })])
    catalog.removeFiles('a', ['one'], 0)
    catalog.putFiles('a', [file('moved', { keyId: 'new' })])
    expect(catalog.get({ sourceId: 'a', key: 'moved' })).toMatchObject({ givenName: 'Shop', tags: ['T'] })
  })
})

it('keeps several sessions of one file together', () => {
  const both = file('many.deck')
  const [first] = both.summaries
  if (!first) throw new Error('no summary')
  const summaries = ['many.deck#1', 'many.deck#2'].map((key) => ({ ...first, key }))
  catalog.putFiles('a', [{ ...both, summaries }])
  expect(keys()).toEqual(['many.deck#1', 'many.deck#2'])
  expect(catalog.fileKeyOf({ sourceId: 'a', key: 'many.deck#2' })).toBe('many.deck')
  catalog.putFiles('a', [{ ...both, summaries: summaries.slice(1) }])
  expect(keys()).toEqual(['many.deck#2'])
  catalog.putFiles('a', [{ ...both, summaries: [] }])
  expect(keys()).toEqual([])
  expect(catalog.sourceCounts('a')).toEqual({ sessions: 0, ignored: 1 })
  expect(catalog.signatures('a')).toEqual(new Map([['many.deck', 's-many.deck']]))
})
