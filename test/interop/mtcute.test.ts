import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { normalizeIp } from '../../src/main/bytes/ip.ts'
import { byteReader } from '../../src/main/bytes/reader.ts'
import { keyIdOf } from '../../src/main/domain/key-id.ts'
import { markedId } from '../../src/main/domain/peer.ts'
import { collect, DC_FLAGS, type DataCenter, homeOf, type Session } from '../../src/main/domain/session.ts'
import { nodeProgram } from './support/node.ts'
import { attempt, temporaryFolder } from './support/run.ts'
import { drawSession, homeWithKey, keyIdOfHome, readTheirs, writeOurs } from './support/sessions.ts'

const VERSION = '0.30.3'
const ROUNDS = 3

interface Place {
  readonly id: number
  readonly address: string
  readonly port: number
  readonly ipv6: boolean
  readonly media: boolean
  readonly test: boolean
}

interface StringReport {
  readonly main: Place
  readonly media: Place | null
  readonly keyId: string
  readonly self: { readonly id: string; readonly isBot: boolean } | null
  /** Whether the library saves a string as it was given. */
  readonly saved: boolean
}

interface FileReport {
  /** The string that the library makes of the file. */
  readonly exported: StringReport
  readonly main: Place
  readonly media: Place | null
  readonly keys: Readonly<Record<string, string>>
  readonly salts: readonly string[]
  readonly self: {
    readonly userId: number
    readonly isBot: boolean
    readonly isPremium: boolean
    readonly usernames: readonly string[]
  } | null
  readonly state: readonly number[] | null
  readonly channels: Readonly<Record<string, number>>
  readonly peers: readonly {
    readonly id: number
    readonly input: { readonly kind: string; readonly hash: string | null } | null
    readonly usernames: readonly string[]
    readonly phone: string | null
    readonly isMin: boolean
    readonly updated: number
    readonly byName: number | null
  }[]
}

/** Its storage runs on the database of Node, so that nothing has to be compiled. */
const { value: node, reason } = await attempt(() =>
  nodeProgram({
    name: `mtcute-${VERSION}`,
    packages: ['@mtcute/core', '@mtcute/node'].map((name) => `${name}@${VERSION}`),
    script: 'node/mtcute.mjs',
  }),
)
if (node === null) console.warn(`mtcute is skipped: ${reason}`)

const mtcute = <T>(...args: readonly string[]): Promise<T> => node!<T>(args)

/** A drawn session with a media address and the keys of other data centres, as mtcute has them. */
function drawWithMedia(): Session {
  const session = drawSession((one) => one.peers.count > 3)
  const home = homeWithKey(session)
  const media: DataCenter = {
    id: home.id,
    address: '149.154.167.222',
    port: 443,
    authKey: null,
    home: false,
    flags: DC_FLAGS.media,
  }
  return { ...session, dataCenters: [...session.dataCenters, media] }
}

function expectPlaces(report: { readonly main: Place; readonly media: Place | null }, session: Session): void {
  const home = homeOf(session)!
  const own = session.dataCenters.find((dc) => ((dc.flags ?? 0) & DC_FLAGS.media) !== 0)
  const isTest = session.test === true
  expect({ ...report.main, address: normalizeIp(report.main.address) }).toEqual({
    id: home.id,
    address: home.address,
    port: home.port,
    ipv6: home.address!.includes(':'),
    media: false,
    test: isTest,
  })
  expect(report.media).toEqual(
    own === undefined
      ? null
      : { id: own.id, address: own.address, port: own.port, ipv6: false, media: true, test: isTest },
  )
}

