import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeFileAtomically } from './atomic-write.ts'
import { fingerprint } from './file-facts.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deck-write-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('writes a private file and leaves nothing else', async () => {
  const path = join(folder, 'a.session')
  await writeFileAtomically(path, bytes('one'), { replaces: 'new' })
  expect(readFileSync(path, 'utf8')).toBe('one')
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder)).toEqual(['a.session'])
})

test('of many writers of one new name, one wins and the others are told', async () => {
  const path = join(folder, 'a.session')
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, (_, index) => writeFileAtomically(path, bytes(String(index)), { replaces: 'new' })),
  )
  const failed = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(failed).toHaveLength(7)
  for (const outcome of failed) expect(outcome.reason).toMatchObject({ code: 'source.exists', details: { file: path } })
  expect(readdirSync(folder)).toEqual(['a.session'])
})

test('replaces what it read, after keeping it', async () => {
  const path = join(folder, 'a.session')
  writeFileSync(path, 'old')
  let kept = ''
  await writeFileAtomically(path, bytes('new'), {
    replaces: { signature: fingerprint(path).signature },
    keep: async () => {
      kept = readFileSync(path, 'utf8')
    },
  })
  expect([kept, readFileSync(path, 'utf8')]).toEqual(['old', 'new'])
})

test('refuses when the target changed, also while it was being kept, and when keeping fails', async () => {
  const path = join(folder, 'a.session')
  writeFileSync(path, 'old')
  const { signature } = fingerprint(path)
  const grow = async (): Promise<void> => writeFileSync(path, 'old and more')
  await expect(writeFileAtomically(path, bytes('new'), { replaces: { signature }, keep: grow })).rejects.toHaveProperty(
    'code',
    'source.changed',
  )
  await expect(writeFileAtomically(path, bytes('new'), { replaces: { signature } })).rejects.toHaveProperty(
    'code',
    'source.changed',
  )
  writeFileSync(`${path}-wal`, 'log')
  const now = fingerprint(path).signature
  expect(now).not.toBe(signature)
  await expect(
    writeFileAtomically(path, bytes('new'), {
      replaces: { signature: now },
      keep: async () => {
        throw new Error('trash is full')
      },
    }),
  ).rejects.toHaveProperty('cause.message', 'trash is full')
  expect(readFileSync(path, 'utf8')).toBe('old and more')
  expect(readdirSync(folder).sort()).toEqual(['a.session', 'a.session-wal'])
})

test('a missing folder is named', async () => {
  const path = join(folder, 'none', 'a.session')
  await expect(writeFileAtomically(path, bytes('x'), { replaces: 'new' })).rejects.toMatchObject({
    code: 'source.not-found',
    details: { file: path },
  })
  expect(existsSync(join(folder, 'none'))).toBe(false)
})
