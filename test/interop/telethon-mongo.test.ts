import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mongodbBackend } from '../../src/main/backends/mongodb/backend.ts'
import type { StoreConnection } from '../../src/main/backends/store.ts'
import { collect } from '../../src/main/domain/session.ts'
import { telethonMongo } from '../../src/main/formats/telethon/mongo.ts'
import { ferretdbMissing, type FerretDbServer, startFerretDb } from '../support/servers/ferretdb.ts'
import { type FoundRows, type HomeReport, homeReportOf, peerLookups } from './support/reports.ts'
import { pythonLibrary } from './support/python.ts'
import { attempt } from './support/run.ts'
import { drawSession } from './support/sessions.ts'

interface Report extends HomeReport {
  readonly takeoutId: string | null
  readonly found: readonly FoundRows[]
  readonly states: Readonly<Record<string, readonly number[]>>
}

// What it is built upon does not load with later drivers.
const REQUIREMENT = 'telemongo==0.2.2 pymongo==4.6.3'
const { value: python, reason } = await attempt(() => pythonLibrary(REQUIREMENT))
const missing = await ferretdbMissing()

describe.skipIf(python === null || missing !== null)(
  `${REQUIREMENT}${python === null ? ` (skipped: ${reason})` : ''}`,
  () => {
    let server: FerretDbServer
    let store: Extract<StoreConnection, { medium: 'documents' }>
    beforeAll(async () => {
      server = await startFerretDb()
      const opened = await mongodbBackend.connect(
        {
          kind: 'mongodb',
          hosts: [`127.0.0.1:${server.port}`],
          database: '',
          user: '',
          tls: { mode: 'off', ca: '' },
          topology: { kind: 'single' },
          prefix: '',
        },
        { password: null },
        { signal: new AbortController().signal, connectTimeoutMs: 5000, commandTimeoutMs: 10_000 },
      )
      if (opened.medium !== 'documents') throw new Error('no documents')
      store = opened
    })
    afterAll(async () => {
      await store?.close()
      await server?.stop()
    })

    const run = (action: string, database: string, ...args: string[]): Promise<Report> =>
      python!<Report>('telethon_mongo.py', [action, ...args], {
        MONGO_URL: `mongodb://127.0.0.1:${server.port}/${database}`,
      })

    test('opens what we wrote and finds every peer in it', async () => {
      for (let round = 0; round < 3; round += 1) {
        const database = `ours${round}`
        const session = drawSession()
        const options = { variant: '0.2', options: new Map<string, string>(), nowSeconds: 0 }
        await store.write((writer) => telethonMongo.write!(writer, database, session, options))
        const { list, rows } = peerLookups(await collect(session.peers))
        const report = await run('read', database, list)
        expect(report).toMatchObject({
          ...homeReportOf(session),
          takeoutId: session.takeoutId === null ? null : String(session.takeoutId),
        })
        expect(report.found).toEqual(rows)
        const states = (await collect(session.channelStates)).map(({ channelId, pts, qts, date, seq }) => {
          return [String(channelId), [pts, qts, Math.trunc(date ?? 0), seq]] as const
        })
        const own = session.updateState
        expect(report.states).toEqual({
          ...Object.fromEntries(states),
          ...(own && { '0': [own.pts, own.qts, own.date, own.seq] }),
        })
      }
    })

    test('is read when it wrote', async () => {
      const report = await run('write', 'theirs')
      const stored = await telethonMongo.read(store.reader, 'theirs')
      const { session, info, problems } = stored!.decoded
      expect(problems).toEqual([])
      expect(info.variant).toBe('0.2')
      expect(report).toMatchObject(homeReportOf(session))
      expect(await collect(session.peers)).toMatchObject([
        { kind: 'user', id: 7_004_005_006n, accessHash: -5n, usernames: ['ana_b'], phone: '4917012345', name: 'Ana B' },
      ])
      expect(await collect(session.sentFiles)).toEqual([
        { md5: new Uint8Array(16).fill(7), size: 55n, type: 'photo', id: 77n, accessHash: -8n },
      ])
    })
  },
)
