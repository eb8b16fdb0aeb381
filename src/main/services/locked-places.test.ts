import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../../../test/support/app/open-test-app.ts'
import { knownPlaces } from '../sources/known-places.ts'
import { wholeList } from './whole-list.ts'

const PASSCODE = 'hunter2'

let deck: TestApp
beforeEach(async () => {
  deck = await openTestApp()
})
afterEach(() => deck.close())

const rows = async () => (await deck.client.sessions.list({ ...wholeList, offset: 0, limit: 50 })).rows

function placed(fixture: string, ...way: string[]): string {
  const path = join(deck.root, ...way)
  cpSync(join('fixtures', fixture), path, { recursive: true })
  return path
}

function filesBelow(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  return files.flatMap((file) => (file.isFile() ? [relative(folder, join(file.parentPath, file.name))] : [])).sort()
}

function uploaded(fixture: string, way: string): string[] {
  const files = readdirSync(join('fixtures', fixture), { recursive: true, withFileTypes: true })
  return files
    .filter((file) => file.isFile())
    .map((file, index) => {
      const path = join(file.parentPath, file.name)
      const name = `${way}${path.slice(join('fixtures', fixture).length)}`
      deck.uploads.set(`${way}-${index}`, { name, bytes: new Uint8Array(readFileSync(path)) })
      return `${way}-${index}`
    })
}

describe('a locked source', () => {
  it('asks for its passcode in the words of its format, opens, and is locked with everything else', async () => {
    placed('tdata/mtcute-passcode', 'apps', 'tdata')
    await deck.addSource(join(deck.root, 'apps'))
    const [locked] = await rows()
    expect(locked).toMatchObject({
      status: 'unreadable',
      libraryLabel: 'Telegram Desktop',
      formatId: 'tdesktop.tdata',
      passcode: { label: 'Local passcode', help: expect.stringContaining('Telegram Desktop asks for') },
      problem: { code: 'passcode.required' },
    })
    const ref = locked?.ref ?? { sourceId: '', key: '' }
    expect((await deck.client.sessions.get({ ref })).passcode?.label).toBe('Local passcode')
    await expect(deck.client.sources.unlock({ ref, passcode: 'hunter3' })).rejects.toMatchObject({
      code: 'passcode.wrong',
    })
    const { refs } = await deck.client.sources.unlock({ ref, passcode: PASSCODE })
    const opened = await rows()
    expect(opened).toMatchObject([{ status: 'ok', passcode: null, dcId: 4, ref: refs[0] }])
    const own = refs[0] ?? ref
    expect(await deck.client.sessions.get({ ref: own })).toMatchObject({ passcode: null, server: 'telegram' })

    await deck.client.app.protect({ passphrase: 'a passphrase of mine' })
    await deck.client.app.lock()
    await deck.client.app.unlock({ passphrase: 'a passphrase of mine' })
    expect((await deck.client.sessions.get({ ref: own })).passcode?.label).toBe('Local passcode')
    await expect(deck.client.peers.page({ ref: own, offset: 0, limit: 5 })).rejects.toMatchObject({
      code: 'passcode.required',
    })
    expect(JSON.stringify(deck.logged)).not.toContain('hunter')
  })
})

