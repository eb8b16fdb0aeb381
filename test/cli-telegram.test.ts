import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, openSync, closeSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createKeyLocks } from '../src/main/sources/key-locks.ts'
import type { LoginStatus } from '../src/shared/login-statuses.ts'
import { type CliAnswer, runCli, runCliProcess, runCliTyped } from './support/run-cli.ts'
import { keyIdText, newKey, telethonString } from './support/telegram/telegram-app.ts'
import { startHttpForwarder, startSocksForwarder } from './support/telegram-server/forwarders.ts'
import { type LocalTelegram, type LoginState, startTelegram } from './support/telegram-server/start.ts'
import { treeState } from './support/tree-state.ts'

// The command line as a process of its own, against a Telegram of our own.
vi.setConfig({ testTimeout: 120_000 })

const CLI = join(import.meta.dirname, '../src/main/cli.ts')
const API_HASH = '5ca1ab1e0ddba11cafef00dbaadf00d5'
const CANARY = 'CanaryPassword'

let telegram: LocalTelegram
let folder = ''
let data = ''
let seen = { calls: 0, connections: 0, handshakes: 0 }
beforeAll(async () => {
  telegram = await startTelegram({ dcIds: [2, 4], strictSingle: true })
  telegram.addAccount({ id: 777, isBot: false, firstName: 'Ada', lastName: 'L', username: 'ada', phone: '44770' })
  telegram.addAccount({ id: 778, isBot: true, firstName: 'Shop', username: 'shop_bot' })
})
afterAll(() => telegram.close())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-telegram-'))
  data = join(folder, 'app')
  mkdirSync(join(folder, 'bots'))
  seen = { calls: telegram.calls.length, ...telegram.stats }
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const calls = () => telegram.calls.slice(seen.calls)
const connections = () => telegram.stats.connections - seen.connections

/** A session file, and its login at the local server unless `state` is null. */
function addSession(
  name: string,
  state: LoginState | null = 'ok',
  { accountId = 777, dcId = 2, authKey = newKey() } = {},
) {
  if (state !== null) telegram.addLogin({ authKey, accountId, dcId, state })
  const path = join(folder, 'bots', `${name}.txt`)
  writeFileSync(path, `${telethonString({ authKey, dcId })}\n`)
  return { path, authKey, keyId: keyIdText(authKey), text: telethonString({ authKey, dcId }) }
}

function ways(): string[] {
  const overrides = [...telegram.endpoints].flatMap(([id, { host, port }]) => ['--dc', `${id}=${host}:${port}`])
  return [...overrides, '--pace', '0', '--data', data]
}

const env = { SESSION_DECK_API_ID: '4711', SESSION_DECK_API_HASH: API_HASH, SESSION_DECK_PROXY: '' }

function run(
  [command = '', ...args]: readonly string[],
  options: { input?: string; env?: Record<string, string> } = {},
) {
  return runCliProcess([command, ...ways(), ...args], { ...options, env: { ...env, ...options.env } })
}

interface Row {
  readonly path: string
  readonly name: string
  readonly status: string | null
  readonly skipped: string | null
  readonly reason: string
  readonly outcome?: string
}

function rowsOf({ out }: CliAnswer): Row[] {
  return JSON.parse(out).sessions
}

