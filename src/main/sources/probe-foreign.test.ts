import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { sqliteBytes } from '../backends/sqlite.ts'
import { problemOf } from './session-reader.ts'
import type { SessionSummary } from './session-store.ts'
import { probeFile, probeNamed } from './probe.ts'

// Nothing that is shipped fits two formats: this one claims every string that starts with "1".
vi.mock('../formats/registry.ts', async (original) => {
  const actual = await original<typeof import('../formats/registry.ts')>()
  const [telethon] = actual.textFormats.filter(({ id }) => id === 'telethon.string')
  const twin = {
    ...telethon,
    id: 'twin.string',
    label: 'Twin string',
    detect: (text: string) => (text.startsWith('1') ? { certainty: 'exact', reason: 'a test', variant: '1' } : null),
  }
  return { ...actual, textFormats: [...actual.textFormats, twin] }
})

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'deck-foreign-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function targetOf(path: string) {
  return { path, key: path.split('/').at(-1) ?? '', sizeBytes: statSync(path).size, hasCompanions: false }
}

test.each([
  [
    'kurigram-store.db',
    'CREATE TABLE sessions (session_name, dc_id, auth_key)',
    /is a store of several Kurigram sessions/,
  ],
])('%s is called by its name', async (name, sql, words) => {
  const path = join(folder, name)
  const statements = sql.split('; ')
  const bytes = await sqliteBytes(async (tables) => {
    for (const statement of statements) await tables.run(statement)
  })
  writeFileSync(path, bytes)
  const error: unknown = await probeNamed(targetOf(path)).then(
    () => null,
    (reason: unknown) => reason,
  )
  const { code, message } = problemOf(error)
  expect(code).toBe('format.unrecognized')
  expect(message).toMatch(words)
  expect(message).toContain(path)
  expect(message).toContain('update of Session Deck')
})

/** A Telethon string with a random key. */
function someString(): string {
  const bytes = randomBytes(263)
  bytes.set([2, 149, 154, 167, 51, 1, 187], 0)
  return `1${bytes.toString('base64url')}=`
}

async function probed(name: string, text: string): Promise<readonly SessionSummary[]> {
  const path = join(folder, name)
  writeFileSync(path, text)
  return probeFile(targetOf(path))
}

test('a string that fits two formats says so, and is shown as neither by chance', async () => {
  const [summary] = await probed('two.txt', someString())
  expect(summary?.format?.formatId).toBe('telethon.string')
  expect(summary?.keyId).not.toBeNull()
  expect(summary?.problems).toEqual([
    { code: 'format.ambiguous', message: expect.stringMatching(/shown as Telethon .*could as well be Twin string\./) },
  ])
})

test('a string cut short tells how much of it is there', async () => {
  const [summary] = await probed('cut.session', someString().replace(/^1/, 'B').slice(0, 200))
  expect(summary?.problems[0]?.message).toContain('200 found')
})

test('one damaged string among several is a row of its own', async () => {
  const whole = someString()
  const found = await probed('some.txt', `${whole}\n${whole.slice(0, 300)}\n`)
  expect(found.map(({ key, format }) => [key, format !== null])).toEqual([
    ['some.txt#1', true],
    ['some.txt#2', false],
  ])
  expect(found[1]?.problems[0]?.code).toBe('format.malformed')
})
