import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { keyIdOf } from '../../src/main/domain/key-id.ts'
import type { Session } from '../../src/main/domain/session.ts'
import { tdesktopTdata } from '../../src/main/formats/tdesktop/tdata.ts'
import { encodeAccounts } from '../../src/main/formats/tdesktop/write.ts'
import { memoryFolder, unlockWith } from '../support/formats/media.ts'
import { nodeProgram } from './support/node.ts'
import { attempt, temporaryFolder } from './support/run.ts'
import { drawSession, homeWithKey } from './support/sessions.ts'

const PACKAGES = ['@mtcute/convert', '@mtcute/core', '@mtcute/node'].map((name) => `${name}@0.29.7`)

interface Report {
  readonly version: number
  readonly active: number
  readonly accounts: readonly {
    readonly userId: string
    readonly dc: number
    /** Of the key that stands first. */
    readonly first: number
    readonly keys: Readonly<Record<string, string>>
    readonly doomed: number
  }[]
}

/** mtcute reads tdata with what its package for Node brings, but needs nothing of that compiled. */
const { value: node, reason } = await attempt(() =>
  nodeProgram({ name: 'mtcute-tdata-0.29.7', packages: PACKAGES, script: 'tdata/mtcute.mjs' }),
)

const mtcute = (action: 'read' | 'write', path: string, passcode: string): Promise<Report> =>
  node!<Report>([action, path], { env: { INTEROP_PASSCODE: passcode } })

async function writeFolder(folder: string, sessions: readonly Session[], passcode: string): Promise<void> {
  const options = new Map([['passcode', passcode]])
  const files = await encodeAccounts(sessions, { variant: '2', options, nowSeconds: 1_700_000_000 })
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), bytes)
  }
}

function filesIn(folder: string): ReadonlyMap<string, Uint8Array> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = entries.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
  return new Map(paths.map((path) => [path, Uint8Array.from(readFileSync(join(folder, path)))]))
}

function keyIdsOf(session: Session): Readonly<Record<string, string>> {
  return Object.fromEntries(
    session.dataCenters.flatMap(({ id, authKey }) => (authKey === null ? [] : [[String(id), keyIdOf(authKey)]])),
  )
}

describe.skipIf(node === null)(`tdata with mtcute${node === null ? ` (skipped: ${reason})` : ''}`, () => {
  test.each([
    [1, ''],
    [1, 'p4sscode – ünïcode'],
    [6, ''],
  ])('mtcute opens our folder of %i, passcode “%s”', async (count, passcode) => {
    const folder = temporaryFolder()
    const sessions = Array.from({ length: count }, () => drawSession())
    await writeFolder(folder, sessions, passcode)
    const report = await mtcute('read', folder, passcode)
    expect(report.accounts).toEqual(
      sessions.map((session) => ({
        userId: String(session.account!.id),
        dc: homeWithKey(session).id,
        first: homeWithKey(session).id,
        keys: keyIdsOf(session),
        doomed: 0,
      })),
    )
  })

  test('mtcute refuses the wrong passcode', async () => {
    const folder = temporaryFolder()
    await writeFolder(folder, [drawSession()], 'right')
    await expect(mtcute('read', folder, 'wrong')).rejects.toThrow(/password/)
  })

  test.each(['', 'hunter2'])('we open mtcute’s folder, passcode “%s”', async (passcode) => {
    const folder = temporaryFolder()
    const report = await mtcute('write', folder, passcode)
    expect(report.version).toBe(5_008_003)
    const stored = await tdesktopTdata.list(memoryFolder('tdata', filesIn(folder)), unlockWith(passcode || null))
    expect(stored.map(({ decoded }) => decoded.info.formatVersion)).toEqual(report.accounts.map(() => '5.8.3'))
    expect(
      stored.map(({ decoded: { session, problems } }) => ({
        userId: String(session.account!.id),
        dc: homeWithKey(session).id,
        keys: keyIdsOf(session),
        doomed: problems.filter(({ code }) => code === 'tdesktop.keys-to-destroy').length,
      })),
    ).toEqual(report.accounts.map(({ userId, dc, keys, doomed }) => ({ userId, dc, keys, doomed })))
  })
})
