import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli, runCliTyped } from './support/run-cli.ts'

/** Locked places on the command line: from the environment, from the terminal without echo, never from an argument. */

const LOCKED = 'fixtures/tdata/mtcute-passcode'
const KEY_ID = '2aec9428717196ad'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'deck-cli-passcode-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const atTerminal = (args: readonly string[], typed: readonly string[]) =>
  runCliTyped(args, typed, { SESSION_DECK_PASSCODE: '' })

const withPasscode = (passcode: string) => ({ env: { SESSION_DECK_PASSCODE: passcode } })

describe('a passcode in the environment', () => {
  it('opens a folder for inspect, list, peers and convert', async () => {
    const inspected = await runCli(['inspect', LOCKED, '--json'], withPasscode('hunter2'))
    expect(JSON.parse(inspected.out)).toMatchObject({ sessions: [{ keyId: KEY_ID }], problems: [] })
    const listed = await runCli(['list', 'fixtures/tdata', '--json'], withPasscode('hunter2'))
    const { sessions } = JSON.parse(listed.out) as { sessions: { keyId: string | null }[] }
    expect(sessions.map(({ keyId }) => keyId)).toContain(KEY_ID)
    expect((await runCli(['peers', LOCKED], withPasscode('hunter2'))).err).toContain('No such peers')
    const path = join(folder, 'out.txt')
    const converted = await runCli(
      ['convert', LOCKED, '--to', 'telethon.string', '--out', path],
      withPasscode('hunter2'),
    )
    expect(converted.code).toBe(0)
    expect(readFileSync(path, 'utf8')).toMatch(/^1[\w-]{350,}=?\n$/)
  })

  it('is said to be wrong, and is not shown', async () => {
    const { code, out, err } = await runCli(['inspect', LOCKED, '--json'], withPasscode('hunter3'))
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ sessions: [], problems: [{ code: 'passcode.wrong' }] })
    expect(out + err).not.toContain('hunter3')
  })

  it('is asked for in words where nobody can type it', async () => {
    const { code, err } = await runCli(['inspect', LOCKED], withPasscode(''))
    expect(code).toBe(1)
    expect(err).toContain('SESSION_DECK_PASSCODE')
    expect(err).toContain('is protected by a passcode')
  })
})

describe.skipIf(process.platform === 'win32')('a passcode typed at the terminal', () => {
  it('is asked for until it fits, and never shown', async () => {
    const { code, out } = await atTerminal(['inspect', LOCKED], ['hunter3', 'hunteX\u007fr2'])
    expect(code).toBe(0)
    expect(out).toContain('Local passcode of “')
    expect(out).toContain('That is not the one')
    expect(out).toContain(KEY_ID)
    expect(out).not.toContain('hunte')
  })

  it('can be left out, and broken off', async () => {
    const left = await atTerminal(['inspect', LOCKED], [''])
    expect(left).toMatchObject({ code: 1, out: expect.stringContaining('is protected by a passcode') })
    const broken = await atTerminal(['inspect', LOCKED], ['hun\u0003'])
    expect(broken.code).toBe(130)
    expect(broken.out).not.toContain('hun')
  })
})
