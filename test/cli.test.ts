import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { keyIdOf } from '../src/main/domain/key-id.ts'
import { Secret } from '../src/main/domain/secret.ts'
import { runCli, runCliOnTerminal, runCliProcess } from './support/run-cli.ts'

// Some answers are processes of their own: on a busy machine they take their time.
vi.setConfig({ testTimeout: 120_000 })

const fixtures = join(import.meta.dirname, '../fixtures')
const kurigram = join(fixtures, 'pyrogram/files/kurigram-v7.session')
const telethon = join(fixtures, 'telethon/schema7.session')
const hasPython = spawnSync('python3', ['--version']).status === 0

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-test-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A Telethon string with a random key, made by its published layout. */
function telethonString(): { text: string; key: Buffer; keyId: string } {
  const key = randomBytes(256)
  const head = Buffer.from([2, 149, 154, 167, 51, 443 >> 8, 443 & 0xff])
  const text = `1${Buffer.concat([head, key]).toString('base64url')}=`
  return { text, key, keyId: keyIdOf(new Secret(key)) }
}

function copyOf(path: string, name: string): string {
  const copy = join(folder, name)
  copyFileSync(path, copy)
  return copy
}

describe('wrong use answers 2 and says how it is done', () => {
  it.each([
    ['nothing', [], 'session-deck list'],
    ['an unknown command', ['frobnicate'], 'no such command'],
    ['list without a path', ['list'], 'PATH is missing'],
    ['inspect without a path', ['inspect', '--json'], 'PATH is missing'],
    ['two paths for inspect', ['inspect', 'a', 'b'], 'One PATH at a time'],
    ['an unknown option', ['list', '--nope', '.'], '--nope'],
    ['a limit that is no number', ['peers', 'x', '--limit', 'many'], '--limit takes a number'],
    ['a kind that is none', ['peers', 'x', '--kind', 'alien'], '--kind takes user'],
    ['convert without a target', ['convert', 'x'], '--to FORMAT is missing'],
    ['a format that is none', ['convert', 'x', '--to', 'nothing.sqlite'], 'session-deck formats'],
    [
      'a variant that is none',
      ['convert', 'x', '--to', 'telethon.sqlite@99'],
      'can be written as 1, 2, 3, 4, 5, 6, 7, 8',
    ],
    ['--set without a value', ['convert', 'x', '--to', 'telethon.sqlite', '--set', 'api-id'], 'name=value'],
    ['a string with --json and no file', ['convert', 'x', '--to', 'telethon.string', '--json'], '--out FILE'],
    ['formats with an argument', ['formats', 'x'], 'takes no arguments'],
    [
      'a value that nobody knows',
      ['convert', kurigram, '--to', 'telethon.sqlite', '--set', 'colour=red'],
      'no such value',
    ],
    ['serve with a bad port', ['serve', '--port', 'high'], '--port takes a number'],
  ])('%s', async (_what, args, words) => {
    const { code, out, err } = await runCli(args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(words)
  })

  it('does not repeat a string that was given as an argument', async () => {
    const { text } = telethonString()
    for (const args of [[text], ['detect', text]]) {
      const { code, out, err } = await runCli(args)
      expect(code).toBe(2)
      expect(out + err).not.toContain(text.slice(10, 50))
    }
  })
})

describe('help and version', () => {
  it.each([[['--help']], [['help']], [['list', '--help']], [['inspect', '-h']], [['peers', '--help']]])(
    '%j',
    async (args) => {
      const { code, out, err } = await runCli(args)
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(out).toContain('session-deck')
    },
  )

  it.each(['convert', 'detect', 'formats', 'serve'])('%s --help', async (command) => {
    expect((await runCli([command, '--help'])).code).toBe(0)
  })

  it('prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'))
    expect((await runCli(['--version'])).out).toBe(`${version}\n`)
  })
})

