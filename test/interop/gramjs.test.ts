import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Peer } from '../../src/main/domain/peer.ts'
import { collect, collectionOf, type Session } from '../../src/main/domain/session.ts'
import { gramjsStore } from '../../src/main/formats/gramjs/store.ts'
import { gramjsFamily } from '../support/formats/gramjs.ts'
import { memoryFolder } from '../support/formats/media.ts'
import { nodeProgram } from './support/node.ts'
import { homeReportOf } from './support/reports.ts'
import { attempt, temporaryFolder } from './support/run.ts'
import { drawSession, readTheirs, writeOurs } from './support/sessions.ts'

/** The successor has the same classes, and is read and written alike. */
const LIBRARIES = [
  ['GramJS', 'telegram', '2.26.22'],
  ['teleproto', 'teleproto', '214.1.7'],
] as const

interface Report {
  readonly dc: number
  readonly address: string
  readonly port: number
  readonly keyId: string | null
  /** Whether the library saves a string as it was given. */
  readonly saved: boolean | null
  readonly rows: readonly (readonly (string | null)[])[]
}

/** A row as the library gives it back. */
function rowOf({ kind, id, accessHash, usernames, phone, name, updatedAt }: Peer): (string | null)[] {
  const marked = kind === 'user' ? `${id}` : kind === 'chat' ? `-${id}` : `-100${id}`
  const time = updatedAt === null ? null : String(Math.round(updatedAt * 1000))
  return [marked, String(accessHash ?? 0n), usernames[0] ?? null, phone, name ?? '', time]
}

for (const [label, name, version] of LIBRARIES) {
  const { value: node, reason } = await attempt(() =>
    nodeProgram({ name: `${name}-${version}`, packages: [`${name}@${version}`], script: 'gramjs/gramjs.cjs' }),
  )
  if (node === null) console.warn(`${label} is skipped: ${reason}`)

  const library = (cwd: string, ...args: readonly string[]): Promise<Report> => node!<Report>([name, ...args], { cwd })

  const expectHome = (report: Report, session: Session): void => {
    expect(report).toMatchObject(homeReportOf(session))
  }

  describe.skipIf(node === null)(`${label}${node === null ? ` (skipped: ${reason})` : ''}`, () => {
    test('it opens a string of ours', async () => {
      const folder = temporaryFolder()
      const session = drawSession()
      const path = join(folder, 'ours.txt')
      await writeOurs(path, session, 'gramjs.string')
      const report = await library(folder, 'read', 'string', path)
      expectHome(report, session)
      expect(report.saved).toBe(true)
    })

    test('we open a string of its own', async () => {
      const folder = temporaryFolder()
      const path = join(folder, 'theirs.txt')
      const report = await library(folder, 'write', 'string', path)
      await readTheirs(path, 'gramjs.string', ({ session, problems }) => {
        expectHome(report, session)
        expect(problems).toEqual([])
      })
    })

    test.each(['plain', "with (signs)! it's *new*"])('it opens a folder of ours: %s', async (sessionName) => {
      const folder = temporaryFolder()
      const drawn = drawSession((one) => one.peers.count > 0)
      const options = { variant: '2', options: new Map<string, string>(), nowSeconds: 0, name: sessionName }
      mkdirSync(join(folder, sessionName))
      for (const [file, bytes] of await gramjsStore.encode!(drawn, options)) {
        writeFileSync(join(folder, sessionName, file), bytes)
      }
      const kept = await gramjsFamily.asKept!(drawn, gramjsStore.variants[0]!, 'gramjs.store')
      const rows = (await collect(kept.peers)).map(rowOf)
      const report = await library(folder, 'read', 'store', sessionName, ...rows.map(([id]) => id!))
      expectHome(report, drawn)
      expect(report.rows).toEqual(rows)
    })

    test('we open a folder of its own, and write it as it was', async () => {
      const folder = temporaryFolder()
      const report = await library(folder, 'write', 'store', 'theirs')
      const files = new Map(
        readdirSync(join(folder, 'theirs')).map((file) => [
          file,
          Uint8Array.from(readFileSync(join(folder, 'theirs', file))),
        ]),
      )
      const [stored] = await gramjsStore.list(memoryFolder('theirs', files), { passcode: null })
      const { session, problems } = stored!.decoded
      expectHome(report, session)
      expect(problems).toEqual([])
      expect(stored!.name).toBe('theirs')
      const peers = await collect(session.peers)
      expect(peers.map(rowOf).toSorted((a, b) => a[0]!.localeCompare(b[0]!))).toEqual(
        report.rows.toSorted((a, b) => a[0]!.localeCompare(b[0]!)),
      )
      const options = { variant: '2', options: new Map<string, string>(), nowSeconds: 0, name: 'theirs' }
      const again = await gramjsStore.encode!({ ...session, peers: collectionOf(peers) }, options)
      const text = (all: ReadonlyMap<string, Uint8Array>): unknown =>
        new Map([...all].map(([file, bytes]) => [file, Buffer.from(bytes).toString()]))
      expect(text(again)).toEqual(text(files))
    })
  })
}
