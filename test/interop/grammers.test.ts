import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { keyIdOf } from '../../src/main/domain/key-id.ts'
import { markedId, type Peer } from '../../src/main/domain/peer.ts'
import { collect, homeOf, type Session } from '../../src/main/domain/session.ts'
import { formatById, variantById } from '../../src/main/formats/registry.ts'
import { grammersFamily } from '../support/formats/grammers.ts'
import { cargoProgram } from './support/cargo.ts'
import { attempt, temporaryFolder } from './support/run.ts'
import { drawSession, readTheirs, writeOurs } from './support/sessions.ts'

/** What the program prints; 64-bit numbers are text. */
interface Printed {
  readonly dc: number | null
  readonly key_id: string | null
  readonly user_id: string | null
  readonly is_bot: boolean | null
  readonly dcs: readonly {
    readonly id: number
    readonly ipv4: string | null
    readonly ipv6: string | null
    readonly port?: number
    readonly key_id: string | null
  }[]
  readonly state: readonly number[] | null
  /** The old library does not show its channels: their number. */
  readonly channels: readonly (readonly [id: string, pts: number])[] | number | null
  readonly peers?: readonly (readonly [kind: string, id: string, hash: string | null, type: string | number | null])[]
  /** What the library saves again is what it read. */
  readonly is_same?: boolean
}

const ROUNDS = 5

let program: ((...args: readonly string[]) => Promise<string>) | null = null
let missing = ''

beforeAll(async () => {
  const built = await attempt(() => cargoProgram('grammers'))
  program = built.value
  missing = built.reason
  if (missing !== '') console.warn(`grammers is skipped: ${missing}`)
})

beforeEach((context) => context.skip(missing !== '', missing))

async function rust(...args: readonly string[]): Promise<Printed> {
  return JSON.parse(await program!(...args)) as Printed
}

async function kept(session: Session, formatId: string, variantId: string): Promise<Session> {
  const variant = variantById(formatById(formatId), variantId)
  return (await grammersFamily.asKept?.(session, variant, formatId)) ?? session
}

function keyIds(session: Session): Map<number, string> {
  return new Map(session.dataCenters.flatMap((dc) => (dc.authKey === null ? [] : [[dc.id, keyIdOf(dc.authKey)]])))
}

async function channels(session: Session): Promise<string[]> {
  return (await collect(session.channelStates)).map(({ channelId, pts }) => `${channelId} ${pts}`).toSorted()
}

function stateOf({ updateState: state }: Session): readonly number[] {
  return [state?.pts ?? 0, state?.qts ?? 0, state?.date ?? 0, state?.seq ?? 0]
}

/** A peer in the words of the program. Of a user whose mark is not stored it knows nothing. */
function printedPeer({ kind, id, accessHash, type }: Peer): NonNullable<Printed['peers']>[number] {
  if (kind === 'chat') return ['chat', String(id), null, null]
  const hash = accessHash === null ? null : String(accessHash)
  // 0.11 writes the mark of a community, but does not read it.
  const known = kind === 'user' ? (type === null ? null : type === 'bot' ? 1 : 0) : type === 'community' ? null : type
  return [kind, String(id), hash, known]
}

function expectAccount(found: Printed, session: Session): void {
  const home = homeOf(session)!
  expect(found.dc).toBe(home.id)
  expect(found.key_id).toBe(keyIdOf(home.authKey!))
  expect(found.user_id).toBe(String(session.account!.id))
  expect(found.is_bot).toBe(session.account!.isBot)
  const printed = new Map(found.dcs.flatMap(({ id, key_id: keyId }) => (keyId === null ? [] : [[id, keyId]])))
  expect(printed).toEqual(keyIds(session))
}

describe('grammers opens what Session Deck wrote', () => {
  test('SQLite, with the newest release', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const drawn = drawSession()
      const path = join(temporaryFolder(), 'ours.session')
      await writeOurs(path, drawn, 'grammers.sqlite')
      const session = await kept(drawn, 'grammers.sqlite', '1')
      const peers = await collect(session.peers)
      const found = await rust('read', 'sqlite', path, ...peers.map(({ kind, id }) => String(markedId(kind, id))))
      expectAccount(found, session)
      for (const { id, address, port } of session.dataCenters) {
        expect(found.dcs.find((dc) => dc.id === id)).toMatchObject({
          ipv4: `${address}:${port}`,
          ipv6: `[::ffff:${address}]:${port}`,
        })
      }
      expect(found.state).toEqual(stateOf(session))
      expect((found.channels as readonly (readonly [string, number])[]).map((one) => one.join(' ')).toSorted()).toEqual(
        await channels(session),
      )
      expect(found.peers).toEqual(peers.map(printedPeer))
    }
  })

  test('binary, with 0.7', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const session = drawSession()
      const path = join(temporaryFolder(), 'ours.session')
      await writeOurs(path, session, 'grammers.tl', '0.4')
      const found = await rust('read', 'binary', path)
      expectAccount(found, session)
      expect(found.dcs.map(({ id, ipv4, port }) => [id, ipv4, port])).toEqual(
        session.dataCenters.map(({ id, address, port }) => [id, address, port]),
      )
      const hasState = session.updateState !== null || session.channelStates.count > 0
      expect(found.state).toEqual(hasState ? stateOf(session) : null)
      expect(found.channels).toBe(hasState ? session.channelStates.count : null)
      // Whatever it does not show, it read to the last byte.
      expect(found.is_same).toBe(true)
    }
  })
})

describe('Session Deck opens what grammers wrote', () => {
  const seed = (): string => String(randomInt(2 ** 47))

  test('SQLite', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const path = join(temporaryFolder(), 'theirs.session')
      const meant = await rust('write', 'sqlite', path, seed())
      await readTheirs(path, 'grammers.sqlite', async ({ session, problems }) => {
        expect(problems).toEqual([])
        expectAccount(meant, session)
        expect(stateOf(session)).toEqual(meant.state)
        const printed = meant.channels as readonly (readonly [string, number])[]
        expect(await channels(session)).toEqual(printed.map((one) => one.join(' ')).toSorted())
        const bySpelling = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).toSorted()
        expect(bySpelling((await collect(session.peers)).map(printedPeer))).toEqual(bySpelling(meant.peers!))
      })
    }
  })

  test('binary', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const path = join(temporaryFolder(), 'theirs.session')
      const meant = await rust('write', 'binary', path, seed())
      await readTheirs(path, 'grammers.tl', ({ session, problems, info }) => {
        expect(problems).toEqual([])
        expect(info.variant).toBe('0.4')
        expectAccount(meant, session)
        expect(stateOf(session)).toEqual(meant.state)
        expect(session.dataCenters.map(({ id, address, port }) => [id, address, port])).toEqual(
          meant.dcs.map(({ id, ipv4, ipv6, port }) => [id, ipv4 ?? ipv6, port]),
        )
      })
    }
  })
})