describe('check', () => {
  it('asks once, tells where it goes before, and ends by itself', async () => {
    const { path, keyId } = addSession('shop')
    const files = treeState(join(folder, 'bots'))
    const before = Math.floor(Date.now() / 1000)
    const answer = await run(['check', path, '--json'])
    const place = telegram.endpoints.get(2)
    const address = `${place?.host}:${place?.port}`
    expect(answer.code, answer.err).toBe(0)
    expect(answer.err).toContain(`Addresses given with --dc: DC 2 at ${address}`)
    expect(answer.err).toContain(
      `about 1 login, each with its own key, under API id 4711, directly: DC 2 at ${address}.`,
    )
    const { sessions, ...rest } = JSON.parse(answer.out)
    expect(rest).toEqual({ interrupted: false, problems: [] })
    expect(sessions).toEqual([
      {
        path,
        name: 'shop',
        keyId,
        status: 'alive',
        final: false,
        evidence: 'answered users.getUsers',
        at: expect.any(Number),
        wayOut: 'direct',
        dc: { id: 2, test: false, address },
        account: { id: '777', isBot: false, name: 'Ada L', username: 'ada', phone: '44770' },
        until: null,
        newDc: null,
        skipped: null,
        reason: '',
      },
    ])
    expect(sessions[0].at).toBeGreaterThanOrEqual(before)
    expect(calls().map((call) => [call.keyId, call.method, call.init?.apiId])).toEqual([
      [keyId, 'users.getUsers', 4711],
    ])
    expect(connections()).toBe(1)
    expect(telegram.stats.handshakes).toBe(seen.handshakes)
    expect(treeState(join(folder, 'bots'))).toEqual(files)
    expect(readdirSync(join(data, 'data'))).toEqual(['key-locks'])
  })

  it('tells every kind of end, and answers 3', async () => {
    const states: readonly (readonly [LoginState, LoginStatus])[] = [
      ['ok', 'alive'],
      ['frozen', 'frozen'],
      ['unregistered', 'logged-out'],
      ['revoked', 'revoked'],
      ['expired', 'expired'],
      ['duplicated', 'duplicated'],
      ['deactivated', 'account-deleted'],
      ['banned', 'account-banned'],
      ['key-invalid', 'key-invalid'],
      ['temporary', 'temporary-key'],
      ['password-pending', 'password-pending'],
      ['forgotten', 'key-unknown'],
    ]
    for (const [state] of states) addSession(state, state, { dcId: state === 'revoked' ? 4 : 2 })
    const answer = await run(['check', join(folder, 'bots'), '--json'])
    expect(answer.code, answer.err).toBe(3)
    expect(new Map(rowsOf(answer).map(({ name, status }) => [name, status]))).toEqual(new Map(states))
    expect(telegram.stats.handshakes).toBe(seen.handshakes)
    const shown = await run(['check', join(folder, 'bots', 'expired.txt')])
    expect(shown.code).toBe(3)
    expect(shown.out).toMatch(/NAME +ACCOUNT +LOGIN +ANSWER/)
    expect(shown.out).toContain('Expired from disuse')
    expect(shown.err).toContain('0 logins alive, 1 dead, 0 not known.')
  })

  it('leaves out what a program has open, unless told otherwise', async () => {
    const { path } = addSession('busy')
    const held = openSync(path, 'r')
    try {
      const left = await run(['check', path, '--json'])
      expect(left.code, left.err).toBe(4)
      expect(rowsOf(left)).toMatchObject([
        { status: null, skipped: 'in-use', reason: expect.stringMatching(/has it open/) },
      ])
      expect(left.err).toContain('Not asked: 1 in use')
      expect(connections()).toBe(0)
      expect(rowsOf(await run(['check', path, '--json', '--include-in-use']))).toMatchObject([{ status: 'alive' }])
    } finally {
      closeSync(held)
    }
  })

  it('asks about a key once, and tells it of every copy', async () => {
    const { authKey } = addSession('one', 'revoked')
    addSession('two', null, { authKey })
    const answer = await run(['check', join(folder, 'bots'), '--json'])
    expect(answer.code).toBe(3)
    expect(rowsOf(answer).map(({ status, skipped }) => [status, skipped])).toEqual([
      ['revoked', null],
      ['revoked', 'same-key'],
    ])
    expect(calls()).toHaveLength(1)
  })

  it('tells waits, trouble and a wrong data centre as what they are: nothing about the login', async () => {
    const until = Math.floor(Date.now() / 1000) + 4000
    const [wait, moved, silent] = [addSession('wait'), addSession('moved'), addSession('silent')]
    telegram.script({ keyId: wait.keyId }, { error: { code: 420, text: 'FLOOD_WAIT_4000' } })
    telegram.script({ keyId: moved.keyId }, { error: { code: 303, text: 'USER_MIGRATE_4' } })
    telegram.script(
      { keyId: silent.keyId },
      { error: { code: 500, text: 'OUCH' } },
      { error: { code: 500, text: 'OUCH' } },
    )
    const answer = await run(['check', join(folder, 'bots'), '--json'])
    expect(answer.code, answer.err).toBe(4)
    const rows = new Map(JSON.parse(answer.out).sessions.map((row: Row) => [row.name, row]))
    expect(rows.get('wait')).toMatchObject({ status: 'rate-limited', final: false, evidence: '420 FLOOD_WAIT_4000' })
    expect((rows.get('wait') as { until: number }).until).toBeGreaterThanOrEqual(until)
    expect(rows.get('moved')).toMatchObject({ status: 'wrong-dc', newDc: 4, dc: { id: 2 } })
    expect(rows.get('silent')).toMatchObject({ status: 'server-error', evidence: '500 OUCH' })
    expect(calls().every(({ dcId }) => dcId === 2)).toBe(true)
  })

  it('waits a short while when Telegram asks for it, and asks again', async () => {
    const { path, keyId } = addSession('soon')
    telegram.script({ keyId }, { error: { code: 420, text: 'FLOOD_WAIT_1' } })
    expect(rowsOf(await run(['check', path, '--json']))).toMatchObject([{ status: 'alive' }])
    expect(calls()).toHaveLength(2)
  })

  it('stops after five bans in a row, unless it is to go on', async () => {
    for (let number = 1; number <= 8; number += 1) addSession(`banned-${number}`, 'banned')
    // One after the other: none is under way when the fifth is told.
    const stopped = await run(['check', join(folder, 'bots'), '--json', '--pace', '0.3'])
    expect(stopped.err).toContain('5 in a row were banned or killed')
    expect(rowsOf(stopped).filter(({ skipped }) => skipped === 'not-asked').length).toBeGreaterThan(0)
    expect(stopped.code).toBe(3)
    const all = await run(['check', join(folder, 'bots'), '--json', '--keep-going'])
    expect(rowsOf(all).every(({ status }) => status === 'account-banned')).toBe(true)
  })

  it('reads strings from a pipe', async () => {
    const [one, two] = [addSession('one'), addSession('two', 'expired')]
    const answer = await run(['check', '-', '--json'], { input: `${one.text}\n${two.text}\n` })
    expect(answer.code, answer.err).toBe(3)
    expect(rowsOf(answer).map(({ path, status }) => [path, status])).toEqual([
      ['-', 'alive'],
      ['-', 'expired'],
    ])
    expect(answer.out + answer.err).not.toContain(one.text)
  })

  it('waits while another program talks to Telegram with the key', async () => {
    const { path, keyId } = addSession('locked')
    const locks = createKeyLocks(join(data, 'data'), { now: () => Date.now() })
    try {
      const held = await locks.hold(keyId, 'direct', new AbortController().signal)
      const answer = run(['check', path, '--json'])
      let isOver = false
      void answer.then(() => (isOver = true))
      await new Promise((resolve) => setTimeout(resolve, 3000))
      expect([isOver, calls()]).toEqual([false, []])
      held.release()
      expect(rowsOf(await answer)).toMatchObject([{ status: 'alive' }])
    } finally {
      locks.close()
    }
  })
})