describe('importing', () => {
  const memory = { kind: 'source', sourceId: 'memory' } as const

  it('opens a locked folder among what was handed over, and takes its sessions', async () => {
    const paths = [placed('tdata/mtcute-passcode', 'tdata'), placed('tdata/mtcute-multi', 'more')]
    const staged = await deck.client.imports.stagePaths({ paths })
    expect(staged.items.map(({ origin, passcode }) => [origin, passcode?.label ?? null])).toEqual([
      ['tdata', 'Local passcode'],
      ['more, 1', null],
      ['more, 2', null],
    ])
    const { ticket } = staged
    const itemId = staged.items[0]?.id ?? ''
    await expect(deck.client.imports.unlock({ ticket, itemId, passcode: 'no' })).rejects.toMatchObject({
      code: 'passcode.wrong',
    })
    const items = await deck.client.imports.unlock({ ticket, itemId, passcode: PASSCODE })
    expect(items.map(({ origin, formatId, error }) => [origin, formatId, error])).toEqual([
      ['tdata', 'tdesktop.tdata', null],
      ['more, 1', 'tdesktop.tdata', null],
      ['more, 2', 'tdesktop.tdata', null],
    ])
    const ids = items.map(({ id }) => ({ id, name: null }))
    const commit = { ticket, items: ids, destination: memory, target: null, values: {} }
    const events = []
    for await (const event of await deck.client.imports.commit(commit)) events.push(event)
    expect(events.at(-1)).toEqual({ type: 'done', imported: 3, failed: 0 })
    expect((await rows()).map(({ sourceName }) => sourceName)).toEqual(['Memory', 'Memory', 'Memory'])
    expect(new Set((await rows()).map(({ dcId }) => dcId))).toEqual(new Set([1, 2, 4]))
  })

  it('copies folders as they are, byte for byte, and leaves locked what was locked', async () => {
    const paths = [placed('tdata/mtcute-passcode', 'tdata'), placed('tdata/mtcute-multi', 'more')]
    writeFileSync(join(deck.root, 'tdata', 'unrelated.txt'), 'stays behind')
    const staged = await deck.client.imports.stagePaths({ paths })
    const { ticket } = staged
    const items = await deck.client.imports.unlock({ ticket, itemId: staged.items[0]?.id ?? '', passcode: PASSCODE })
    mkdirSync(join(deck.root, 'into'))
    const sourceId = await deck.addSource(join(deck.root, 'into'))
    const destination = { kind: 'source', sourceId } as const
    const ids = items.map(({ id }) => ({ id, name: null }))
    const events = []
    const commit = { ticket, items: ids, destination, target: null, values: {} }
    for await (const event of await deck.client.imports.commit(commit)) events.push(event)
    expect(events.at(-1)).toEqual({ type: 'done', imported: 3, failed: 0 })
    const places = events.flatMap((event) => (event.type === 'item' ? [event.path] : []))
    const copies = ['tdata', 'more', 'more'].map((name) => join(deck.root, 'into', name))
    expect(places).toEqual(copies)
    for (const [fixture, copy] of [
      ['mtcute-passcode', 'tdata'],
      ['mtcute-multi', 'more'],
    ] as const) {
      const bytesIn = (folder: string) =>
        filesBelow(folder).map((file) => [file, readFileSync(join(folder, file)).toString('base64')])
      expect(bytesIn(join(deck.root, 'into', copy))).toEqual(bytesIn(join('fixtures/tdata', fixture)))
    }
    if (process.platform !== 'win32') {
      expect(statSync(copies[0] ?? '').mode & 0o777).toBe(0o700)
      for (const file of filesBelow(copies[0] ?? '')) {
        expect(statSync(join(copies[0] ?? '', file)).mode & 0o777).toBe(0o600)
      }
    }
    const shown = await rows()
    expect(shown.map(({ status, passcode }) => `${status} ${passcode?.label ?? ''}`).sort()).toEqual([
      'ok ',
      'ok ',
      'unreadable Local passcode',
    ])
    const refs = events.flatMap((event) => (event.type === 'item' ? [event.ref?.key] : []))
    expect(new Set(refs)).toEqual(new Set(shown.map(({ ref }) => ref.key)))
  })

  it('writes one of several anew', async () => {
    const staged = await deck.client.imports.stagePaths({ paths: [placed('tdata/mtcute-multi', 'more')] })
    const destination = { kind: 'folder', path: join(deck.root, 'out') } as const
    const events = []
    const one = staged.items.slice(1).map(({ id }) => ({ id, name: 'Two' }))
    const commit = { ticket: staged.ticket, items: one, destination, target: null, values: {} }
    for await (const event of await deck.client.imports.commit(commit)) events.push(event)
    expect(events.at(-1)).toEqual({ type: 'done', imported: 1, failed: 0 })
    const again = await deck.client.imports.stagePaths({ paths: [join(deck.root, 'out', 'Two')] })
    expect(again.items.map(({ preview }) => preview?.keyId)).toEqual([staged.items[1]?.preview?.keyId])
  })

  it('builds an uploaded folder again, and speaks of it by its own name', async () => {
    const uploadIds = [
      ...uploaded('tdata/mtcute-passcode', 'tdata'),
      ...uploaded('gramjs/store/store-basic', 'bots/shop'),
    ]
    const staged = await deck.client.imports.stageUploads({ uploadIds })
    expect(staged.items.map(({ origin, formatId }) => [origin, formatId])).toEqual([
      ['tdata', 'tdesktop.tdata'],
      ['bots/shop', 'gramjs.store'],
    ])
    expect(staged.items[0]?.error?.message).toMatch(/^“tdata” is protected/)
    expect(JSON.stringify(staged)).not.toContain('scratch')
    const { ticket } = staged
    const unlock = { ticket, itemId: staged.items[0]?.id ?? '', passcode: PASSCODE }
    expect((await deck.client.imports.unlock(unlock)).map(({ error }) => error)).toEqual([null, null])
    await deck.client.imports.discard({ ticket })
    expect(readdirSync(join(deck.root, 'scratch', 'uploads'))).toEqual([])
  })

  it('lets no name of an upload lead out of its folder', async () => {
    deck.uploads.set('x', { name: '../../../evil/../key_datas', bytes: new Uint8Array(3) })
    const { ticket } = await deck.client.imports.stageUploads({ uploadIds: ['x'] })
    expect(readdirSync(deck.root)).not.toContain('evil')
    expect(readdirSync(join(deck.root, 'scratch'))).toEqual(['uploads'])
    await deck.client.imports.discard({ ticket })
  })
})

