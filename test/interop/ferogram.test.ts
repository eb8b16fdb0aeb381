import { randomInt } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readSqliteBytes, sqliteBytes } from '../../src/main/backends/sqlite.ts'
import { keyIdOf } from '../../src/main/domain/key-id.ts'
import type { Peer } from '../../src/main/domain/peer.ts'
import type { Secret } from '../../src/main/domain/secret.ts'
import { collect, collectionOf, homeOf, type Session } from '../../src/main/domain/session.ts'
import type { Decoded, Format } from '../../src/main/formats/format.ts'
import { formatById } from '../../src/main/formats/registry.ts'
import { ferogramFamily } from '../support/formats/ferogram.ts'
import { fixtureBytes } from '../support/formats/fixtures.ts'
import { unlockWith, withSessions, writeContent } from '../support/formats/media.ts'
import { randomSession } from '../support/formats/random-session.ts'
import { cargoProgram } from './support/cargo.ts'
import { attempt, temporaryFolder } from './support/run.ts'

/** Kinds of session by the words of the Rust program. */
const kinds = [
  ['binary', 'ferogram.binary', '8'],
  ['native', 'ferogram.native', '8'],
  ['sqlite', 'ferogram.sqlite', '0.6.5'],
  ['json', 'ferogram.json', '0.6.5'],
  ['compact', 'ferogram.string', 'V2'],
] as const
/** What older releases wrote: the newest one reads it too. */
const olderKinds = [
  ...['2', '3', '5', '6', '7'].flatMap((version) => [
    ['binary', 'ferogram.binary', version] as const,
    ['native', 'ferogram.native', version] as const,
  ]),
  ...['0.1.0', '0.4.1', '0.5.2'].map((shape) => ['sqlite', 'ferogram.sqlite', shape] as const),
]

/** What the program prints; 64-bit numbers are text. */
interface Printed {
  readonly dc: number
  readonly key_id: string | null
  readonly address: string | null
  readonly port: number | null
  readonly user_id: string | null
  readonly dcs?: readonly {
    readonly addr: string
    readonly flags: number
    readonly id: number
    readonly key_id: string | null
    readonly salt: string
    readonly time_offset: number
  }[]
  readonly state?: readonly number[]
  readonly channels?: readonly (readonly [id: string, pts: number])[]
  readonly peers?: readonly (readonly [form: string, id: string, hash: string, kind: number | null])[]
  readonly min_peers?: readonly (readonly [user: string, peer: string, message: number])[]
  readonly token_length?: number | null
}

let program: ((...args: readonly string[]) => Promise<string>) | null = null
let missing = ''

beforeAll(async () => {
  const built = await attempt(() => cargoProgram('ferogram'))
  program = built.value
  missing = built.reason
  if (missing !== '') console.warn(`ferogram is skipped: ${missing}`)
})

beforeEach((context) => context.skip(missing !== '', missing))

async function rust(...args: readonly string[]): Promise<Printed> {
  return JSON.parse(await program!(...args)) as Printed
}

const KIND_BYTES: Readonly<Record<string, number>> = { channel: 0, supergroup: 1, gigagroup: 2 }

function printedPeer(peer: Peer): readonly [string, string, string, number | null] {
  const form = peer.type === 'community' ? 'community' : peer.kind
  const kind = peer.kind === 'channel' && peer.type !== null ? (KIND_BYTES[peer.type] ?? null) : null
  return [form, String(peer.id), String(peer.accessHash ?? 0n), kind]
}

function saltText(salt: Secret | undefined): string {
  return salt === undefined ? '0' : Buffer.from(salt.open()).readBigInt64LE().toString()
}

/** The session as the program would print it. */
async function printed(session: Session): Promise<Required<Printed>> {
  const home = homeOf(session)
  const state = session.updateState
  return {
    dc: home?.id ?? 0,
    key_id: home?.authKey ? keyIdOf(home.authKey) : null,
    address: home?.address ?? null,
    port: home?.port ?? null,
    user_id: session.account === null ? null : String(session.account.id),
    // Members in the order of the program: rows are sorted as text.
    dcs: session.dataCenters.map((dc) => ({
      addr: `${dc.address?.includes(':') === true ? `[${dc.address}]` : dc.address}:${dc.port}`,
      flags: dc.flags ?? 0,
      id: dc.id,
      key_id: dc.authKey && keyIdOf(dc.authKey),
      salt: saltText(dc.salt),
      time_offset: dc.timeOffset ?? 0,
    })),
    state: [state?.pts ?? 0, state?.qts ?? 0, Math.floor(state?.date ?? 0), state?.seq ?? 0],
    channels: (await collect(session.channelStates)).map((one) => [String(one.channelId), one.pts ?? 0] as const),
    peers: (await collect(session.peers)).map(printedPeer),
    min_peers: (await collect(session.minContexts)).map((one) => {
      return [String(one.peerId), String(one.chatId), one.messageId] as const
    }),
    token_length: session.futureAuthToken?.byteLength ?? null,
  }
}

/** Rows of a database come by their keys. */
function sorted(session: Printed): Printed {
  const byText = <T>(rows: readonly T[] | undefined): readonly T[] =>
    (rows ?? []).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  return {
    ...session,
    dcs: byText(session.dcs),
    channels: byText(session.channels),
    peers: byText(session.peers),
    min_peers: byText(session.min_peers),
  }
}