describe('ways out', () => {
  it('goes through a proxy alone, and keeps its password to itself', async () => {
    const { path } = addSession('proxied')
    for (const [start, scheme] of [
      [startSocksForwarder, 'socks5'],
      [startHttpForwarder, 'http'],
    ] as const) {
      const forwarder = await start({ user: 'ada', password: CANARY })
      try {
        const file = join(folder, `${scheme}.txt`)
        writeFileSync(file, `${scheme}://ada:${CANARY}@127.0.0.1:${forwarder.port}\n`, { mode: 0o600 })
        const answer = await run(['check', path, '--json', '--proxy', file, '--data', join(folder, scheme)])
        expect(answer.code, answer.err).toBe(0)
        expect(JSON.parse(answer.out).sessions[0]).toMatchObject({
          status: 'alive',
          wayOut: `${scheme}://127.0.0.1:${forwarder.port}`,
        })
        expect(answer.out + answer.err).not.toContain(CANARY)
      } finally {
        await forwarder.close()
      }
    }
  })

  it('does not go out directly where the proxy is not there', async () => {
    const { path } = addSession('alone')
    const answer = await run(['check', path, '--json'], { env: { SESSION_DECK_PROXY: 'socks5://127.0.0.1:9' } })
    expect(answer.code).toBe(4)
    expect(JSON.parse(answer.out).sessions[0]).toMatchObject({ status: 'network', wayOut: 'socks5://127.0.0.1:9' })
    expect(connections()).toBe(0)
  })
})

