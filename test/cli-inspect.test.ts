import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { dcOfAddress } from '../src/main/domain/data-centers.ts'
import { runCli } from './support/run-cli.ts'

// Each answer is a process of its own: on a busy machine they take their time.
vi.setConfig({ testTimeout: 120_000 })

const fixtures = join(import.meta.dirname, '../fixtures')
const SESSION_MEMBERS = [
  'format',
  'library',
  'formatVersion',
  'name',
  'keyId',
  'dc',
  'dataCenters',
  'server',
  'user',
  'apiId',
  'updateState',
  'channelStates',
  'peers',
  'minContexts',
  'sentFiles',
  'hasTakeout',
]

const noExtras = { flags: null, hasSalt: false }
const unnamed = { username: null, phone: null, extraUsernames: [], isPremium: null }

interface TelethonFile {
  readonly detect: string
  readonly schema_version: number
  readonly entity_rows: number
  readonly self_user_id: string | null
  readonly sent_files?: readonly unknown[]
  readonly update_states?: readonly { id: string; pts: number; qts: number; date: number; seq: number }[]
  readonly sessions: readonly {
    dc_id: number
    server_address: string | null
    port: number | null
    auth_key_id_hex: string | null
    takeout_id?: unknown
  }[]
}

interface PyrogramEntry {
  readonly id: string
  readonly kind: 'file' | 'string'
  readonly expect: 'ok' | 'suspect' | 'no-key' | 'error'
  readonly format: string
  readonly path: string
  readonly string: string
  readonly schema_version: number
  readonly peers: { readonly count: number }
  readonly update_state: readonly { id: string; pts: number; qts: number; date: number; seq: number }[] | null
  readonly session: {
    readonly dc_id: number
    readonly address: string | null
    readonly port: number | null
    readonly test_mode: boolean | null
    readonly auth_key_hex: string | null
    readonly auth_key_id_hex: string | null
    readonly user_id: string | null
    readonly is_bot: boolean | null
    readonly api_id: number | null
  }
}

const read = <T>(path: string): T => JSON.parse(readFileSync(join(fixtures, path), 'utf8')) as T
const telethon = read<{ files: Record<string, TelethonFile> }>('telethon/manifest.json').files
const telethonStrings = read<{
  valid: { string: string; auth_key_id_hex: string; reloaded?: { server_address: string; port: number } }[]
}>('telethon/strings.json').valid
const pyrogram = read<{ entries: PyrogramEntry[] }>('pyrogram/manifest.json').entries

async function inspect(target: string, input?: string) {
  const answer = await runCli(['inspect', target, '--json'], input === undefined ? {} : { input })
  return { ...answer, json: JSON.parse(answer.out) }
}

describe.concurrent('inspect --json of Telethon files', () => {
  const files = Object.entries(telethon).filter(([, { detect }]) => detect === 'telethon-v1-sqlite')
  it.each(files)('%s', async (name, expected) => {
    const path = join(fixtures, 'telethon', name)
    const { code, json } = await inspect(path)
    expect(Object.keys(json)).toEqual(['path', 'sessions', 'problems'])
    expect(json.path).toBe(path)
    expect(json.sessions).toHaveLength(1)
    const [session] = json.sessions
    const [row] = expected.sessions
    const version = expected.schema_version
    const state = expected.update_states?.find(({ id }) => id === '0')
    const known = row?.server_address ? dcOfAddress(row.server_address) : null
    const home = { id: known?.dcId ?? row?.dc_id, address: row?.server_address, port: row?.port }
    const hasKey = row?.auth_key_id_hex != null
    expect(Object.keys(session)).toEqual(SESSION_MEMBERS)
    expect(session).toEqual({
      format: 'telethon.sqlite',
      library: 'telethon',
      formatVersion: version,
      name: name.replace('.session', ''),
      keyId: row?.auth_key_id_hex ?? null,
      dc: { ...home, test: known?.test ?? null },
      dataCenters: [{ ...home, hasKey, home: true, ...noExtras }],
      server: 'telegram',
      user: expected.self_user_id && { id: expected.self_user_id, isBot: null, ...unnamed },
      apiId: null,
      updateState: state ? { pts: state.pts, qts: state.qts, date: state.date, seq: state.seq } : null,
      channelStates: version >= 7 ? (expected.update_states ?? []).filter(({ id }) => id !== '0').length : null,
      peers: expected.entity_rows - (expected.self_user_id === null ? 0 : 1),
      minContexts: null,
      sentFiles: version >= 3 ? (expected.sent_files?.length ?? 0) : null,
      hasTakeout: version >= 5 ? typeof row?.takeout_id === 'string' : null,
    })
    expect(code).toBe(0)
  })

  const formatOf: Record<string, string> = {
    'telethon-json': 'telethon.json',
    'telethon-pickle': 'telethon.pickle',
    'telethon-v2-sqlite': 'telethon-v2.sqlite',
    'telethon-v2dev-sqlite': 'telethon-v2.sqlite',
  }
  const others = Object.entries(telethon).filter(([, { detect }]) => detect in formatOf)
  it.each(others)('%s, of another generation', async (name, { detect }) => {
    const { code, json } = await inspect(join(fixtures, 'telethon', name))
    expect(json.sessions.map(({ format }: { format: string }) => format)).toEqual([formatOf[detect]])
    expect(code).toBe(0)
  })
})

