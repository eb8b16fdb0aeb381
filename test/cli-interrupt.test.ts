import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { runCli } from './support/run-cli.ts'

// A process of its own, and a large file: on a busy machine they take their time.
vi.setConfig({ testTimeout: 120_000 })

const CLI = join(import.meta.dirname, '../src/main/cli.ts')
const PEERS = 70_000

let folder = ''
let large = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'deck-cli-interrupt-'))
  large = join(folder, 'large.session')
  const to = ['--to', 'telethon.sqlite', '--out', large]
  expect((await runCli(['convert', 'fixtures/telethon/schema7.session', ...to])).code).toBe(0)
  const database = new DatabaseSync(large)
  database.exec(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${PEERS})
    INSERT INTO entities (id, hash, username, phone, name, date)
    SELECT 5000000000 + i, i * 7919, NULL, NULL, 'Person ' || i, NULL FROM n`)
  database.close()
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('more rows than a format has room for', () => {
  it('is told before anything is written, and nothing is', async () => {
    const out = join(folder, 'many.ferogram')
    for (const more of [['--dry-run'], []]) {
      const answer = await runCli(['convert', large, '--to', 'ferogram.binary', '--out', out, '--json', ...more])
      const { written, problems } = JSON.parse(answer.out)
      expect(answer.code).toBe(1)
      expect(written).toBeNull()
      expect(problems).toContainEqual({
        code: 'format.not-writable',
        message: expect.stringMatching(/it holds 70,\d{3} peers, .* room for 65,535; ferogram SQLite/),
      })
    }
    expect(readdirSync(folder)).toEqual(['large.session'])
  })
})

describe.skipIf(process.platform === 'win32')('broken off while it writes', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s leaves nothing half written', async (signal, expected) => {
    const scratch = mkdtempSync(join(folder, 'tmp-'))
    const into = mkdtempSync(join(folder, 'into-'))
    const args = [CLI, 'convert', large, '--to', 'pyrogram.sqlite', '--out', join(into, 'new.session')]
    const values = ['user-id=1', 'is-bot=false', 'api-id=1'].flatMap((value) => ['--set', value])
    const child = spawn(process.execPath, [...args, ...values], {
      env: { ...process.env, TMPDIR: scratch },
      stdio: 'ignore',
    })
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
    const parts = () => readdirSync(into).filter((name) => name.endsWith('.part'))
    while (parts().length === 0 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 1))
    for (const name of parts()) expect(statSync(join(into, name)).mode & 0o777).toBe(0o600)
    child.kill(signal)
    expect(await ended).toBe(expected)
    expect(readdirSync(into)).toEqual([])
    expect(readdirSync(scratch)).toEqual([])
  })
})