describe.skipIf(node === null)(`mtcute ${VERSION}${node === null ? ` (skipped: ${reason})` : ''}`, () => {
  test('it opens our strings', async () => {
    const path = join(temporaryFolder(), 'ours.txt')
    for (let round = 0; round < ROUNDS; round += 1) {
      const session = round === 0 ? drawSession() : drawWithMedia()
      await writeOurs(path, session, 'mtcute.string')
      const report = await mtcute<StringReport>('read-string', path)
      expectPlaces(report, session)
      const { id, isBot } = session.account!
      expect(report).toMatchObject({ keyId: keyIdOfHome(session), self: { id: String(id), isBot }, saved: true })
    }
  })

  test('we open its strings', async () => {
    const path = join(temporaryFolder(), 'theirs.txt')
    const report = await mtcute<StringReport>('write-string', path)
    await readTheirs(path, 'mtcute.string', ({ session, problems }) => {
      expect(problems).toEqual([])
      expectPlaces(report, session)
      expect(keyIdOfHome(session)).toBe(report.keyId)
      expect(session.account).toMatchObject({ id: BigInt(report.self!.id), isBot: report.self!.isBot })
    })
  })

  test('it opens our files and finds every peer in them', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const folder = temporaryFolder()
      const session = drawWithMedia()
      const path = join(folder, 'ours.session')
      await writeOurs(path, session, 'mtcute.sqlite')
      const peers = await collect(session.peers)
      const states = await collect(session.channelStates)
      const wanted = {
        peers: peers.map(({ kind, id, usernames }) => ({
          id: Number(markedId(kind, id)),
          username: usernames[0] ?? null,
        })),
        channels: states.map(({ channelId }) => Number(channelId)),
      }
      writeFileSync(join(folder, 'wanted.json'), JSON.stringify(wanted))
      const report = await mtcute<FileReport>('read-sqlite', path, join(folder, 'wanted.json'))

      expectPlaces(report, session)
      expectPlaces(report.exported, session)
      expect(report.exported.keyId).toBe(keyIdOfHome(session))
      const keys = session.dataCenters.flatMap(({ id, authKey }) => (authKey === null ? [] : [[id, keyIdOf(authKey)]]))
      expect(report.keys).toEqual(Object.fromEntries(keys))
      const { salt } = homeOf(session)!
      expect(report.salts).toEqual(salt === undefined ? [] : [String(byteReader(salt.open()).i64le())])
      const { id, isBot } = session.account!
      expect(report.self).toEqual({ userId: Number(id), isBot, isPremium: false, usernames: [] })
      const { updateState: state } = session
      expect(report.state).toEqual(state && [state.pts, state.qts, state.date, state.seq])
      expect(report.channels).toEqual(Object.fromEntries(states.map((one) => [String(one.channelId), one.pts])))
      expect(report.peers).toEqual(
        peers.map(({ kind, id: bare, accessHash, usernames, phone, updatedAt }) => ({
          id: Number(markedId(kind, bare)),
          input: {
            kind: { user: 'inputPeerUser', chat: 'inputPeerChat', channel: 'inputPeerChannel' }[kind],
            hash: kind === 'chat' ? null : String(accessHash),
          },
          usernames,
          phone,
          isMin: false,
          updated: (updatedAt ?? 0) * 1000,
          byName: usernames[0] === undefined ? null : Number(markedId(kind, bare)),
        })),
      )
    }
  })

  test('we open its file', async () => {
    const path = join(temporaryFolder(), 'theirs.session')
    const report = await mtcute<FileReport>('write-sqlite', path)
    await readTheirs(path, 'mtcute.sqlite', async ({ session, problems, info }) => {
      expect(problems).toEqual([])
      expect(info.variant).toBe('2')
      expectPlaces(report, session)
      const keys = session.dataCenters.flatMap(({ id, authKey }) => (authKey === null ? [] : [[id, keyIdOf(authKey)]]))
      expect(Object.fromEntries(keys)).toEqual(report.keys)
      // Of three salts the one that counts now.
      expect(byteReader(homeOf(session)!.salt!.open()).i64le()).toBe(-2n)
      expect(session.account).toMatchObject({
        id: 5_234_567_890n,
        isBot: false,
        isPremium: true,
        username: 'main_name',
        extraUsernames: ['second_name'],
      })
      expect(session.updateState).toEqual({ pts: 11, qts: 12, date: 1_700_000_000, seq: 13 })
      expect(await collect(session.channelStates)).toMatchObject([{ channelId: 1_234_567_890n, pts: 21 }])
      expect(await collect(session.minContexts)).toEqual([
        { peerKind: 'user', peerId: 88n, chatKind: 'channel', chatId: 1_234_567_890n, messageId: 595 },
      ])
      const peers = (await collect(session.peers)).toSorted((a, b) => (a.id < b.id ? -1 : 1))
      expect(peers).toMatchObject([
        { kind: 'user', type: 'bot', id: 77n, accessHash: 5n, name: 'Robot' },
        { kind: 'user', type: 'user', id: 88n, accessHash: 6n, name: 'Met once', isMin: true },
        { kind: 'chat', type: 'group', id: 777n, name: 'Group' },
        {
          kind: 'channel',
          type: 'supergroup',
          id: 1_234_567_890n,
          accessHash: 2n ** 63n - 1n,
          usernames: ['news_one', 'news_two'],
          name: 'News',
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
})