function pyrogramSession(entry: PyrogramEntry) {
  const { session } = entry
  const home = { id: session.dc_id, address: session.address, port: session.port }
  return {
    keyId: session.auth_key_id_hex,
    dc: { ...home, test: session.test_mode },
    dataCenters: [{ ...home, hasKey: session.auth_key_id_hex !== null, home: true, ...noExtras }],
    server: 'telegram',
    user: session.user_id && { id: session.user_id, isBot: session.is_bot, ...unnamed },
    apiId: session.api_id,
  }
}

describe.concurrent('inspect --json of Pyrogram files', () => {
  const files = pyrogram.filter(({ kind, format }) => kind === 'file' && format === 'pyrogram.sqlite')
  it.each(files.map((entry) => [entry.id, entry] as const))('%s', async (_id, entry) => {
    const { code, json } = await inspect(join(fixtures, 'pyrogram', entry.path))
    expect(json.sessions).toHaveLength(1)
    const [session] = json.sessions
    const account = entry.update_state?.find(({ id }) => id === '0')
    expect(Object.keys(session)).toEqual(SESSION_MEMBERS)
    expect(session).toEqual({
      format: 'pyrogram.sqlite',
      library: expect.any(String),
      formatVersion: entry.schema_version,
      name: entry.id,
      ...pyrogramSession(entry),
      updateState: account ? { pts: account.pts, qts: account.qts, date: account.date, seq: account.seq } : null,
      channelStates: entry.update_state?.filter(({ id }) => id !== '0').length ?? null,
      peers: entry.peers.count,
      minContexts: null,
      sentFiles: null,
      hasTakeout: null,
    })
    expect(code).toBe(0)
  })
})

describe('inspect - of strings', () => {
  it('reads every Pyrogram string', async () => {
    const strings = pyrogram.filter(({ kind, expect: verdict }) => kind === 'string' && verdict !== 'error')
    const { code, json } = await inspect('-', strings.map((entry) => `${entry.string.trim()}\n`).join(''))
    expect(json.path).toBe('-')
    expect(json.sessions).toEqual(
      strings.map((entry, index) => ({
        format: 'pyrogram.string',
        library: expect.any(String),
        formatVersion: expect.anything(),
        name: `line ${index + 1}`,
        ...pyrogramSession(entry),
        updateState: null,
        channelStates: null,
        peers: null,
        minContexts: null,
        sentFiles: null,
        hasTakeout: null,
      })),
    )
    expect(code).toBe(0)
  })

  it('reads every Telethon string', async () => {
    const strings = telethonStrings.filter(({ string, auth_key_id_hex }) => string !== '' && auth_key_id_hex)
    const { json } = await inspect('-', strings.map(({ string }) => string).join('\n\n'))
    expect(json.sessions.map(({ keyId }: { keyId: string }) => keyId)).toEqual(
      strings.map(({ auth_key_id_hex }) => auth_key_id_hex),
    )
    expect(json.sessions.map(({ dc }: { dc: { address: string; port: number } }) => [dc.address, dc.port])).toEqual(
      strings.map(({ reloaded }) => [reloaded?.server_address, reloaded?.port]),
    )
  })

  it('names the line that fails and reads the rest', async () => {
    const [good] = telethonStrings
    const bad = pyrogram.find(({ expect: verdict }) => verdict === 'error')
    const { code, json } = await inspect('-', `${bad?.string}\n${good?.string}\n`)
    expect(code).toBe(1)
    expect(json.sessions).toHaveLength(1)
    expect(json.problems[0].message).toContain('line 1')
    expect(JSON.stringify(json)).not.toContain(bad?.string.slice(10, 60))
  })
})

