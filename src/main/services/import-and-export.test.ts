import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Decrypter } from 'age-encryption'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { collected, everything, openTestApp, type TestApp } from '../../../test/support/app/open-test-app.ts'

let deck: TestApp
beforeEach(async () => {
  deck = await openTestApp()
})
afterEach(() => deck.close())

/** A Telethon string of DC 2 around a random key. */
function telethonString(key = randomBytes(256)): string {
  const bytes = Buffer.concat([Buffer.of(2, 149, 154, 167, 51, 1, 187), key])
  return `1${bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')}`
}

const vault = { kind: 'source', sourceId: 'vault' } as const
const memory = { kind: 'source', sourceId: 'memory' } as const
const telethon = { formatId: 'telethon.string', variant: '' }
const plain = { kind: 'plain', confirmed: true } as const
const passphrase = 'correct horse battery'

async function importText(text: string, destination: typeof vault | typeof memory = memory) {
  const { ticket, items } = await deck.client.imports.stageText({ text })
  const events = await collected(
    await deck.client.imports.commit({
      ticket,
      items: items.map(({ id }) => ({ id, name: null })),
      destination,
      target: null,
      values: {},
    }),
  )
  return events.flatMap((event) => (event.type === 'item' && event.ref ? [event.ref] : []))
}
const rows = async () => (await deck.client.sessions.list(everything)).rows