describe('known programs', () => {
  it('are offered by name when their folders are there, with the source that has them', async () => {
    const tdata = placed('tdata/mtcute-simple', '.local/share/TelegramDesktop/tdata')
    placed('tdata/mtcute-multi', '.var/app/org.telegram.desktop/data/TelegramDesktop/tdata')
    mkdirSync(join(deck.root, '.local/share/AyuGramDesktop/tdata'), { recursive: true })
    const environment = process.env['XDG_DATA_HOME']
    delete process.env['XDG_DATA_HOME']
    try {
      const sourceId = await deck.addSource(tdata)
      expect(await deck.client.sources.suggestions()).toEqual([
        { name: 'Telegram Desktop', path: tdata, location: '~/.local/share/TelegramDesktop/tdata', sourceId },
        {
          name: 'Telegram Desktop (Flatpak)',
          path: join(deck.root, '.var/app/org.telegram.desktop/data/TelegramDesktop/tdata'),
          location: '~/.var/app/org.telegram.desktop/data/TelegramDesktop/tdata',
          sourceId: null,
        },
      ])
    } finally {
      if (environment !== undefined) process.env['XDG_DATA_HOME'] = environment
    }
  })

  it.each([
    ['win32', 'Roaming/Telegram Desktop/tdata', 'Telegram Desktop'],
    ['win32', 'Roaming/AyuGram Desktop/tdata', 'AyuGram'],
    ['win32', 'Downloads/Telegram/TelegramForcePortable/tdata', 'Telegram Desktop (portable)'],
    ['darwin', 'Library/Application Support/Telegram Desktop/tdata', 'Telegram Desktop'],
    ['linux', 'snap/telegram-desktop/current/.local/share/TelegramDesktop/tdata', 'Telegram Desktop (Snap)'],
    ['linux', '.local/share/KotatogramDesktop/tdata', 'Kotatogram'],
    ['linux', '.local/share/64Gram/tdata', '64Gram'],
  ] as const)('on %s, %s is %s', async (platform, way, name) => {
    const home = mkdtempSync(join(tmpdir(), 'deck-home-'))
    try {
      cpSync('fixtures/tdata/mtcute-simple', join(home, way), { recursive: true })
      const env = platform === 'win32' ? { APPDATA: join(home, 'Roaming') } : {}
      expect(await knownPlaces(home, { platform, env })).toEqual([{ name, path: join(home, way) }])
    } finally {
      rmSync(home, { recursive: true })
    }
  })
})

describe('what other libraries keep', () => {
  it('shows in the detail of a session', async () => {
    const folder = deck.place('crab', 'ferogram/v8-full.session')
    const sourceId = await deck.addSource(folder)
    const ref = { sourceId, key: 'v8-full.session' }
    const detail = await deck.client.sessions.get({ ref })
    expect(detail.dataCenters.some(({ hasSalt }) => hasSalt)).toBe(true)
    expect(detail.dataCenters.flatMap(({ flags }) => flags)).toContain('ipv6')
    expect(detail.dataCenters.some(({ timeOffset }) => timeOffset !== null)).toBe(true)
    expect(detail.minContexts).toBeGreaterThan(0)
    expect(detail).toMatchObject({ passcode: null, server: 'telegram', hasFutureAuthToken: true })
    const { peers } = await deck.client.peers.page({ ref, offset: 0, limit: 100 })
    expect(new Set(peers.map(({ isMin }) => isMin))).toEqual(new Set([true, false]))
  })
})
