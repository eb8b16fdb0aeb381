import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { normalizeIp } from '../../src/main/bytes/ip.ts'
import { keyIdOf } from '../../src/main/domain/key-id.ts'
import { collect, homeOf, type Session } from '../../src/main/domain/session.ts'
import { pythonLibrary } from './support/python.ts'
import type { HomeReport } from './support/reports.ts'
import { attempt, temporaryFolder } from './support/run.ts'
import { drawSession, homeWithKey, keyIdOfHome, readTheirs, writeOurs } from './support/sessions.ts'

/** What `telethon_session.py` says of a file. */
interface FileReport extends HomeReport {
  readonly userId: string | null
  readonly takeoutId: string | null
  readonly states: Readonly<Record<string, readonly number[]>>
  readonly byId: readonly unknown[]
  readonly byUsername: readonly unknown[]
}

const SCRIPT = 'telethon_session.py'
const TESTS = 3
/** The library looks up no other name. */
const USERNAME = /^[a-z](?:(?!__)\w){1,30}[a-z\d]$/i

/** The release, and the versions of the file that it opens as they are or brings up to its own. */
const releases = [
  ['telethon==1.42.0', ['5', '6', '7']],
  ['telethon==1.45.0', ['5', '6', '7', '8']],
] as const

for (const [requirement, variants] of releases) {
  const { value: python, reason } = await attempt(() => pythonLibrary(requirement))
  const read = <T>(action: string, ...args: string[]): Promise<T> => python!<T>(SCRIPT, [action, ...args])

  describe.skipIf(python === null)(`${requirement}${python === null ? ` (skipped: ${reason})` : ''}`, () => {
    test.each(variants)('opens our file of version %s and finds every peer in it', async (variant) => {
      for (let round = 0; round < TESTS; round += 1) {
        const folder = temporaryFolder()
        const session = withState(drawSession())
        const path = join(folder, 'ours.session')
        await writeOurs(path, session, 'telethon.sqlite', variant)
        const peers = (await collect(session.peers)).filter(({ accessHash }) => accessHash !== null)
        // Brought up to version 6, a file loses its peers: the hashes of releases before could be wrong.
        const kept = variant === '5' ? [] : peers
        const lookups = kept.map(({ kind, id, usernames }) => {
          const [username = ''] = usernames
          return { kind, id: String(id), username: USERNAME.test(username) ? username : null }
        })
        const list = join(folder, 'peers.json')
        writeFileSync(list, JSON.stringify(lookups))
        const report = await read<FileReport>('read-file', path, list)
        const home = homeWithKey(session)
        expect(report).toMatchObject({
          keyId: keyIdOfHome(session),
          dc: home.id,
          address: home.address,
          port: home.port,
          takeoutId: null,
        })
        const found = kept.map(({ kind, id, accessHash }) => ({
          kind,
          id: String(id),
          accessHash: kind === 'chat' ? null : String(accessHash),
        }))
        expect(report.byId).toEqual(found)
        expect(report.byUsername).toEqual(found.filter((_peer, index) => lookups[index]!.username !== null))
        const { pts, qts, date, seq } = session.updateState!
        if (Number(variant) < 7) expect([report.states['0']?.[0], report.states['0']?.[2]]).toEqual([pts, date])
        else {
          expect(report.states['0']).toEqual([pts, qts, date, seq])
          expect(report.userId).toBe(String(session.account!.id))
          const channels = (await collect(session.channelStates)).map(
            (state) => [String(state.channelId), [state.pts, state.qts, state.date, state.seq]] as const,
          )
          const { '0': _own, ...others } = report.states
          expect(Object.keys(others).toSorted()).toEqual(channels.map(([id]) => id).toSorted())
          for (const [id, [statePts]] of channels) expect(others[id]?.[0]).toBe(statePts)
        }
      }
    })

    test('we open its file', async () => {
      const path = join(temporaryFolder(), 'theirs.session')
      const report = await read<FileReport>('write-file', path)
      await readTheirs(path, 'telethon.sqlite', async ({ session, problems, info }) => {
        expect(problems).toEqual([])
        expect(info.variant).toBe(variants.at(-1))
        expectSame(session, report)
        const [pts, qts, date, seq] = report.states['0']!
        expect(session.updateState).toEqual({ pts, qts, date, seq })
        expect(await collect(session.channelStates)).toMatchObject([{ channelId: 1234567890n, pts: 21 }])
        const peers = (await collect(session.peers)).toSorted((a, b) => (a.id < b.id ? -1 : 1))
        expect(peers).toMatchObject([
          { kind: 'chat', id: 777n },
          { kind: 'channel', id: 1234567890n, accessHash: 2n ** 63n - 1n, usernames: ['news_interop'], name: 'News' },
          {
            kind: 'user',
            id: 5123456789n,
            accessHash: -(2n ** 63n) + 1n,
            usernames: ['ann_interop'],
            phone: '491234',
            name: 'Ann',
          },
        ])
        expect(await collect(session.sentFiles)).toMatchObject([
          { size: 7n, type: 'document', id: 1n, accessHash: -2n },
        ])
      })
    })

    test.each(['', 'ipv6'])('takes our strings %s', async (option) => {
      const path = join(temporaryFolder(), 'string.txt')
      for (let round = 0; round < TESTS; round += 1) {
        const session = drawSession()
        await writeOurs(path, session, 'telethon.string', '1', option === '' ? {} : { [option]: 'true' })
        const report = await read<HomeReport>('read-string', path)
        const home = homeWithKey(session)
        expect(report).toMatchObject({ keyId: keyIdOfHome(session), dc: home.id })
        if (option === '') expect([report.address, report.port]).toEqual([home.address, home.port])
        else expect(report.address).toContain(':')
      }
    })

    test('we read its strings', async () => {
      const path = join(temporaryFolder(), 'string.txt')
      const report = await read<HomeReport>('write-string', path)
      await readTheirs(path, 'telethon.string', ({ session, problems }) => {
        expect(problems).toEqual([])
        expectSame(session, report)
      })
    })
  })
}

function expectSame(session: Session, report: HomeReport): void {
  const home = homeOf(session)!
  expect(keyIdOf(home.authKey!)).toBe(report.keyId)
  expect([home.id, home.address, home.port]).toEqual([report.dc, normalizeIp(report.address), report.port])
}

function withState(session: Session): Session {
  return { ...session, updateState: session.updateState ?? { pts: 1, qts: 2, date: 1_700_000_000, seq: 3 } }
}