describe('import', () => {
  it('takes strings out of pasted lines, names duplicates, and puts them into memory', async () => {
    const one = telethonString()
    const two = telethonString()
    const text = `my bots:\n  SESSION="${one}"\n\n${two.slice(0, 100)}\n${two.slice(100)}\n${one}\n`
    const { ticket, items, ignored } = await deck.client.imports.stageText({ text })
    expect(ignored).toBe(1)
    expect(items.map(({ origin, formatId }) => [origin, formatId])).toEqual([
      ['line 2', 'telethon.string'],
      ['lines 4 to 5', 'telethon.string'],
      ['line 6', 'telethon.string'],
    ])
    expect(items[0]?.corrections).toContain('removed quotes')
    expect(items[0]?.preview?.formatLabel).toBe('string')
    expect(items[2]?.duplicateOf).toBe(items[0]?.id)

    const events = await collected(
      await deck.client.imports.commit({
        ticket,
        items: items.slice(0, 2).map(({ id }, index) => ({ id, name: `Bot ${index + 1}` })),
        destination: memory,
        target: null,
        values: {},
      }),
    )
    expect(events.at(-1)).toEqual({ type: 'done', imported: 2, failed: 0 })
    expect((await rows()).map(({ name, dcId, keyId }) => [name, dcId, keyId])).toEqual([
      ['Bot 1', 2, items[0]?.preview?.keyId],
      ['Bot 2', 2, items[1]?.preview?.keyId],
    ])

    const again = await deck.client.imports.stageText({ text: one })
    expect(again.items[0]?.duplicates.map(({ name, sourceName }) => [name, sourceName])).toEqual([['Bot 1', 'Memory']])
  })

  it('says of a text that is long enough why it is no session', async () => {
    const { items } = await deck.client.imports.stageText({ text: 'A'.repeat(400) })
    expect(items).toHaveLength(1)
    expect(items[0]?.error?.code).toBe('format.unrecognized')
    expect(items[0]?.error?.message).not.toContain('AAAA')
  })

  it('says how much of a string is there when part of it is missing', async () => {
    const cut = telethonString().slice(0, 200)
    const { items, ignored } = await deck.client.imports.stageText({ text: `bot:\n${cut}\n` })
    expect(items.map(({ origin, preview }) => [origin, preview])).toEqual([['line 2', null]])
    expect(items[0]?.error?.message).toContain('353 or 369 characters expected, 200 found')
    expect(JSON.stringify(items)).not.toContain(cut.slice(0, 20))
    expect(ignored).toBe(1)
  })

  it('asks for a passphrase before anything goes into the vault, and keeps what was staged', async () => {
    const { ticket, items } = await deck.client.imports.stageText({ text: telethonString() })
    const commit = () =>
      deck.client.imports.commit({
        ticket,
        items: items.map(({ id }) => ({ id, name: 'Kept' })),
        destination: vault,
        target: null,
        values: {},
      })
    await expect(commit()).rejects.toMatchObject({ code: 'protection.required' })
    await deck.client.app.protect({ passphrase })
    expect((await collected(await commit())).at(-1)).toEqual({ type: 'done', imported: 1, failed: 0 })
    expect((await rows()).map(({ name, sourceName }) => [name, sourceName])).toEqual([['Kept', 'Vault']])
    await expect(commit()).rejects.toMatchObject({ code: 'request.expired' })
  })

  it('copies files of a folder byte for byte, and forgets a discarded ticket', async () => {
    const from = deck.place('from', 'telethon/schema7.session', 'pyrogram/files/v3-bot.session')
    writeFileSync(join(from, 'readme.txt'), 'hello')
    const to = join(deck.root, 'to')
    mkdirSync(to)
    const sourceId = await deck.addSource(to)
    const { ticket, items, ignored } = await deck.client.imports.stagePaths({ paths: [from] })
    expect(ignored).toBe(1)
    expect(items.map(({ origin }) => origin)).toEqual(['from/schema7.session', 'from/v3-bot.session'])
    const events = await collected(
      await deck.client.imports.commit({
        ticket,
        items: items.map(({ id }) => ({ id, name: null })),
        destination: { kind: 'source', sourceId },
        target: null,
        values: {},
      }),
    )
    expect(events.filter(({ type }) => type === 'item')).toHaveLength(2)
    expect(events.at(-1)).toEqual({ type: 'done', imported: 2, failed: 0 })
    const copy = join(to, 'schema7.session')
    expect(readFileSync(copy).equals(readFileSync(join(from, 'schema7.session')))).toBe(true)
    if (process.platform !== 'win32') expect(statSync(copy).mode & 0o777).toBe(0o600)
    expect((await rows()).filter(({ sourceName }) => sourceName === 'to')).toHaveLength(2)

    const other = await deck.client.imports.stagePaths({ paths: [join(from, 'schema7.session')] })
    expect(other.items[0]?.duplicates.map(({ name }) => name)).toEqual(['schema7'])
    expect(await deck.client.imports.discard({ ticket: other.ticket })).toEqual({ discarded: true })
    expect(await deck.client.imports.discard({ ticket: other.ticket })).toEqual({ discarded: false })
  })

  it('joins an uploaded database with its log, and removes both afterwards', async () => {
    const bytes = new Uint8Array(readFileSync(join(deck.place('x', 'telethon/schema7.session'), 'schema7.session')))
    deck.uploads.set('a', { name: 'bots/schema7.session', bytes })
    deck.uploads.set('b', { name: 'bots/schema7.session-wal', bytes: new Uint8Array() })
    const { ticket, items } = await deck.client.imports.stageUploads({ uploadIds: ['a', 'b'] })
    expect(items.map(({ origin, formatId }) => [origin, formatId])).toEqual([
      ['bots/schema7.session', 'telethon.sqlite'],
    ])
    await collected(
      await deck.client.imports.commit({
        ticket,
        items: items.map(({ id }) => ({ id, name: null })),
        destination: memory,
        target: null,
        values: {},
      }),
    )
    expect(await rows()).toMatchObject([{ name: 'schema7', peers: 40, sourceName: 'Memory' }])
    expect(readdirSync(join(deck.root, 'scratch', 'uploads'))).toEqual([])
  })

  it('speaks of uploaded files by their own names', async () => {
    const whole = new Uint8Array(readFileSync(join(deck.place('x', 'telethon/schema7.session'), 'schema7.session')))
    deck.uploads.set('a', { name: 'bots/cut.session', bytes: whole.subarray(0, 5000) })
    deck.uploads.set('b', { name: 'bots/notes.session', bytes: Buffer.from('just notes') })
    deck.uploads.set('c', { name: 'bots/whole.session', bytes: whole })
    const { ticket, items } = await deck.client.imports.stageUploads({ uploadIds: ['a', 'b', 'c'] })
    expect(items[0]?.error?.message).toMatch(/^“bots\/cut\.session” .*cut short/)
    expect(items[1]?.error?.message).toMatch(/^“bots\/notes\.session” is not a session/)
    expect(JSON.stringify(items)).not.toContain('scratch')
    // Gone before it was imported: the person's file is still there, but what was uploaded is not.
    rmSync(join(deck.root, 'scratch', 'uploads'), { recursive: true })
    const ids = items.slice(2).map(({ id }) => ({ id, name: null }))
    const commit = { ticket, items: ids, destination: memory, target: null, values: {} }
    const events = await collected(await deck.client.imports.commit(commit))
    expect(JSON.stringify(events)).toContain('“whole.session”')
    expect(JSON.stringify(events)).not.toContain('scratch')
  })

  it('tells which path could not be read, and takes the others', async () => {
    const from = deck.place('from', 'telethon/schema7.session')
    const { items } = await deck.client.imports.stagePaths({
      paths: [join(deck.root, 'gone.session'), join(from, 'schema7.session')],
    })
    expect(items.map(({ error }) => error?.code)).toEqual(['source.not-found', undefined])
  })
})