/** What the library finds in what we wrote, against what we meant. */
async function expectRead(kind: string, formatId: string, variantId: string, session: Session): Promise<void> {
  const format = formatById(formatId)
  const variant = format.variants.find(({ id }) => id === variantId)!
  const content = await writeContent(format, session, { variant: variantId, options: new Map(), nowSeconds: 0 })
  const path = join(temporaryFolder(), 'ours.session')
  if (content.medium === 'folder') throw new Error('ferogram keeps no folders')
  writeFileSync(path, content.medium === 'text' ? content.text : content.bytes)
  const found = await rust('read', kind, path)
  const kept = await printed((await ferogramFamily.asKept?.(session, variant, formatId)) ?? session)
  if (kind === 'compact') {
    const { dc, key_id, address, port, user_id } = kept
    expect(found).toEqual({ dc, key_id, address, port, user_id })
    return
  }
  const carries = (field: 'dc-flags' | 'min-contexts' | 'future-auth-token' | 'peer-types'): boolean =>
    variant.carries.has(field)
  expect(sorted(found)).toMatchObject(
    sorted({
      ...kept,
      user_id: null,
      dcs: kept.dcs.map((dc) => (carries('dc-flags') ? dc : { ...dc, flags: 0 })),
      peers: kept.peers.map(([form, id, hash, byte]) => {
        const isKnown = carries('peer-types')
        return [isKnown || form !== 'community' ? form : 'channel', id, hash, isKnown ? byte : null] as const
      }),
      min_peers: carries('min-contexts') ? kept.min_peers : [],
      token_length: carries('future-auth-token') ? kept.token_length : null,
    }),
  )
}

describe('ferogram opens what Session Deck wrote', () => {
  test.each([...kinds, ...olderKinds])('a random session: %s, %s %s', async (kind, formatId, variantId) => {
    for (const session of fc.sample(randomSession, 5)) await expectRead(kind, formatId, variantId, session)
  })

  test.each(kinds)('a session of Telethon: %s', async (kind, formatId, variantId) => {
    const tables = readSqliteBytes(fixtureBytes('telethon/schema7.session'))
    try {
      const telethon = formatById('telethon.sqlite')
      if (telethon.medium !== 'tables') throw new Error('Telethon keeps tables')
      const { session } = (await telethon.list(tables))[0]!.decoded
      await expectRead(kind, formatId, variantId, session)
    } finally {
      tables.close()
    }
  })
})

describe('Session Deck opens what ferogram wrote', () => {
  test.each(kinds)('%s', async (kind, formatId, variantId) => {
    for (let round = 0; round < 5; round += 1) {
      const path = join(temporaryFolder(), 'theirs.session')
      const meant = await rust('write', kind, path, String(randomInt(2 ** 47)))
      const { session, info, problems } = await readBack(formatById(formatId), path)
      expect(problems).toEqual([])
      expect(info.variant).toBe(variantId)
      expect(sorted(await printed(session))).toMatchObject(kind === 'compact' ? meant : sorted(meant))
    }
  })

  async function readBack(
    format: Format,
    path: string,
  ): Promise<Pick<Decoded, 'info' | 'problems'> & { session: Session }> {
    const bytes = new Uint8Array(readFileSync(path))
    const content =
      format.medium === 'text'
        ? ({ medium: 'text', text: Buffer.from(bytes).toString() } as const)
        : ({ medium: format.medium === 'tables' ? 'tables' : 'file', bytes } as const)
    return withSessions(format, content, unlockWith(null), async ([stored]) => {
      const { decoded } = stored!
      // Rows of a database are there only while it is open.
      const { peers, channelStates, minContexts } = decoded.session
      const session = {
        ...decoded.session,
        peers: collectionOf(await collect(peers)),
        channelStates: collectionOf(await collect(channelStates)),
        minContexts: collectionOf(await collect(minContexts)),
      }
      return { session, info: decoded.info, problems: decoded.problems }
    })
  }
})

test('the library’s own save over a file of ours keeps it readable', async () => {
  // Opening puts the file into WAL mode and would add what is missing: nothing is.
  const [session] = fc.sample(randomSession, 1) as [Session]
  const sqlite = formatById('ferogram.sqlite')
  if (sqlite.medium !== 'tables') throw new Error('it keeps tables')
  const options = { variant: '0.6.5', options: new Map<string, string>(), nowSeconds: 0 }
  const path = join(temporaryFolder(), 'ours.db')
  writeFileSync(path, await sqliteBytes((tables) => sqlite.write!(tables, '', session, options)))
  const meant = await rust('write', 'sqlite', path, '7')
  const again = await rust('read', 'sqlite', path)
  // The library never lowers pts and qts.
  const pts = session.updateState?.pts ?? 0
  const qts = session.updateState?.qts ?? 0
  const [theirPts = 0, theirQts = 0, date = 0, seq = 0] = meant.state ?? []
  expect(sorted(again)).toEqual(
    sorted({ ...meant, state: [Math.max(pts, theirPts), Math.max(qts, theirQts), date, seq] }),
  )
})
