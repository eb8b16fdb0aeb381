import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { byteReader } from '../../src/main/bytes/reader.ts'
import { collect, homeOf, type Session } from '../../src/main/domain/session.ts'
import { mtkrutoStorage } from '../../src/main/formats/mtkruto/storage.ts'
import { memoryFolder } from '../support/formats/media.ts'
import { nodeProgram } from './support/node.ts'
import { attempt, temporaryFolder } from './support/run.ts'
import { drawSession, keyIdOfHome, readTheirs, writeOurs } from './support/sessions.ts'

/** The package index has no MTKruto: the last build for Node is taken where it is kept. */
const COMMIT = 'bdcb02c9cba9b103b7e23b3157c626cf68764a08'
const PACKAGE = `github:MTKruto/node-canary#${COMMIT}`
const ROUNDS = 3

interface Report {
  readonly dc: string
  readonly keyId: string
  readonly userId: string
  readonly type: 'user' | 'bot'
  readonly apiId: number
  /** Whether the library saves a string as it was given. */
  readonly saved: boolean | null
}

const { value: node, reason } = await attempt(() =>
  nodeProgram({
    name: `mtkruto-${COMMIT.slice(0, 7)}`,
    packages: [PACKAGE],
    script: 'node/mtkruto.mjs',
    obstacle: 'its build for Node cannot be had from GitHub',
  }),
)
if (node === null) console.warn(`MTKruto is skipped: ${reason}`)

const mtkruto = (action: string, path: string): Promise<Report> => node!<Report>([action, path])

function expectSame(report: Report, session: Session): void {
  const home = homeOf(session)!
  const { account } = session
  expect(report).toMatchObject({
    dc: session.test === true ? `${home.id}-test` : String(home.id),
    keyId: keyIdOfHome(session),
    userId: String(account!.id),
    type: account!.isBot === true ? 'bot' : 'user',
    apiId: session.apiId,
  })
}

describe.skipIf(node === null)(`MTKruto${node === null ? ` (skipped: ${reason})` : ''}`, () => {
  test('it opens our strings', async () => {
    const path = join(temporaryFolder(), 'ours.txt')
    for (let round = 0; round < ROUNDS; round += 1) {
      const session = drawSession()
      await writeOurs(path, session, 'mtkruto.string')
      const report = await mtkruto('read-string', path)
      expectSame(report, session)
      expect(report.saved).toBe(true)
    }
  })

  test('we open its strings', async () => {
    const path = join(temporaryFolder(), 'theirs.txt')
    const report = await mtkruto('write-string', path)
    await readTheirs(path, 'mtkruto.string', ({ session, problems, info }) => {
      expect(problems).toEqual([])
      expect(info.variant).toBe('3')
      expectSame(report, session)
    })
  })

  test('we open its folder', async () => {
    const folder = join(temporaryFolder(), 'theirs')
    mkdirSync(folder)
    const report = await mtkruto('write-storage', folder)
    const files = new Map(readdirSync(folder).map((file) => [file, Uint8Array.from(readFileSync(join(folder, file)))]))
    const [stored] = await mtkrutoStorage.list(memoryFolder('theirs', files), { passcode: null })
    const { session, problems, info } = stored!.decoded
    expect(problems).toEqual([])
    expect(info.variant).toBe('A1')
    expectSame(report, session)
    expect(session.account!.isPremium).toBe(true)
    expect(byteReader(homeOf(session)!.salt!.open()).i64le()).toBe(-5n)
    expect(session.updateState).toEqual({ pts: 11, qts: 12, date: 1_700_000_000, seq: 13 })
    expect(await collect(session.channelStates)).toMatchObject([{ channelId: 1_234_567_890n, pts: 21 }])
    const peers = (await collect(session.peers)).toSorted((a, b) => (a.id < b.id ? -1 : 1))
    expect(peers).toMatchObject([
      {
        kind: 'channel',
        type: 'supergroup',
        id: 1_234_567_890n,
        accessHash: 2n ** 63n - 1n,
        name: 'News\nof two lines',
      },
      {
        kind: 'user',
        type: 'user',
        id: 5_123_456_789n,
        accessHash: -(2n ** 63n) + 1n,
        usernames: ['ann_interop'],
        phone: '491234',
        name: 'Ünï Code',
      },
    ])
  })
})