describe('list', () => {
  it('shows what is in a folder, with its path, and fails for what cannot be read', async () => {
    mkdirSync(join(folder, 'bots'))
    copyOf(kurigram, 'bots/weather.session')
    copyOf(telethon, 'anna.session')
    writeFileSync(join(folder, 'notes.txt'), 'nothing of interest')
    const good = await runCli(['list', folder, '--json'])
    const { sessions, problems } = JSON.parse(good.out)
    expect(good.code).toBe(0)
    expect(sessions.map(({ path, name }: { path: string; name: string }) => [path, name])).toEqual([
      [join(folder, 'anna.session'), 'anna'],
      [join(folder, 'bots/weather.session'), 'weather'],
    ])
    expect(problems).toEqual([])

    writeFileSync(join(folder, 'empty.session'), '')
    const bad = await runCli(['list', folder, '--json'])
    expect(bad.code).toBe(1)
    expect(JSON.parse(bad.out).sessions).toHaveLength(2)
    expect(JSON.parse(bad.out).problems).toEqual([
      { code: 'format.unrecognized', message: expect.stringContaining('empty.session') },
    ])
  })

  it('shows what ferogram leaves beside its files: unfinished and set-aside ones hold keys, too', async () => {
    for (const name of ['my.session', 'my.0.tmp', 'my.bak']) {
      copyFileSync(join(fixtures, 'ferogram/v8-full.session'), join(folder, name))
    }
    const { sessions } = JSON.parse((await runCli(['list', folder, '--json'])).out)
    expect(sessions.map(({ path }: { path: string }) => path)).toEqual(
      ['my.0.tmp', 'my.bak', 'my.session'].map((name) => join(folder, name)),
    )
  })

  it('goes on after a path that is not there', async () => {
    const there = copyOf(telethon, 'anna.session')
    const { code, out } = await runCli(['list', join(folder, 'gone'), there, '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(out).sessions).toHaveLength(1)
    expect(JSON.parse(out).problems[0].code).toBe('source.not-found')
  })

  it('answers 1 for a folder without sessions, and survives links in a circle', async () => {
    symlinkSync(folder, join(folder, 'round'))
    const { code, out, err } = await runCli(['list', folder])
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain('No sessions here')
  })
})

describe('hostile files', () => {
  it('keeps names from driving the terminal', async () => {
    const name = 'a\u001b[2J\u202egnp.\n<b>x'
    copyOf(telethon, `${name}.session`)
    for (const args of [
      ['list', folder],
      ['inspect', join(folder, `${name}.session`)],
    ]) {
      const { code, out, err } = await runCli(args)
      expect(code).toBe(0)
      expect(out).toContain('\\x1b[2J\\u{202e}gnp.\\x0a<b>x')
      for (const mark of ['\u001b', '\u202e']) expect(out + err).not.toContain(mark)
    }
    const { out } = await runCli(['list', folder, '--json'])
    expect(JSON.parse(out).sessions[0].name).toBe(name)
  })

  it('gives each kind of bad file a sentence, changes nothing and runs nothing', async () => {
    const marker = join(folder, 'was-run')
    writeFileSync(
      join(folder, 'pickle.session'),
      `\x80\x03cposix\nsystem\nX\x20\x00\x00\x00touch ${marker}\x85R.`,
      'latin1',
    )
    writeFileSync(join(folder, 'noise.session'), randomBytes(5000))
    writeFileSync(join(folder, 'short.session'), readFileSync(telethon).subarray(0, 6000))
    mkdirSync(join(folder, 'directory.session'))
    const before = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mtimeMs])
    for (const name of ['pickle', 'noise', 'short']) {
      const { code, out } = await runCli(['inspect', join(folder, `${name}.session`), '--json'])
      const { sessions, problems } = JSON.parse(out)
      expect({ name, code, sessions: sessions.length }).toEqual({ name, code: 1, sessions: 0 })
      expect(problems[0].message).toContain(`${name}.session`)
    }
    const { code, out } = await runCli(['inspect', folder, '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(out).problems.length).toBeGreaterThanOrEqual(4)
    expect(existsSync(marker)).toBe(false)
    expect(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mtimeMs])).toEqual(before)
  })

  it.skipIf(process.getuid?.() === 0)('names a file that may not be read (not for root, who may)', async () => {
    const path = copyOf(telethon, 'mine.session')
    chmodSync(path, 0o000)
    const { code, out } = await runCli(['inspect', path, '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(out).problems[0].code).toBe('source.denied')
  })
})

describe('peers', () => {
  it('searches by any form of an id and pages', async () => {
    const first = JSON.parse((await runCli(['peers', telethon, '--limit', '3', '--json'])).out)
    expect(first).toMatchObject({ path: telethon, name: 'schema7', total: 40, more: true })
    expect(first.peers).toHaveLength(3)
    const rest = JSON.parse((await runCli(['peers', telethon, '--offset', '3', '--limit', '100', '--json'])).out)
    expect(rest).toMatchObject({ more: false })
    expect(rest.peers).toHaveLength(37)
    const channel = [...first.peers, ...rest.peers].find(({ kind }: { kind: string }) => kind === 'channel')
    for (const search of [channel.id, channel.markedId]) {
      const { peers } = JSON.parse((await runCli(['peers', telethon, `--search=${search}`, '--json'])).out)
      expect(peers).toContainEqual(channel)
    }
  })

  it('answers 1 when nobody matches', async () => {
    const { code, out } = await runCli(['peers', telethon, '--search', 'no such name at all', '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(out).peers).toEqual([])
  })
})

describe('detect', () => {
  it('names the format and never the string', async () => {
    const { text } = telethonString()
    const { code, out, err } = await runCli(['detect', '--json'], { input: `  "${text}"\n` })
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual({
      candidates: [
        {
          format: 'telethon.string',
          variant: expect.any(String),
          library: 'telethon',
          certainty: 'exact',
          reason: expect.stringContaining('DC 2 at 149.154.167.51'),
        },
      ],
      problems: [],
    })
    expect(out + err).not.toContain(text.slice(10, 50))
  })

  it('answers 1 for anything else', async () => {
    const { code, out } = await runCli(['detect', '--json'], { input: 'good morning' })
    expect(code).toBe(1)
    expect(JSON.parse(out)).toEqual({
      candidates: [],
      problems: [{ code: 'format.unrecognized', message: expect.any(String) }],
    })
  })
})

describe('formats', () => {
  it('lists every format with its variants', async () => {
    const { code, out } = await runCli(['formats', '--json'])
    expect(code).toBe(0)
    const { formats } = JSON.parse(out)
    const ids = formats.map(({ id }: { id: string }) => id)
    expect(ids).toEqual(
      expect.arrayContaining(['telethon.sqlite', 'telethon.string', 'pyrogram.sqlite', 'pyrogram.string']),
    )
    const sqlite = formats.find(({ id }: { id: string }) => id === 'telethon.sqlite')
    expect(sqlite).toMatchObject({ medium: 'tables', extension: '.session', writable: true })
    expect(sqlite.variants.find(({ id }: { id: string }) => id === '7').carries).toContain('peers')
  })
})

describe('convert to a file', () => {
  it('writes 0600, prints the path and carries the key', async () => {
    const target = join(folder, 'new.session')
    const { code, out, err } = await runCli(['convert', kurigram, '--to', 'telethon.sqlite', '--out', target])
    expect({ code, out }).toEqual({ code: 0, out: `${target}\n` })
    expect(err).toContain('Lost:')
    expect(statSync(target).mode & 0o777).toBe(0o600)
    const [from, to] = await Promise.all(
      [kurigram, target].map(async (path) => JSON.parse((await runCli(['inspect', path, '--json'])).out).sessions[0]),
    )
    expect(to).toMatchObject({ format: 'telethon.sqlite', formatVersion: 7, keyId: from.keyId, peers: from.peers })
    expect(readdirSync(folder)).toEqual(['new.session'])
  })

  it('takes a variant, in the name of the format or as a value', async () => {
    for (const args of [
      ['--to', 'telethon.sqlite@8'],
      ['--to', 'telethon.sqlite', '--set', 'variant=8'],
    ]) {
      const target = join(folder, `${args.length}.session`)
      expect((await runCli(['convert', kurigram, ...args, '--out', target])).code).toBe(0)
      expect(JSON.parse((await runCli(['inspect', target, '--json'])).out).sessions[0].formatVersion).toBe(8)
    }
  })

  it('takes a library of a family as a format', async () => {
    const target = join(folder, 'k.session')
    const args = ['--to', 'kurigram.sqlite', '--set', 'is-bot=true', '--set', 'api-id=12345', '--out', target]
    expect((await runCli(['convert', telethon, ...args])).code).toBe(0)
    const [session] = JSON.parse((await runCli(['inspect', target, '--json'])).out).sessions
    expect(session).toMatchObject({ format: 'pyrogram.sqlite', formatVersion: 7, apiId: 12345, user: { isBot: true } })
  })

  it('names a file by itself, in the folder it is called from', async () => {
    const { code } = await runCliProcess(['convert', kurigram, '--to', 'telethon.sqlite'], { cwd: folder })
    expect(code).toBe(0)
    expect(readdirSync(folder)).toEqual(['kurigram-v7.telethon.session'])
  })

  it('refuses what is there, and with --force keeps it beside', async () => {
    const target = copyOf(telethon, 'there.session')
    const before = readFileSync(target)
    const args = ['convert', kurigram, '--to', 'telethon.sqlite', '--out', target]
    const refused = await runCli(args)
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('is there already')
    expect(readFileSync(target).equals(before)).toBe(true)

    writeFileSync(`${target}-wal`, 'a log of the old one')
    for (const number of [1, 2]) {
      const forced = await runCli([...args, '--force', '--json'])
      expect(forced.code).toBe(0)
      expect(JSON.parse(forced.out)).toMatchObject({ written: target, replaced: `${target}.replaced-${number}` })
    }
    expect(readFileSync(`${target}.replaced-1`).equals(before)).toBe(true)
    expect(readFileSync(`${target}.replaced-1-wal`, 'utf8')).toBe('a log of the old one')
    expect(existsSync(`${target}-wal`)).toBe(false)
    expect(readdirSync(folder)).toHaveLength(4)
  })

  it('makes a folder of a format that is one, locked from the environment, and refuses one that holds something', async () => {
    const target = join(folder, 'tdata')
    const args = ['convert', kurigram, '--to', 'tdesktop.tdata', '--out', target]
    const env = { SESSION_DECK_PASSCODE: 'hunter2' }
    const { code, out, err } = await runCli(args, { env })
    expect({ code, out }).toEqual({ code: 0, out: `${target}\n` })
    expect(err).toMatch(/peers.* will be left behind\.$/m)
    expect(statSync(target).mode & 0o777).toBe(0o700)
    const keyIdOf = async (path: string, passcode: Record<string, string>) =>
      JSON.parse((await runCli(['inspect', path, '--json'], { env: passcode })).out).sessions[0]?.keyId
    expect(await keyIdOf(target, env)).toBe(await keyIdOf(kurigram, {}))
    expect(await keyIdOf(target, { SESSION_DECK_PASSCODE: '' })).toBeUndefined()
    const before = readdirSync(target)
    for (const more of [[], ['--force']]) {
      const again = await runCli([...args, ...more], { env })
      expect(again.code).toBe(1)
      expect(again.err).toContain('is there already')
    }
    expect(readdirSync(target)).toEqual(before)
    expect(readdirSync(folder)).toEqual(['tdata'])
    const told = await runCli([...args, '--set', 'passcode=hunter2'])
    expect(told.code).toBe(2)
    expect(told.err).toContain('passcode is a secret')
    expect(told.err).not.toContain('hunter2')
  })

  it('reports without writing on --dry-run', async () => {
    const target = join(folder, 'never.session')
    const args = ['convert', kurigram, '--to', 'telethon.sqlite@4', '--out', target, '--dry-run', '--json']
    const { code, out } = await runCli(args)
    const plan = JSON.parse(out)
    expect(code).toBe(0)
    expect(Object.keys(plan)).toEqual([
      'from',
      'to',
      'kept',
      'lost',
      'lostText',
      'missing',
      'written',
      'replaced',
      'problems',
    ])
    expect(plan).toMatchObject({
      from: { format: 'pyrogram.sqlite', variant: 'K7' },
      to: { format: 'telethon.sqlite', variant: '4' },
      written: null,
    })
    expect(plan.kept.map(({ field }: { field: string }) => field)).toContain('peers')
    expect(plan.lost.map(({ field }: { field: string }) => field)).toContain('api-id')
    expect(plan.lostText).toMatch(/the API id.* will be left behind\.$/)
    expect(readdirSync(folder)).toEqual([])
  })

  it('says what is missing and writes nothing', async () => {
    const { text } = telethonString()
    const target = join(folder, 'never.session')
    const { code, out } = await runCli(['convert', '-', '--to', 'pyrogram.sqlite', '--out', target, '--json'], {
      input: text,
    })
    expect(code).toBe(1)
    const plan = JSON.parse(out)
    expect(plan.missing.map(({ field }: { field: string }) => field)).toEqual(
      expect.arrayContaining(['user-id', 'is-bot']),
    )
    expect(plan.problems[0].code).toBe('format.missing-field')
    expect(existsSync(target)).toBe(false)
  })

  it('answers in JSON when the input cannot be read', async () => {
    const { code, out } = await runCli(['convert', join(folder, 'gone'), '--to', 'telethon.sqlite', '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ written: null, problems: [{ code: 'source.not-found' }] })
  })

  it('refuses a session without a key', async () => {
    const fresh = join(fixtures, 'telethon/fresh.session')
    const target = join(folder, 'never.session')
    const { code, out } = await runCli(['convert', fresh, '--to', 'telethon.sqlite', '--out', target, '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(out).problems.map((problem: { code: string }) => problem.code)).toContain('session.no-key')
    expect(existsSync(target)).toBe(false)
  })

  it('makes no data folder', async () => {
    const home = join(folder, 'home')
    mkdirSync(home)
    const env = { HOME: home, XDG_CONFIG_HOME: join(home, '.config'), TMPDIR: folder }
    await runCliProcess(['convert', kurigram, '--to', 'telethon.sqlite', '--out', join(folder, 'x.session')], { env })
    await runCliProcess(['list', folder], { env })
    expect(readdirSync(home)).toEqual([])
    expect(readdirSync(folder).sort()).toEqual(['home', 'x.session'])
  })
})

describe('convert to a string', () => {
  it('prints it into a pipe, alone on standard output', async () => {
    const { text, keyId } = telethonString()
    const file = join(folder, 'from.session')
    expect((await runCli(['convert', '-', '--to', 'telethon.sqlite', '--out', file], { input: text })).code).toBe(0)
    expect(JSON.parse((await runCli(['inspect', file, '--json'])).out).sessions[0].keyId).toBe(keyId)
    const { code, out, err } = await runCli(['convert', file, '--to', 'telethon.string'])
    expect(code).toBe(0)
    expect(out).toBe(`${text}\n`)
    expect(err).not.toContain(text.slice(10, 50))
  })

  it('writes it to a file of mode 0600', async () => {
    const { text } = telethonString()
    const target = join(folder, 'string.txt')
    const { code, out, err } = await runCli(['convert', '-', '--to', 'telethon.string', '--out', target], {
      input: text,
    })
    expect(code).toBe(0)
    expect(readFileSync(target, 'utf8')).toBe(`${text}\n`)
    expect(statSync(target).mode & 0o777).toBe(0o600)
    expect(out + err).not.toContain(text.slice(10, 50))
  })

  it.skipIf(!hasPython)('shows nothing on a terminal without --reveal (needs python3)', async () => {
    const { text } = telethonString()
    const args = ['convert', '-', '--to', 'telethon.string']
    const refused = await runCliOnTerminal(args, { input: text })
    expect(refused.code).toBe(2)
    expect(refused.out).toContain('--reveal')
    expect(refused.out).not.toContain(text.slice(10, 50))
    const revealed = await runCliOnTerminal([...args, '--reveal'], { input: text })
    expect(revealed.code).toBe(0)
    expect(revealed.out).toContain(text)
  })
})