describe('revoke', () => {
  it('ends a login for good, tells what ends before, and leaves the files', async () => {
    const [one, twin] = [addSession('one', 'ok', { accountId: 778 }), addSession('other')]
    addSession('copy', null, { authKey: one.authKey })
    const files = treeState(join(folder, 'bots'))
    const paths = ['one', 'copy'].map((name) => join(folder, 'bots', `${name}.txt`))
    const answer = await run(['revoke', ...paths, '--yes', '--json'])
    expect(answer.code, answer.err).toBe(0)
    expect(answer.err).toContain('These logins end at Telegram, for good')
    expect(rowsOf(answer)).toMatchObject([
      { outcome: 'logged-out', status: 'logged-out', final: true, copies: 1, skipped: null },
      { outcome: 'logged-out', status: 'logged-out', final: true, copies: 1, skipped: 'same-key' },
    ])
    expect(calls().map(({ keyId, method }) => [keyId, method])).toEqual([[one.keyId, 'auth.logOut']])
    expect([telegram.stateOf(one.keyId), telegram.stateOf(twin.keyId)]).toEqual(['unregistered', 'ok'])
    expect(treeState(join(folder, 'bots'))).toEqual(files)
    const again = await run(['revoke', ...paths, '--yes'])
    expect(again.code).toBe(0)
    expect(again.out).toContain('Had ended: signed out')
  })

  it('settles a lost answer by one check', async () => {
    const { path, keyId } = addSession('lost')
    telegram.script({ keyId, method: 'auth.logOut' }, 'do-then-drop')
    expect(rowsOf(await run(['revoke', path, '--yes', '--json']))).toMatchObject([{ outcome: 'logged-out' }])
    const unlucky = addSession('unlucky')
    telegram.script({ keyId: unlucky.keyId, method: 'auth.logOut' }, { error: { code: 500, text: 'OUCH' } })
    const alive = await run(['revoke', unlucky.path, '--yes', '--json'])
    expect(alive.code).toBe(4)
    expect(rowsOf(alive)).toMatchObject([
      { outcome: 'failed', status: 'alive', reason: expect.stringMatching(/still lives/) },
    ])
    telegram.script(
      { keyId: unlucky.keyId },
      ...Array<{ error: { code: number; text: string } }>(2).fill({ error: { code: 500, text: 'OUCH' } }),
    )
    const doubt = await run(['revoke', unlucky.path, '--yes', '--json'])
    expect([doubt.code, rowsOf(doubt)[0]?.outcome]).toEqual([4, 'in-doubt'])
    expect(telegram.stateOf(unlucky.keyId)).toBe('ok')
  })

  it('does nothing without a word', async () => {
    const { path } = addSession('kept')
    const answer = await run(['revoke', path])
    expect([answer.code, answer.out]).toEqual([2, ''])
    expect(answer.err).toContain('say --yes, or run it at a terminal')
    expect(calls()).toEqual([])
  })
})

