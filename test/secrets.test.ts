import { randomBytes, randomInt } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Secret } from '../src/main/domain/secret.ts'
import { emptySession } from '../src/main/domain/session.ts'
import { tdesktopTdata } from '../src/main/formats/tdesktop/tdata.ts'
import type { AppEvent } from '../src/shared/contract/app.ts'
import type { StoreLocation } from '../src/shared/contract/sources.ts'
import { contract } from '../src/shared/contract/index.ts'
import { everything, openTestApp, type TestApp } from './support/app/open-test-app.ts'
import { startTelegram } from './support/telegram-server/start.ts'
import { leaksOf, textOf } from './support/canary/leak-search.ts'

// No call, event, error or log line may tell a secret, in any encoding. `secrets.reveal` alone may: that is its purpose.

/** The only calls whose answer may hold a key. */
const MAY_TELL = new Set(['secrets.reveal'])

const BOT_ID = 5001
const PERSON_ID = 6001
const PHONE = '447700900123'

const secrets = {
  'key in the vault': randomBytes(256),
  'key in memory': randomBytes(256),
  'key in a file': randomBytes(256),
  'key in a staged text': randomBytes(256),
  'key in a damaged text': randomBytes(256),
  'key in a locked folder': randomBytes(256),
  'passcode of a folder': Buffer.from(`code-${randomBytes(15).toString('hex')}`),
  'wrong passcode': Buffer.from(`wrong-${randomBytes(15).toString('hex')}`),
  'passphrase of the app': Buffer.from(`app-${randomBytes(15).toString('hex')}`),
  'passphrase of an export': Buffer.from(`export-${randomBytes(15).toString('hex')}`),
  'passcode of an export': Buffer.from(`tdata-${randomBytes(15).toString('hex')}`),
  'passphrase too short': Buffer.from(randomBytes(3).toString('hex')),
  'password of a store': Buffer.from(`store-${randomBytes(15).toString('hex')}`),
  'API hash': randomBytes(16),
  'API hash of a further app': randomBytes(16),
  'password of a proxy': Buffer.from(`proxy-${randomBytes(15).toString('hex')}`),
  'secret of an MTProxy': randomBytes(17),
  'key known at Telegram': randomBytes(256),
  'bot token': Buffer.from(`${BOT_ID}:${randomBytes(26).toString('base64url')}`),
  'bot token that is unknown': Buffer.from(`${BOT_ID}:${randomBytes(26).toString('base64url')}`),
  'login code': Buffer.from(`90${randomInt(10 ** 11, 10 ** 12)}`),
  'login code that is wrong': Buffer.from(`80${randomInt(10 ** 11, 10 ** 12)}`),
  'password of an account': Buffer.from(`account-${randomBytes(15).toString('hex')}`),
  'password that is wrong': Buffer.from(`no-${randomBytes(15).toString('hex')}`),
  'token for a later login': randomBytes(24),
  'clipboard of somebody else': Buffer.from(`other-${randomBytes(15).toString('hex')}`),
}

function stringOf(key: Uint8Array): string {
  const bytes = Buffer.concat([Buffer.of(2, 149, 154, 167, 51, 1, 187), key])
  return `1${bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')}`
}

interface Told {
  readonly by: string
  readonly text: string
}

let deck: TestApp
const told: Told[] = []
const events: AppEvent[] = []
const called = new Set<string>()