describe('export', () => {
  it('asks for what the target needs, and writes what was filled in', async () => {
    const [ref] = await importText(telethonString())
    if (!ref) throw new Error('not imported')
    const target = { formatId: 'pyrogram.string', variant: '' }
    const plan = await deck.client.exports.plan({ refs: [ref], target, values: {} })
    expect(plan.missing.map(({ field }) => field)).toEqual(['user-id', 'is-bot', 'api-id'])
    await expect(deck.client.secrets.measure({ ref, target, values: {} })).rejects.toMatchObject({
      code: 'format.missing-field',
    })
    await expect(deck.client.exports.plan({ refs: [ref], target, values: { 'api-id': 'x' } })).rejects.toMatchObject({
      code: 'request.invalid',
      data: { field: 'api-id' },
    })
    const values = { 'user-id': '123456789', 'is-bot': 'true', 'api-id': '6' }
    expect((await deck.client.exports.plan({ refs: [ref], target, values })).missing).toEqual([])
    expect(await deck.client.secrets.measure({ ref, target, values })).toEqual({ charLength: 362 })
  })

  it('reveals exactly the string that was imported, keeps the window out of captures, and writes it down', async () => {
    const text = telethonString()
    const [ref] = await importText(text)
    if (!ref) throw new Error('not imported')
    const shown = await deck.client.secrets.reveal({
      ref,
      target: telethon,
      values: {},
      confirmed: true,
      purpose: 'show',
    })
    expect(shown.value).toBe(text)
    expect(deck.protections).toEqual([true])
    await deck.client.secrets.hidden()
    expect(deck.protections).toEqual([true, false])
    await deck.client.secrets.copy({ ref, target: telethon, values: {}, confirmed: true })
    expect(deck.clipboard.text).toBe(text)
    deck.app.lock()
    await expect.poll(() => deck.clipboard.text).toBe('')
    const { entries } = await deck.client.audit.list({ ref, offset: 0, limit: 10 })
    expect(entries.map(({ action }) => action)).toEqual(['copied', 'revealed', 'imported'])
    expect(JSON.stringify(entries)).not.toContain(text.slice(1, 40))
  })

  it('converts a file with its peers and update state into another library, and back', async () => {
    const folder = deck.place('bots', 'pyrogram/files/kurigram-v7.session')
    const sourceId = await deck.addSource(folder)
    const to = join(deck.root, 'out')
    const save = async (refs: { sourceId: string; key: string }[], formatId: string, path: string) =>
      collected(
        await deck.client.exports.save({
          refs,
          target: { formatId, variant: '' },
          values: {},
          destination: { kind: 'folder', path },
          protection: plain,
        }),
      )
    const events = await save([{ sourceId, key: 'kurigram-v7.session' }], 'telethon.sqlite', to)
    expect(events.at(-1)).toEqual({ type: 'done', written: 1, failed: 0, download: null })
    if (process.platform !== 'win32') expect(statSync(join(to, 'kurigram-v7.session')).mode & 0o777).toBe(0o600)

    await deck.addSource(to)
    const [before, after] = (await rows()).toSorted((a, b) => (a.library ?? '').localeCompare(b.library ?? ''))
    expect(after).toMatchObject({ library: 'telethon', keyId: before?.keyId, dcId: before?.dcId, copies: 2 })
    if (!before || !after) throw new Error('not listed')
    const details = await Promise.all([before, after].map(({ ref }) => deck.client.sessions.get({ ref })))
    const { pts, seq, date } = details[0]?.updateState ?? {}
    expect(pts).toBeTypeOf('number')
    expect(details[1]?.updateState).toMatchObject({ pts, seq, date })
    expect(details[1]?.channelStates).toBe(details[0]?.channelStates)
  })

  it('refuses to overwrite, and keeps what it replaces in the trash', async () => {
    const [ref] = await importText(telethonString())
    if (!ref) throw new Error('not imported')
    const path = join(deck.root, 'mine.txt')
    writeFileSync(path, 'precious')
    const save = async (overwrite: boolean) =>
      collected(
        await deck.client.exports.save({
          refs: [ref],
          target: telethon,
          values: {},
          destination: { kind: 'file', path },
          protection: plain,
          overwrite,
        }),
      )
    const refused = (await save(false)).find((event) => event.type === 'item')
    expect(refused?.error?.code).toBe('source.exists')
    expect(refused?.error?.message).toContain(path)
    await deck.client.app.protect({ passphrase })
    expect((await save(true)).at(-1)).toMatchObject({ written: 1 })
    expect(readFileSync(path, 'utf8')).toMatch(/^1[\w=-]{352}\n$/)
    const [kept] = await deck.client.trash.list()
    expect(kept).toMatchObject({ reason: 'replaced', path, sizeBytes: 8 })
  })

  it('encrypts with age by passphrase and appends its extension', async () => {
    const text = telethonString()
    const [ref] = await importText(text)
    if (!ref) throw new Error('not imported')
    const events = await collected(
      await deck.client.exports.save({
        refs: [ref],
        target: telethon,
        values: {},
        destination: { kind: 'file', path: join(deck.root, 'mine.txt') },
        protection: { kind: 'age', passphrase },
      }),
    )
    const item = events.find((event) => event.type === 'item')
    expect(item).toMatchObject({ path: join(deck.root, 'mine.txt.age'), error: null })
    expect(existsSync(join(deck.root, 'mine.txt'))).toBe(false)
    const decrypter = new Decrypter()
    decrypter.addPassphrase(passphrase)
    const opened = await decrypter.decrypt(readFileSync(join(deck.root, 'mine.txt.age')), 'text')
    expect(opened).toBe(`${text}\n`)
  })

  it('offers many strings as one download, and many files as an archive', async () => {
    const refs = await importText(`${telethonString()}\n${telethonString()}`)
    const save = async (formatId: string) =>
      collected(
        await deck.client.exports.save({
          refs,
          target: { formatId, variant: '' },
          values: {},
          destination: { kind: 'download' },
          protection: plain,
        }),
      )
    expect((await save('telethon.string')).at(-1)).toMatchObject({ written: 2, download: '/transfer/1' })
    expect(deck.downloads[0]?.name).toBe('sessions.txt')
    expect(Buffer.from(deck.downloads[0]?.bytes ?? []).toString()).toMatch(/^(1[\w=-]{352}\n){2}$/)
    expect((await save('telethon.sqlite')).at(-1)).toMatchObject({ written: 2, download: '/transfer/2' })
    expect(deck.downloads[1]?.name).toBe('sessions.tar')
  })

  it('moves a session into the vault with everything it holds', async () => {
    await deck.client.app.protect({ passphrase })
    const sourceId = await deck.addSource(deck.place('bots', 'telethon/schema7.session'))
    const events = await collected(
      await deck.client.exports.save({
        refs: [{ sourceId, key: 'schema7.session' }],
        target: { formatId: 'telethon.sqlite', variant: '' },
        values: {},
        destination: vault,
        protection: { kind: 'source' },
      }),
    )
    const written = events.find((event) => event.type === 'item')?.written
    if (!written) throw new Error('not written')
    const detail = await deck.client.sessions.get({ ref: written })
    expect(detail).toMatchObject({ row: { peers: 40, copies: 2 }, channelStates: 4, sentFiles: 2 })
  })
})
