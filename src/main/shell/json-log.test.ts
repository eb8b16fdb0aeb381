import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLog } from './json-log.ts'

let folder = ''
let file = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-test-'))
  file = join(folder, 'log.jsonl')
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('writes one object a line, at once, for the owner alone', () => {
  const log = openLog(file)
  log.info('one')
  log.error('two', { path: '/a', token: 'x' })
  const lines = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as object)
  expect(lines).toMatchObject([
    { level: 'info', message: 'one' },
    { level: 'error', message: 'two', details: { path: '/a', token: '[redacted]' } },
  ])
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
  log.close()
  log.info('after the end')
  expect(readFileSync(file, 'utf8')).not.toContain('after the end')
})

test('makes room when the file has grown', () => {
  writeFileSync(file, 'x'.repeat(1_000_001))
  openLog(file).close()
  expect(statSync(file).size).toBe(0)
  expect(statSync(`${file}.old`).size).toBe(1_000_001)
})
