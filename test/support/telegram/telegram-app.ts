import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AppParts } from '../../../src/main/app.ts'
import { createPace, PACE, type Pace } from '../../../src/main/telegram/pace.ts'
import { createLocalGateway } from '../../../src/main/telegram/local-gateway.ts'
import type { Ref } from '../../../src/shared/contract/common.ts'
import type { ResultItem, TelegramEvent, TelegramProgress } from '../../../src/shared/contract/telegram.ts'
import { everything, openTestApp, type TestApp } from '../app/open-test-app.ts'
import { type LocalTelegram, startTelegram, type TelegramOptions } from '../telegram-server/start.ts'

export const APP = { apiId: 4711, apiHash: '0123456789abcdef0123456789abcdef' } as const

/** The whole program beside a Telegram of our own, with its settings pointing there. */
export interface TelegramApp {
  readonly deck: TestApp
  readonly telegram: LocalTelegram
  readonly client: TestApp['client']
  /** Puts text sessions with these keys into a folder that is made a source; answers their refs by name. */
  addSessions(folder: string, sessions: readonly WrittenSession[]): Promise<Map<string, Ref>>
  check(refs: readonly Ref[], options?: CheckOptions): Promise<Checked>
  close(): Promise<void>
}

type CheckOptions = Omit<Parameters<TestApp['client']['telegram']['check']>[0], 'refs'>

export interface WrittenSession {
  readonly name: string
  readonly authKey: Uint8Array
  readonly dcId?: number
}

export interface Checked {
  readonly items: readonly ResultItem[]
  readonly progress: TelegramProgress | undefined
}

export async function openTelegramApp(
  options: TelegramOptions = {},
  parts: AppParts = {},
  change: Parameters<typeof openTestApp>[0] = {},
): Promise<TelegramApp> {
  const telegram = await startTelegram(options)
  const keychain = { seal: turned, open: turned }
  const deck = await openTestApp(
    { keychain, ...change },
    { gateway: createLocalGateway({ version: '0.0.0' }), ...(parts.clock ? {} : { pace: noPace() }), ...parts },
  )
  const { client, root } = deck
  await client.telegram.changeSettings({
    ...APP,
    dcOverrides: [...telegram.endpoints].map(([dcId, { host, port }]) => ({ dcId, host, port })),
    serverKeys: [telegram.publicKeyPem],
  })

  return {
    deck,
    telegram,
    client,
    addSessions: async (folder, sessions) => {
      mkdirSync(join(root, folder), { recursive: true })
      for (const session of sessions) {
        writeFileSync(join(root, folder, `${session.name}.txt`), `${telethonString(session)}\n`)
      }
      const sourceId = await deck.addSource(join(root, folder))
      const { view, filters, sort } = { ...everything, view: { kind: 'source', sourceId } as const }
      const refs = await client.sessions.refs({ view, filters, sort })
      return new Map(refs.map((ref) => [ref.key.replace(/\.txt$/, ''), ref]))
    },
    check: async (refs, checkOptions = {}) => {
      const { jobId } = await client.telegram.check({ refs: [...refs], ...checkOptions })
      return collectResults(await client.telegram.results({ jobId }))
    },
    close: async () => {
      await deck.close()
      await telegram.close()
    },
  }
}

/** For tests of something else: everything may start at once. */
function noPace(): Pace {
  return createPace({ now: () => Date.now() }, () => 0, { ...PACE, gapMs: 0, burst: 1000, burstMs: 0 })
}

/** A keychain that asks nothing and takes no time. */
function turned(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes).toReversed()
}

export async function collectResults(events: AsyncIterable<TelegramEvent>): Promise<Checked> {
  const items: ResultItem[] = []
  let progress: TelegramProgress | undefined
  for await (const event of events) {
    if (event.type === 'item') items.push(event.item)
    else progress = event.progress
  }
  return { items, progress }
}

export function newKey(): Uint8Array {
  return new Uint8Array(randomBytes(256))
}

/** As `keyIdOf` has it, worked out by itself. */
export function keyIdText(authKey: Uint8Array): string {
  return createHash('sha1').update(authKey).digest('hex').slice(24, 40)
}

/** Where Telethon would find the data centre: an address that is known for it. */
const ADDRESSES: Readonly<Record<number, readonly [number, number, number, number]>> = {
  1: [149, 154, 175, 53],
  2: [149, 154, 167, 51],
  3: [149, 154, 175, 100],
  4: [149, 154, 167, 91],
  5: [91, 108, 56, 130],
}

/** As Telethon writes it. */
export function telethonString({ authKey, dcId = 2 }: Omit<WrittenSession, 'name'>): string {
  const bytes = Buffer.concat([Buffer.of(dcId, ...(ADDRESSES[dcId] ?? [10, 0, 0, dcId]), 1, 187), authKey])
  return `1${bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')}`
}
