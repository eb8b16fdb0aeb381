import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { walk } from '../backends/walk.ts'
import { createSqliteFile } from '../backends/sqlite.ts'
import type { Problem } from '../domain/problem.ts'
import type { SessionSummary } from './session-store.ts'
import { oddFile, probeFile } from './probe.ts'

const FIXTURE = 'fixtures/telethon/schema7.session'
let root: string
let found: Map<string, readonly SessionSummary[]>

/** Real Telethon strings, found by their shape wherever the vectors keep them. */
function someStrings(): string[] {
  const text = readFileSync('fixtures/telethon/strings.json', 'utf8')
  return [...new Set((text.match(/"1[\w=-]{352}"/g) ?? []).map((quoted) => quoted.slice(1, -1)))]
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'deck-probe-'))
  const file = (name: string): string => join(root, name)
  const whole = readFileSync(FIXTURE)
  writeFileSync(file('empty.session'), '')
  writeFileSync(file('truncated.session'), whole.subarray(0, whole.byteLength / 2))
  writeFileSync(file('stub.session'), whole.subarray(0, 50))
  writeFileSync(file('damaged.session'), Uint8Array.from(whole).fill(7, 100, 4_000))
  writeFileSync(file('random.session'), randomBytes(5_000))
  writeFileSync(file('zeros.session'), new Uint8Array(3_000))
  writeFileSync(file('prose.SESSION'), 'Dear diary, today nothing happened.\n')
  writeFileSync(file('pickle.session'), Buffer.from('\x80\x04\x95cposix\nsystem\n(S"touch owned"\ntR.', 'latin1'))
  const foreign = createSqliteFile(file('foreign.session'))
  await foreign.run('CREATE TABLE recipes (id integer primary key, title text)')
  foreign.commit()
  foreign.close()
  copyFileSync(file('foreign.session'), file('foreign.db'))
  const nothing = createSqliteFile(file('no-tables.session'))
  await nothing.run('CREATE TABLE t (a)')
  await nothing.run('DROP TABLE t')
  nothing.commit()
  nothing.close()
  mkdirSync(file('folder.session'))
  copyFileSync(FIXTURE, file('denied.session'))
  chmodSync(file('denied.session'), 0)
  for (const name of ['huge.session', 'huge.bin']) {
    const sparse = openSync(file(name), 'w')
    ftruncateSync(sparse, 4 * 1024 ** 3)
    closeSync(sparse)
  }
  writeFileSync(file('big-database.session'), whole)
  const grown = openSync(file('big-database.session'), 'r+')
  ftruncateSync(grown, 4 * 1024 ** 3)
  closeSync(grown)
  if (process.platform !== 'win32') execFileSync('mkfifo', [file('pipe.session')])
  symlinkSync('.', file('loop'))
  symlinkSync('loop-a', file('loop-b'))
  symlinkSync('loop-b', file('loop-a'))
  symlinkSync('nowhere', file('dangling.session'))
  writeFileSync(file('ignored.txt'), 'just notes')
  writeFileSync(file('ignored.json'), '{"a": 1}')
  writeFileSync(file('picture.png'), randomBytes(100))
  const [one = '', two = one] = someStrings()
  writeFileSync(file('one.txt'), `${one}\n`)
  writeFileSync(file('two.session'), `\ufeff  ${one}\r\n\r\n"${two}"\r\n`)
  writeFileSync(file('mixed.txt'), `${one}\nand some words\n`)
  if (process.platform === 'linux') copyFileSync(FIXTURE, Buffer.from(`${root}/raw-\xff.session`, 'latin1'))
  copyFileSync(FIXTURE, file('<img src=x onerror=alert(1)>.session'))
  copyFileSync(FIXTURE, file('\u202egpj.session'))
  copyFileSync(FIXTURE, file('line\nbreak.session'))
  copyFileSync(FIXTURE, file(`${'n'.repeat(240)}.session`))

  found = new Map()
  for (const entry of walk(root)) {
    if (entry.kind === 'odd' || entry.kind === 'unreadable') found.set(entry.key, oddFile(entry).summaries)
    else {
      const target = { key: entry.key, path: entry.facts.path, sizeBytes: entry.facts.sizeBytes, hasCompanions: false }
      found.set(entry.key, await probeFile(target))
    }
  }
})
afterAll(() => rmSync(root, { recursive: true }))