/** Runs a call, to its last streamed value, and notes what it told: also when it fails. */
async function run(name: string, work: () => Promise<unknown>): Promise<unknown> {
  called.add(name)
  const values: unknown[] = []
  try {
    const answer = await work()
    if (isStream(answer)) for await (const value of answer) values.push(value)
    else values.push(answer)
    return values[0]
  } catch (error) {
    values.push(error)
    return null
  } finally {
    told.push({ by: name, text: textOf(values) })
  }
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

/** A folder that a passcode opens, in the list and in an import: tried with a wrong one first. */
async function openLockedPlace(): Promise<void> {
  const { client, root } = deck
  const place = join(root, 'locked', 'tdata')
  const authKey = new Secret(secrets['key in a locked folder'])
  const session = {
    ...emptySession(),
    dataCenters: [{ id: 2, address: null, port: null, authKey, home: true }],
    account: { id: 4242n, isBot: false, username: null, phone: null },
  }
  const passcode = secrets['passcode of a folder'].toString()
  const options = { variant: tdesktopTdata.defaultVariant, options: new Map([['passcode', passcode]]), nowSeconds: 1 }
  for (const [path, bytes] of (await tdesktopTdata.encode?.(session, { ...options, name: 'tdata' })) ?? []) {
    mkdirSync(dirname(join(place, path)), { recursive: true })
    writeFileSync(join(place, path), bytes)
  }
  await deck.addSource(join(root, 'locked'))
  const { rows } = await client.sessions.list(everything)
  const ref = rows.find((row) => row.passcode !== null)?.ref ?? { sourceId: '', key: '' }
  const staged = await client.imports.stagePaths({ paths: [place] })
  const item = { ticket: staged.ticket, itemId: staged.items[0]?.id ?? '' }
  for (const word of [secrets['wrong passcode'].toString(), passcode]) {
    await run('sources.unlock', () => client.sources.unlock({ ref, passcode: word }))
    await run('imports.unlock', () => client.imports.unlock({ ...item, passcode: word }))
  }
  const opened = (await client.sessions.list(everything)).rows.find((row) => row.ref.sourceId === ref.sourceId)
  expect(opened?.keyId).not.toBeNull()
  await run('sessions.get', () => client.sessions.get({ ref: opened?.ref ?? ref }))
  await run('imports.discard', () => client.imports.discard({ ticket: staged.ticket }))
}

const telethon = { formatId: 'telethon.string', variant: '' }
const pyrogram = { formatId: 'pyrogram.string', variant: '' }
const vault = { kind: 'source', sourceId: 'vault' } as const
const memory = { kind: 'source', sourceId: 'memory' } as const
const page = { offset: 0, limit: 100 }

beforeAll(async () => {
  let breaks = true
  let clipboard = secrets['clipboard of somebody else'].toString()
  deck = await openTestApp({
    clipboard: {
      // A platform that fails while it holds the secret in hand: the message must not travel.
      write: async (text) => {
        if (breaks) throw new Error(`cannot copy ${text}`)
        clipboard = text
      },
      read: async () => clipboard,
      clear: () => {
        throw new Error(`cannot clear ${clipboard}`)
      },
    },
    fileGate: { pickFiles: async () => null, pickFolder: async () => null, pickSave: async () => null },
  })
  const { client, root } = deck
  const stop = new AbortController()
  void (async () => {
    for await (const event of await client.app.events(undefined, { signal: stop.signal })) events.push(event)
  })().catch(() => undefined)

  // What the program will hold: a key in the vault, in memory, in a file of a folder, and one staged.
  const folder = join(root, 'bots')
  mkdirSync(folder)
  writeFileSync(join(folder, 'shop.txt'), `${stringOf(secrets['key in a file'])}\n`)
  writeFileSync(join(folder, 'damaged.session'), stringOf(secrets['key in a damaged text']).slice(0, 340))
  const passphrase = secrets['passphrase of the app'].toString()

  await run('app.protect', () => client.app.protect({ passphrase: secrets['passphrase too short'].toString() }))
  await run('app.protect', () => client.app.protect({ passphrase }))
  await run('app.protect', () => client.app.protect({ passphrase }))
  await run('app.lock', () => client.app.lock())
  await run('sessions.list', () => client.sessions.list(everything))
  await run('app.unlock', () => client.app.unlock({ passphrase: `${passphrase}x` }))
  await run('app.unlock', () => client.app.unlock({ passphrase }))
  for (const name of ['info', 'settings', 'touch', 'events'] as const) {
    if (name !== 'events') await run(`app.${name}`, () => client.app[name]())
  }
  called.add('app.events')
  await run('app.changeSettings', () => client.app.changeSettings({ theme: 'dark' }))
  await run('app.pick', () => client.app.pick({ kind: 'files', title: 'Pick' }))
  await run('app.browse', () => client.app.browse({ path: folder }))
  await run('app.showInFolder', () => client.app.showInFolder({ path: folder }))

  await deck.addSource(folder)
  await run('sources.add', () => client.sources.add({ path: folder }))
  await run('sources.list', () => client.sources.list())

  await addStores(client.sources)

  const put = async (secret: Uint8Array, destination: typeof vault | typeof memory) => {
    const text = `SESSION='${stringOf(secret)}'`
    const staged = (await run('imports.stageText', () => client.imports.stageText({ text }))) as {
      ticket: string
      items: { id: string }[]
    }
    const items = staged.items.map(({ id }) => ({ id, name: 'Mine' }))
    await run('imports.choose', () =>
      client.imports.choose({ ticket: staged.ticket, itemId: items[0]?.id ?? '', formatId: 'telethon.string' }),
    )
    await run('imports.choose', () =>
      client.imports.choose({ ticket: staged.ticket, itemId: items[0]?.id ?? '', formatId: 'pyrogram.string' }),
    )
    await run('imports.commit', () =>
      client.imports.commit({ ticket: staged.ticket, items, destination, target: null, values: {} }),
    )
  }
  await put(secrets['key in the vault'], vault)
  await put(secrets['key in memory'], memory)
  await run('imports.stageText', () => client.imports.stageText({ text: stringOf(secrets['key in a staged text']) }))
  const damaged = stringOf(secrets['key in a damaged text']).slice(0, 340)
  await run('imports.stageText', () => client.imports.stageText({ text: damaged }))
  await run('imports.stageText', () => client.imports.stageText({ text: [damaged] as unknown as string }))
  await run('imports.stagePaths', () => client.imports.stagePaths({ paths: [folder] }))
  await run('imports.stagePaths', () => client.imports.stagePaths({ paths: [join(folder, damaged)] }))
  await run('sources.add', () => client.sources.add({ path: damaged }))
  await run('sources.add', () => client.sources.add({ path: join(folder, damaged) }))
  await run('app.browse', () => client.app.browse({ path: join(folder, damaged) }))
  const upload = new Uint8Array(readFileSync(join(folder, 'shop.txt')))
  deck.uploads.set('one', { name: 'shop.txt', bytes: upload })
  const uploaded = (await run('imports.stageUploads', () => client.imports.stageUploads({ uploadIds: ['one'] }))) as {
    ticket: string
  }
  await run('imports.discard', () => client.imports.discard({ ticket: uploaded.ticket }))

  const rows = (await client.sessions.list(everything)).rows
  expect(rows.map(({ sourceName, status }) => `${sourceName} ${status}`).toSorted()).toEqual([
    'Memory ok',
    'Vault ok',
    'bots ok',
    'bots unreadable',
  ])
  await run('sessions.list', () => client.sessions.list(everything))
  await run('sessions.refs', () => client.sessions.refs({ view: { kind: 'all' }, filters: {}, sort: everything.sort }))
  await run('sessions.counts', () => client.sessions.counts())
  await run('formats.list', () => client.formats.list())
  await run('jobs.list', () => client.jobs.list())
  await run('jobs.cancel', () => client.jobs.cancel({ id: 'none' }))

  for (const [index, { ref }] of rows.entries()) {
    await run('sessions.get', () => client.sessions.get({ ref }))
    await run('sessions.channelStates', () => client.sessions.channelStates({ ref, ...page }))
    await run('sessions.sentFiles', () => client.sessions.sentFiles({ ref, ...page }))
    const tables = (await run('sessions.rawTables', () => client.sessions.rawTables({ ref }))) as
      | { name: string }[]
      | null
    for (const { name } of tables ?? []) {
      await run('sessions.rawRows', () => client.sessions.rawRows({ ref, table: name, ...page }))
    }
    await run('sessions.rawRows', () => client.sessions.rawRows({ ref, table: 'none', ...page }))
    await run('sessions.annotate', () => client.sessions.annotate({ refs: [ref], note: 'n' }))
    await run('sessions.makePrivate', () => client.sessions.makePrivate({ ref }))
    await run('peers.page', () => client.peers.page({ ref, ...page }))
    await run('doctor.examine', () => client.doctor.examine({ ref }))
    await run('doctor.repair', () => client.doctor.repair({ ref, folder: join(root, 'repaired') }))

    for (const target of [telethon, pyrogram, { formatId: 'telethon.sqlite', variant: '' }]) {
      const what = { ref, target, values: target === pyrogram ? { 'api-id': '6', 'user-id': '7' } : {} }
      await run('exports.plan', () => client.exports.plan({ refs: [ref], target, values: what.values }))
      await run('secrets.measure', () => client.secrets.measure(what))
      await run('secrets.reveal', () => client.secrets.reveal({ ...what, confirmed: true, purpose: 'show' }))
      breaks = true
      await run('secrets.copy', () => client.secrets.copy({ ...what, confirmed: true }))
      breaks = false
      await run('secrets.copy', () => client.secrets.copy({ ...what, confirmed: true }))
      const save = { refs: [ref], target, values: what.values, overwrite: true }
      const path = join(root, `out-${index}`)
      const confirmed = { kind: 'plain', confirmed: true } as const
      await run('exports.save', () =>
        client.exports.save({ ...save, destination: { kind: 'folder', path }, protection: confirmed }),
      )
      await run('exports.save', () =>
        client.exports.save({ ...save, destination: { kind: 'download' }, protection: confirmed }),
      )
    }
  }
  const locked = { 'user-id': '7', passcode: secrets['passcode of an export'].toString() }
  const tdata = { formatId: 'tdesktop.tdata', variant: '' }
  for (const { ref } of rows) {
    await run('exports.plan', () => client.exports.plan({ refs: [ref], target: tdata, values: locked }))
    await run('exports.save', () =>
      client.exports.save({
        refs: [ref],
        target: tdata,
        values: locked,
        overwrite: false,
        destination: { kind: 'folder', path: join(root, 'tdata') },
        protection: { kind: 'plain', confirmed: true },
      }),
    )
  }
  const [first] = rows
  if (!first) throw new Error('nothing to export')
  const sealed = { kind: 'age', passphrase: secrets['passphrase of an export'].toString() } as const
  await run('exports.save', () =>
    client.exports.save({
      refs: rows.map(({ ref }) => ref),
      target: telethon,
      values: {},
      destination: { kind: 'folder', path: join(root, 'sealed') },
      protection: sealed,
    }),
  )
  await run('exports.save', () =>
    client.exports.save({
      refs: [first.ref],
      target: telethon,
      values: {},
      destination: { kind: 'source', sourceId: first.ref.sourceId },
      protection: { ...sealed, passphrase: sealed.passphrase.repeat(40) },
    }),
  )
  const withKey = rows.flatMap(({ ref, keyId }) => (keyId === null ? [] : [ref]))
  await tryTelegram(deck, withKey)
  await tryLogins(deck)
  await tryModules(client.extensions, root)
  await run('secrets.hidden', () => client.secrets.hidden())
  await run('peers.whoKnows', () => client.peers.whoKnows({ search: 'anyone' }))
  await run('sessions.delete', () => client.sessions.delete({ refs: rows.map(({ ref }) => ref) }))
  const trash = (await run('trash.list', () => client.trash.list())) as { id: string }[]
  await run('trash.restore', () => client.trash.restore({ ids: trash.slice(0, 2).map(({ id }) => id) }))
  await run('trash.purge', () => client.trash.purge({ ids: trash.map(({ id }) => id) }))
  await run('audit.list', () => client.audit.list({ ref: null, ...page }))
  const { id: sourceId = '' } = (await client.sources.list()).find(({ path }) => path === folder) ?? {}
  await run('sources.rename', () => client.sources.rename({ sourceId, name: 'Bots' }))
  await run('sources.suggestions', () => client.sources.suggestions())
  await openLockedPlace()
  await run('sources.rescan', () => client.sources.rescan({ sourceId }))
  await run('sources.remove', () => client.sources.remove({ sourceId }))
  await run('app.addSamples', () => client.app.addSamples())
  await run('app.lock', () => client.app.lock())
  stop.abort()
}, 240_000)
afterAll(() => deck.close())

/** Proxies that nobody answers on, and no address but this machine's: nothing leaves it. */
async function tryTelegram({ client }: TestApp, refs: { sourceId: string; key: string }[]): Promise<void> {
  const { telegram, jobs } = client
  const place = { host: '127.0.0.1', port: 1, user: 'me' }
  const dcOverrides = [1, 2, 3, 4, 5].map((dcId) => ({ dcId, host: place.host, port: place.port }))
  const apiHash = secrets['API hash'].toString('hex')
  const password = secrets['password of a proxy'].toString()
  const proxySecret = secrets['secret of an MTProxy'].toString('hex')
  await telegram.changeSettings({ dcOverrides })
  for (const [kind, secret] of [
    ['socks5', password],
    ['http', password],
    ['mtproxy', proxySecret],
    ['mtproxy', `${proxySecret}!`],
  ] as const) {
    await run('telegram.addProxy', () =>
      telegram.addProxy({ name: `${kind} ${secret.length}`, kind, ...place, secret }),
    )
  }
  await run('telegram.addProxy', () => telegram.addProxy({ name: 'x', kind: 'http', ...place, host: ` ${password}` }))
  await run('telegram.changeSettings', () => telegram.changeSettings({ apiId: 4711, apiHash: `${apiHash}0` }))
  await run('telegram.changeSettings', () => telegram.changeSettings({ apiId: 4711, apiHash, serverKeys: [apiHash] }))
  await run('telegram.changeSettings', () => telegram.changeSettings({ apiId: 4711, apiHash }))
  const moreHash = secrets['API hash of a further app'].toString('hex')
  await run('telegram.addApp', () => telegram.addApp({ apiId: 4712, apiHash: moreHash }))
  await run('telegram.addApp', () => telegram.addApp({ apiId: 4711, apiHash: moreHash }))
  await run('telegram.removeApp', () => telegram.removeApp({ apiId: 4713 }))
  const { proxies } = (await run('telegram.settings', () => telegram.settings())) as { proxies: { id: string }[] }
  expect(proxies).toHaveLength(3)
  await run('telegram.planCheck', () => telegram.planCheck({ refs }))
  for (const [index, { id }] of proxies.entries()) {
    await run('telegram.changeSettings', () => telegram.changeSettings({ proxyId: id }))
    // A key stays with its way out for a while: each has one of its own.
    const check = { refs: refs.slice(index, index + 1), includeInUse: true }
    const { jobId } = (await run('telegram.check', () => telegram.check(check))) as { jobId: string }
    await run('jobs.pause', () => jobs.pause({ id: jobId }))
    await run('telegram.contacts', () => telegram.contacts())
    await run('jobs.resume', () => jobs.resume({ id: jobId }))
    await run('telegram.results', () => telegram.results({ jobId }))
    await run('telegram.removeProxy', () => telegram.removeProxy({ id }))
  }
  await telegram.changeSettings({ proxyId: null })
  await run('telegram.removeProxy', () => telegram.removeProxy({ id: proxies[0]?.id ?? '' }))
  await run('telegram.results', () => telegram.results({ jobId: apiHash }))
}

/** A Telegram of our own, with keys that it knows: new logins, devices, log-outs. */
async function tryLogins({ client: { telegram, imports, sessions } }: TestApp): Promise<void> {
  const authKey = secrets['key known at Telegram']
  // No other has been used over a proxy just now.
  const { ticket, items } = await imports.stageText({ text: stringOf(authKey) })
  const wanted = {
    items: items.map(({ id }) => ({ id, name: 'known' })),
    destination: memory,
    target: null,
    values: {},
  }
  for await (const event of await imports.commit({ ticket, ...wanted })) expect(event).not.toHaveProperty('error.code')
  const { rows } = await sessions.list({ ...everything, view: { kind: 'source', sourceId: 'memory' } })
  const refs = rows.filter(({ name }) => name === 'known').map(({ ref }) => ref)
  expect(refs).toHaveLength(1)
  const server = await startTelegram({ allowHandshake: true })
  try {
    server.addAccount({ id: BOT_ID, isBot: true, firstName: 'Bot' })
    server.addAccount({ id: PERSON_ID, isBot: false, firstName: 'Ada', phone: PHONE })
    server.addBotToken(secrets['bot token'].toString(), BOT_ID)
    server.setLoginCode(PHONE, secrets['login code'].toString())
    await server.setPassword(PERSON_ID, secrets['password of an account'].toString())
    server.knobs.futureAuthToken = secrets['token for a later login']
    server.addLogin({ authKey, accountId: PERSON_ID })
    await telegram.changeSettings({
      dcOverrides: [...server.endpoints].map(([dcId, { host, port }]) => ({ dcId, host, port })),
      serverKeys: [server.publicKeyPem],
      apiId: 4711,
      apiHash: secrets['API hash'].toString('hex'),
    })
    const place = { destination: memory, target: null, values: {} }
    const tokens = [secrets['bot token'], secrets['bot token that is unknown']].join('\n')
    await run('telegram.logInBots', () => telegram.logInBots({ tokens, ...place }))
    await run('telegram.logInBots', () =>
      telegram.logInBots({ tokens, ...place, destination: { kind: 'folder', path: tokens } }),
    )
    await run('telegram.logIn', async () => phoneLogin(telegram, place))
    await run('telegram.answerLogin', () =>
      telegram.answerLogin({ loginId: 'gone', answer: secrets['login code'].toString() }),
    )
    for (const ref of refs) {
      await run('telegram.devices', () => telegram.devices({ ref, includeInUse: true }))
      await run('telegram.endDevice', () => telegram.endDevice({ ref, hash: '1', confirmed: true }))
      await run('telegram.planEndOthers', () => telegram.planEndOthers({ ref }))
      const typed = secrets['password of an account'].toString()
      await run('telegram.endOthers', () => telegram.endOthers({ ref, typed }))
    }
    await run('telegram.planRevoke', () => telegram.planRevoke({ refs }))
    const revoking = { refs, confirmed: true, includeInUse: true } as const
    const { jobId } = (await run('telegram.revoke', () => telegram.revoke(revoking))) as { jobId: string }
    await run('telegram.results', () => telegram.results({ jobId }))
    await run('sessions.get', () => sessions.get({ ref: refs[0] ?? { sourceId: '', key: '' } }))
    expect(server.calls.map(({ method }) => method)).toContain('auth.logOut')
  } finally {
    await server.close()
  }
}

type Place = Omit<Parameters<TestApp['client']['telegram']['logIn']>[0], 'method'>

/** Every answer wrong once, then right. Gives what it was told. */
async function* phoneLogin(telegram: TestApp['client']['telegram'], place: Place) {
  const answers = {
    code: [secrets['login code that is wrong'], secrets['login code']],
    password: [secrets['password that is wrong'], secrets['password of an account']],
  }
  let loginId = ''
  for await (const event of await telegram.logIn({ method: { kind: 'phone', phone: PHONE }, ...place })) {
    yield event
    if (event.type === 'started') loginId = event.loginId
    if (event.type !== 'code' && event.type !== 'password') continue
    const answer = answers[event.type].shift()?.toString() ?? ''
    await run('telegram.answerLogin', () => telegram.answerLogin({ loginId, answer }))
  }
}

/** A module that throws keys about while it is loaded, and a path that is one. */
async function tryModules(extensions: TestApp['client']['extensions'], root: string): Promise<void> {
  const key = secrets['key in a file'].toString('hex')
  const folder = join(root, 'modules')
  mkdirSync(folder)
  writeFileSync(join(folder, 'telling.mjs'), `throw new Error('${key}')`)
  await run('extensions.setFolder', () => extensions.setFolder({ folder: join(folder, key) }))
  await run('extensions.setFolder', () => extensions.setFolder({ folder }))
  const { modules } = (await run('extensions.list', () => extensions.list())) as {
    modules: { path: string; sha256: string }[]
  }
  for (const { path, sha256 } of modules) {
    await run('extensions.enable', () => extensions.enable({ path, sha256, confirmed: true }))
    await run('extensions.enable', () => extensions.enable({ path: key, sha256, confirmed: true }))
    await run('extensions.list', () => extensions.list())
    await run('extensions.disable', () => extensions.disable({ path }))
  }
}

/** Servers that nobody answers for: what drivers say of it must not hold the password they were given. */
async function addStores(sources: TestApp['client']['sources']): Promise<void> {
  const password = secrets['password of a store'].toString()
  for (const scheme of ['redis', 'postgresql+psycopg2', 'mysql', 'mongodb', 'http', 'amqp']) {
    const text = `${scheme}://bot:${password}@127.0.0.1:1/9?unknown=${password}`
    const parsed = (await run('sources.parseStoreAddress', () => sources.parseStoreAddress({ text }))) as {
      location: StoreLocation
      ticket: string
    } | null
    await run('sources.parseStoreAddress', () => sources.parseStoreAddress({ text: `${scheme}://bot:${password}/9` }))
    if (!parsed) continue
    const { location, ticket } = parsed
    await run('sources.testStore', () => sources.testStore({ location, ticket }))
    await run('sources.testStore', () => sources.testStore({ location, ticket: password }))
    const added = (await run('sources.addStore', () => sources.addStore({ location, ticket }))) as { id: string }
    await run('sources.addStore', () => sources.addStore({ location, password }))
    const { id: sourceId } = added
    const elsewhere = { ...location, prefix: 'x', hosts: [...location.hosts, 'other.invalid:1'] }
    await run('sources.updateStore', () => sources.updateStore({ sourceId, location: elsewhere }))
    await run('sources.updateStore', () => sources.updateStore({ sourceId, password: `${password}${password}` }))
    await run('sources.allowWriting', () => sources.allowWriting({ sourceId, allow: true, confirmed: true }))
    await run('sources.list', () => sources.list())
    await run('sources.remove', () => sources.remove({ sourceId }))
  }
}

describe('nothing tells a secret', () => {
  it('covers every call of the contract', () => {
    const calls = Object.entries(contract).flatMap(([area, names]) =>
      Object.keys(names).map((name) => `${area}.${name}`),
    )
    expect([...called].toSorted()).toEqual(calls.toSorted())
  })

  it.each(Object.keys(secrets) as (keyof typeof secrets)[])('%s', (name) => {
    const found = [
      ...told.filter(({ by }) => !MAY_TELL.has(by)),
      ...deck.logged.map((line) => ({ by: 'log', text: textOf(line) })),
      ...events.map((event) => ({ by: `event ${event.type}`, text: textOf(event) })),
    ].flatMap(({ by, text }) => leaksOf(secrets[name], text).map((encoding) => `${by}: ${encoding}`))
    expect(found).toEqual([])
  })

  it('would notice: what reveal answers is found', () => {
    const text = told
      .filter(({ by }) => MAY_TELL.has(by))
      .map((one) => one.text)
      .join('\n')
    for (const name of ['key in the vault', 'key in memory', 'key in a file'] as const) {
      expect(leaksOf(secrets[name], text)).toContain('base64')
    }
    for (const name of ['key in a staged text', 'passphrase of the app'] as const) {
      expect(leaksOf(secrets[name], text)).toEqual([])
    }
  })

  it('logged the failures of the clipboard all the same', () => {
    expect(textOf(deck.logged)).toContain('secrets.copy')
    expect(events.map(({ type }) => type)).toContain('audit')
  })
})

describe('the search itself', () => {
  const secret = randomBytes(256)
  it.each([
    ['raw', () => Uint8Array.from(secret)],
    ['hex', () => `x${secret.subarray(40, 90).toString('hex').toUpperCase()}`],
    ['decimal', () => ({ key: [...secret.subarray(100, 160)] })],
    ['decimal', () => JSON.parse(JSON.stringify(Uint8Array.from(secret))) as unknown],
    ['base64', () => Buffer.concat([Buffer.of(1), secret]).toString('base64')],
    [
      'base64',
      () => new Error('failed', { cause: { text: Buffer.concat([Buffer.of(1, 2), secret]).toString('base64url') } }),
    ],
  ])('finds %s', (encoding, leak) => {
    expect(leaksOf(secret, textOf(leak()))).toContain(encoding)
  })
  it('finds nothing where nothing is', () => {
    expect(leaksOf(secret, textOf({ other: randomBytes(4096) }))).toEqual([])
  })
})

it('answers over the same router that the shells serve', async () => {
  // Not a client of the test's own making: what is tested is what a window reaches.
  const client = createRouterClient(deck.app.router, { context: {} })
  await expect(
    client.secrets.reveal({
      ref: { sourceId: 'x', key: 'x' },
      target: telethon,
      values: {},
      confirmed: true,
      purpose: 'show',
    }),
  ).rejects.toMatchObject({
    code: 'protection.locked',
  })
})