describe('JSON on standard input', () => {
  const json = readFileSync(join(fixtures, 'gotd/gotd-basic.json'), 'utf8')

  it('is inspected, with strings beside it', async () => {
    const [good] = telethonStrings
    const { code, json: answer } = await inspect('-', `${good?.string}\n${json}\n`)
    expect(code).toBe(0)
    expect(answer.sessions.map(({ format, name }: { format: string; name: string }) => [format, name])).toEqual([
      ['gotd.json', 'line 2'],
      ['telethon.string', 'line 1'],
    ])
  })

  it('is detected and converted', async () => {
    const detected = await runCli(['detect', '--json'], { input: json })
    expect(JSON.parse(detected.out)).toMatchObject({ candidates: [{ format: 'gotd.json', certainty: 'exact' }] })
    const converted = await runCli(['convert', '-', '--to', 'telethon.string'], { input: json })
    expect(converted.out).toMatch(/^1[\w-]{350,}=?\n$/)
  })

  it('is said to be cut short', async () => {
    const { code, out, err } = await runCli(['detect', '--json'], { input: json.slice(0, -30) })
    expect(code).toBe(1)
    expect(JSON.parse(out).problems[0].message).toContain('gotd')
    expect(out + err).not.toContain(json.slice(-80, -40))
  })
})

describe('what only some libraries keep', () => {
  it('is in the JSON: flags, salts and contexts of ferogram, the server of mtpylon', async () => {
    const ferogram = (await inspect(join(fixtures, 'ferogram/v8-full.session'))).json.sessions[0]
    expect(ferogram.minContexts).toBeGreaterThan(0)
    expect(ferogram.dataCenters).toContainEqual(expect.objectContaining({ flags: expect.any(Number), hasSalt: true }))
    const path = join(fixtures, 'mtpylon/auth-data.json')
    expect((await inspect(path)).json.sessions[0]).toMatchObject({ server: 'mtpylon', dc: { id: 0 } })
    const words = await runCli(['inspect', path])
    expect(words.out).toContain('an mtpylon server')
    expect(words.out).not.toContain('home DC')
  })

  it('marks incomplete peers', async () => {
    const { out } = await runCli(['peers', join(fixtures, 'ferogram/v8-full.session'), '--json'])
    for (const peer of JSON.parse(out).peers) expect(peer.isMin).toEqual(expect.any(Boolean))
  })
})

describe('no key or string leaves by inspecting', () => {
  it('neither in JSON nor in words', async () => {
    const entry = pyrogram.find(({ id }) => id === 'kurigram-v7')
    const path = join(fixtures, 'pyrogram', entry?.path ?? '')
    const key = Buffer.from(entry?.session.auth_key_hex ?? '', 'hex')
    expect(key).toHaveLength(256)
    const outputs = [
      await runCli(['inspect', path]),
      await runCli(['inspect', path, '--json']),
      await runCli(['list', path]),
      await runCli(['peers', path, '--json']),
      await runCli(['convert', path, '--to', 'telethon.string', '--dry-run', '--json']),
    ]
    const all = outputs.map(({ out, err }) => out + err).join('\n')
    expect(all).toContain(entry?.session.auth_key_id_hex)
    for (const encoding of ['hex', 'base64', 'base64url', 'latin1'] as const) {
      const text = key.toString(encoding)
      expect(all).not.toContain(text.slice(8, 40))
      expect(all).not.toContain(text.slice(-40, -8))
    }
  })
})