describe.skipIf(process.platform === 'win32')('at a terminal', () => {
  it('asks for the account before it ends its login', async () => {
    const { path, keyId } = addSession('asked')
    const wrong = await runCliTyped(['revoke', ...ways(), path], ['yes'], env, 'type asked: ')
    expect(wrong.code, wrong.out).toBe(1)
    expect(wrong.out).toContain('To end 1 login, type asked:')
    expect(wrong.out).toContain('Nothing was ended.')
    expect(calls()).toEqual([])
    const right = await runCliTyped(['revoke', ...ways(), path], ['asked'], env, 'type asked: ')
    expect(right.code, right.out).toBe(0)
    expect(telegram.stateOf(keyId)).toBe('unregistered')
  })

  it('shows how far it is', async () => {
    addSession('one')
    addSession('two')
    const answer = await runCliTyped(['check', ...ways(), join(folder, 'bots')], [], env)
    expect(answer.code, answer.out).toBe(0)
    // oxlint-disable-next-line no-control-regex
    expect(answer.out).toMatch(/\r\u001b\[K[12] of 2 · about \d+ s left/)
    expect(answer.out).toContain('2 logins alive, 0 dead, 0 not known.')
  })
})

describe.skipIf(process.platform === 'win32')('Ctrl+C', () => {
  it('lets the call under way end, starts no other, and tells what is known', async () => {
    for (let number = 1; number <= 4; number += 1) addSession(`slow-${number}`)
    telegram.script({ method: 'users.getUsers' }, { delayMs: 3000 })
    const args = ['check', ...ways(), '--pace', '30', '--json', join(folder, 'bots')]
    const child = spawn(process.execPath, [CLI, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk))
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
    await vi.waitFor(() => expect(calls().length).toBeGreaterThan(0), { timeout: 30_000 })
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    const { sessions, interrupted } = JSON.parse(out)
    expect(interrupted).toBe(true)
    expect(sessions.map(({ status, skipped }: Row) => status ?? skipped).toSorted()).toEqual([
      'alive',
      'not-asked',
      'not-asked',
      'not-asked',
    ])
    // A slow answer may be asked for again.
    expect(new Set(calls().map(({ keyId }) => keyId)).size).toBe(1)
  })
})

describe('secrets', () => {
  it('takes the API id and hash from a file that nobody else reads, in either form', async () => {
    const { path } = addSession('app')
    const none = { SESSION_DECK_API_ID: '', SESSION_DECK_API_HASH: '' }
    const file = join(folder, 'app.txt')
    for (const text of [`31337\n${API_HASH}\n`, JSON.stringify({ api_id: 31337, api_hash: API_HASH })]) {
      writeFileSync(file, text, { mode: 0o600 })
      const answer = await run(['check', path, '--json', '--app', file], { env: none })
      expect(answer.code, answer.err).toBe(0)
      expect(calls().at(-1)?.init?.apiId).toBe(31337)
      expect(answer.out + answer.err).not.toContain(API_HASH)
    }
  })

  it.skipIf(process.platform === 'win32')('refuses a file that others can read', async () => {
    const { path } = addSession('app')
    const file = join(folder, 'open.txt')
    writeFileSync(file, `31337\n${API_HASH}\n`, { mode: 0o644 })
    for (const option of ['--app', '--proxy']) {
      const answer = await runCli(['check', path, option, file], { env })
      expect(answer.code).toBe(2)
      expect(answer.err).toMatch(/chmod 600/)
    }
  })

  it.each([
    ['no API id', {}, [], 'set SESSION_DECK_API_ID'],
    ['a hash that is none', { SESSION_DECK_API_ID: '1', SESSION_DECK_API_HASH: CANARY }, [], '32 hexadecimal digits'],
    ['the hash as an argument', env, [`--api-hash=${CANARY}`], "Unknown option '--api-hash'"],
    ['a proxy that is none', { ...env, SESSION_DECK_PROXY: `ftp://a:${CANARY}@h` }, [], 'A proxy is socks5://'],
    [
      'an MTProxy without a secret',
      { ...env, SESSION_DECK_PROXY: 'tg://proxy?server=h&port=1' },
      [],
      'secret of the MTProxy',
    ],
    ['an address that is a name', env, ['--dc', '2=example.org:443'], 'HOST being an IP address'],
    ['an address without a port', env, ['--dc', '2=127.0.0.1'], 'HOST being an IP address'],
    ['a pace too fast for Telegram', env, ['--pace', '0.5'], 'a second or more'],
    ['no path', env, [], 'PATH is missing'],
  ])('%s is wrong use, told without what was given', async (what, given, args, words) => {
    const paths = what === 'no path' ? [] : [folder]
    const { code, out, err } = await runCli(['check', ...paths, ...args], { env: given })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(words)
    expect(err).not.toContain(CANARY)
  })

  it('prints no key, string or hash, and leaves none behind', async () => {
    const { path, authKey, text } = addSession('quiet', 'revoked')
    const answers = [await run(['check', path, '--json']), await run(['revoke', path, '--yes'])]
    const told = answers.map(({ out, err }) => out + err).join('') + JSON.stringify(treeState(data))
    for (const secret of [
      API_HASH,
      text,
      Buffer.from(authKey).toString('hex'),
      Buffer.from(authKey).toString('base64'),
    ]) {
      expect(told).not.toContain(secret)
    }
    expect(readdirSync(join(data, 'data', 'key-locks'))).toEqual(['keys.db'])
  })
})
