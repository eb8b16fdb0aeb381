import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { keyIdOf } from '../../src/main/domain/key-id.ts'
import type { Peer } from '../../src/main/domain/peer.ts'
import { collect, collectionOf, homeOf, type Session } from '../../src/main/domain/session.ts'
import { pythonLibrary } from './support/python.ts'
import { attempt, temporaryFolder } from './support/run.ts'
import { drawSession, homeWithKey, keyIdOfHome, readTheirs, writeOurs } from './support/sessions.ts'

/** What `pyrogram_session.py` says of a session. */
interface Report {
  readonly keyId: string
  readonly dc: number
  readonly address: string | null
  readonly port: number | null
  readonly testMode: boolean
  readonly apiId: number
  readonly userId: string
  readonly isBot: boolean
}

interface FileReport extends Report {
  readonly date: number
  readonly byId: readonly unknown[]
  readonly byUsername: readonly unknown[]
  readonly states?: Readonly<Record<string, readonly (number | null)[]>>
}

const TESTS = 3

/** The version a release writes, and earlier ones that it brings up to its own. */
const libraries = [
  { requirement: 'pyrogram==2.0.106', module: 'pyrogram', own: '3', opens: ['2', '3'], string: 'S3' },
  { requirement: 'hydrogram==0.2.0', module: 'hydrogram', own: '3', opens: ['2', '3'], string: 'S3' },
  {
    requirement: 'kurigram==2.2.26',
    module: 'pyrogram',
    own: 'K7',
    opens: ['3', 'K4', 'K5', 'K6', 'K7'],
    string: 'S3',
  },
] as const

for (const { requirement, module, own, opens, string } of libraries) {
  const { value: python, reason } = await attempt(() => pythonLibrary(requirement))
  const ask = <T>(...args: string[]): Promise<T> => python!<T>('pyrogram_session.py', [module, ...args])

  describe.skipIf(python === null)(`${requirement}${python === null ? ` (skipped: ${reason})` : ''}`, () => {
    test.each(opens)('opens our file of version %s and finds every peer in it', async (variant) => {
      for (let round = 0; round < TESTS; round += 1) {
        const folder = temporaryFolder()
        const session = await withFreshPeers(drawSession())
        const path = join(folder, 'ours.session')
        await writeOurs(path, session, 'pyrogram.sqlite', variant)
        const peers = await collect(session.peers)
        // What a version with usernames of its own does not take over from an earlier one, the library does not find.
        const hasNames = variant === own || variant.startsWith('K') || !own.startsWith('K')
        const lookups = peers.map(({ kind, id, usernames }) => ({
          kind,
          id: String(id),
          username: hasNames ? (usernames[0] ?? null) : null,
        }))
        const list = join(folder, 'peers.json')
        writeFileSync(list, JSON.stringify(lookups))
        const report = await ask<FileReport>('read-file', path, list)
        expectSame(session, report, variant !== '2')
        expect(report.date).toBe(session.savedAt ?? report.date)
        const found = peers.map(inputPeer)
        expect(report.byId).toEqual(found)
        expect(report.byUsername).toEqual(found.filter((_peer, index) => lookups[index]!.username !== null))
        if (['K5', 'K6', 'K7'].includes(variant)) await expectStates(session, report)
      }
    })

    test('we open its file', async () => {
      const path = join(temporaryFolder(), 'theirs.session')
      const report = await ask<FileReport>('write-file', path)
      await readTheirs(path, 'pyrogram.sqlite', async ({ session, info }) => {
        expect(info.variant).toBe(own)
        expectSame(session, report, true)
        expect(session.savedAt).toBe(report.date)
        const peers = await collect(session.peers)
        expect(peers.map(({ kind, id, accessHash, type }) => [kind, id, accessHash, type])).toEqual(
          expect.arrayContaining([
            ['user', 5123456789n, -(2n ** 63n) + 1n, 'user'],
            ['user', 6123456789n, 42n, 'bot'],
            ['chat', 777n, 0n, 'group'],
            ['channel', 1234567890n, 2n ** 63n - 1n, 'channel'],
            ['channel', 1234567891n, 7n, 'supergroup'],
          ]),
        )
        expect(peers).toHaveLength(5)
        expect(peers.find(({ id }) => id === 5123456789n)).toMatchObject({
          usernames: ['ann_interop'],
          phone: '491234',
        })
        if (own === 'K7') {
          expect(session.updateState).toEqual({ pts: 11, qts: 12, date: 1_700_000_000, seq: 13 })
          expect(await collect(session.channelStates)).toMatchObject([{ pts: 21, qts: null, seq: null }])
        }
      })
    })

    test('takes our strings', async () => {
      const path = join(temporaryFolder(), 'string.txt')
      for (let round = 0; round < TESTS; round += 1) {
        const session = drawSession()
        await writeOurs(path, session, 'pyrogram.string', string)
        expectSame(session, await ask<Report>('read-string', path), true)
      }
    })

    test('we read its strings', async () => {
      const path = join(temporaryFolder(), 'string.txt')
      const report = await ask<Report>('write-string', path)
      await readTheirs(path, 'pyrogram.string', ({ session, problems, info }) => {
        expect([problems, info.variant]).toEqual([[], string])
        expectSame(session, report, true)
      })
    })
  })
}

function expectSame(session: Session, report: Report, hasApiId: boolean): void {
  const home = homeOf(session)!
  expect(report).toMatchObject({
    keyId: keyIdOf(homeWithKey(session).authKey),
    dc: home.id,
    testMode: session.test,
    userId: String(session.account!.id),
    isBot: session.account!.isBot,
  })
  expect(keyIdOfHome(session)).toBe(report.keyId)
  if (hasApiId) expect(report.apiId).toBe(session.apiId)
  if (report.address !== null && home.address !== null) {
    expect([report.address, report.port]).toEqual([home.address, home.port])
  }
}

async function expectStates(session: Session, report: FileReport): Promise<void> {
  const state = session.updateState
  const { '0': own, ...others } = report.states ?? {}
  expect(own ?? null).toEqual(state && [state.pts, state.qts, state.date, state.seq])
  const channels = await collect(session.channelStates)
  expect(Object.keys(others)).toHaveLength(channels.length)
  expect(Object.values(others).map(([pts]) => pts)).toEqual(expect.arrayContaining(channels.map(({ pts }) => pts)))
}

/** Names are not looked up any more eight hours after they were seen. */
async function withFreshPeers(session: Session): Promise<Session> {
  const updatedAt = Math.floor(Date.now() / 1000)
  const peers = (await collect(session.peers)).map((peer): Peer => ({ ...peer, updatedAt }))
  return { ...session, peers: collectionOf(peers) }
}

function inputPeer({ kind, id, accessHash }: Peer): unknown {
  return { kind, id: String(id), accessHash: kind === 'chat' ? null : String(accessHash) }
}