function problemsOf(key: string): readonly Problem[] {
  const summaries = found.get(key)
  expect(summaries, key).toHaveLength(1)
  expect(summaries?.[0]?.format).toBeNull()
  return summaries?.[0]?.problems ?? []
}

const isRoot = process.getuid?.() === 0

test.each([
  ['empty.session', 'format.unrecognized', 'it is empty'],
  ['truncated.session', 'format.malformed', 'it is cut short'],
  ['stub.session', 'format.malformed', 'it is cut short: 50 bytes of 100'],
  ['damaged.session', 'format.malformed', 'the SQLite database is damaged'],
  ['random.session', 'format.unrecognized', 'of no known kind'],
  ['zeros.session', 'format.unrecognized', 'nothing but zeros'],
  ['prose.SESSION', 'format.unrecognized', 'its text is not a session'],
  ['pickle.session', 'format.unrecognized', 'is a Python pickle: a pickle can run code'],
  ['foreign.session', 'format.unrecognized', 'database of another program'],
  ['no-tables.session', 'format.unrecognized', 'SQLite database without tables'],
  ['folder.session', 'format.unrecognized', 'it is a folder'],
  ['huge.session', 'source.too-large', 'huge.session'],
  ...(process.platform === 'win32' ? [] : [['pipe.session', 'format.unrecognized', 'not a regular file']]),
  ...(process.platform === 'linux' ? [['raw-\ufffd.session', 'source.unreachable', 'not valid Unicode']] : []),
  ...(isRoot ? [] : [['denied.session', 'source.denied', 'denied.session']]),
])('%s is reported with its own sentence', (name = '', code, words) => {
  const [problem] = problemsOf(name)
  expect(problem?.code).toBe(code)
  expect(problem?.message).toContain(words)
  expect(problem?.message).toContain(name.slice(0, 6))
})

test('the sentences differ from one another', () => {
  const messages = [...found]
    .filter(([, summaries]) => summaries[0]?.format === null)
    .map(([key, summaries]) => (summaries[0]?.problems[0]?.message ?? '').replace(join(root, key), ''))
  expect(new Set(messages).size).toBe(messages.length)
})

test('files that are no sessions and not named so are ignored', () => {
  for (const name of ['ignored.txt', 'ignored.json', 'picture.png', 'foreign.db', 'huge.bin', 'mixed.txt']) {
    expect(found.get(name), name).toEqual([])
  }
  expect(found.has('dangling.session')).toBe(false)
  expect([...found.keys()].filter((key) => key.startsWith('loop'))).toEqual([])
})

test.skipIf(process.platform === 'win32')('a pipe in the place of a log holds nothing up', async () => {
  const path = join(root, 'piped.session')
  copyFileSync(FIXTURE, path)
  execFileSync('mkfifo', [`${path}-wal`])
  const target = { path, key: 'piped.session', sizeBytes: 4096, hasCompanions: true }
  expect(await probeFile(target)).toMatchObject([{ problems: [], format: { formatId: 'telethon.sqlite' } }])
})

test('a database of any size is read', () => {
  const [summary] = found.get('big-database.session') ?? []
  expect(summary).toMatchObject({ problems: [], format: { formatId: 'telethon.sqlite' } })
})

test('text files that hold strings alone are places of one or several sessions', () => {
  expect(found.get('one.txt')).toHaveLength(1)
  expect(found.get('one.txt')?.[0]).toMatchObject({ key: 'one.txt', name: 'one', format: { library: 'telethon' } })
  expect(found.get('two.session')?.map((summary) => summary.key)).toEqual(['two.session#1', 'two.session#2'])
})

test('hostile names pass through as they are', () => {
  for (const key of ['<img src=x onerror=alert(1)>.session', '\u202egpj.session', 'line\nbreak.session']) {
    expect(found.get(key)?.[0]).toMatchObject({ key, name: key.slice(0, -'.session'.length), problems: [] })
  }
})
