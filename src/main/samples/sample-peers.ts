import { setImmediate } from 'node:timers/promises'
import type { Peer, PeerType } from '../domain/peer.ts'
import type { Collection } from '../domain/session.ts'
import { PEER_NAMES, TITLES } from './sample-names.ts'
import { type SeededRandom, seededRandom } from './seeded-random.ts'

const BATCH_ROWS = 2000
const YEAR_SECONDS = 31_536_000

/**
 * Peers made while they are read: fifty thousand of them need no memory. `self` is the account's own row, which every
 * library writes when it logs in.
 */
export function samplePeers(seed: number, count: number, nowSeconds: number, self: Peer): Collection<Peer> {
  return {
    count,
    async *batches() {
      const random = seededRandom(seed)
      const seen = new Set<bigint>([self.id])
      for (let start = 0; start < count; start += BATCH_ROWS) {
        const rows: Peer[] = start === 0 && count > 0 ? [self] : []
        while (rows.length < Math.min(BATCH_ROWS, count - start)) {
          const peer = samplePeer(random, nowSeconds)
          if (seen.has(peer.id)) continue
          seen.add(peer.id)
          rows.push(peer)
        }
        // The demo makes its library while the window is served: between two batches others get their turn.
        await setImmediate()
        yield rows
      }
    },
  }
}

function samplePeer(random: SeededRandom, nowSeconds: number): Peer {
  const updatedAt = nowSeconds - random.integer(2 * YEAR_SECONDS)
  const share = random.integer(100)
  if (share < 72) return sampleUser(random, updatedAt)
  const kind = share < 78 ? 'chat' : 'channel'
  const type: PeerType = kind === 'chat' ? 'group' : random.chance(0.5) ? 'supergroup' : 'channel'
  const id = BigInt(
    kind === 'chat' ? random.between(100_000_000, 999_999_999) : random.between(1_000_000_000, 2_600_000_000),
  )
  return {
    kind,
    type,
    id,
    accessHash: kind === 'chat' ? 0n : random.int64(),
    usernames: kind === 'channel' && random.chance(0.4) ? usernames(random, type === 'channel' ? 'news' : 'talk') : [],
    phone: null,
    name: named(random, () =>
      random.chance(0.3) ? `${random.pick(TITLES)} ${random.between(2, 99)}` : random.pick(TITLES),
    ),
    updatedAt,
  }
}

function sampleUser(random: SeededRandom, updatedAt: number): Peer {
  const isBot = random.chance(0.08)
  const { first, last } = random.pick(PEER_NAMES)
  return {
    kind: 'user',
    type: isBot ? 'bot' : 'user',
    id: BigInt(random.between(100_000_000, 8_000_000_000)),
    accessHash: random.int64(),
    usernames: isBot || random.chance(0.45) ? usernames(random, isBot ? 'bot' : 'user') : [],
    phone: !isBot && random.chance(0.06) ? samplePhone(random) : null,
    name: named(random, () =>
      random.chance(0.75) ? `${random.pick(first)} ${random.pick(last)}` : random.pick(first),
    ),
    updatedAt,
  }
}

/** Numbers that Telegram reserves for its test servers: they belong to nobody. */
export function samplePhone(random: SeededRandom): string {
  return `99966${random.between(1, 3)}${String(random.integer(10_000)).padStart(4, '0')}`
}

/** A library that runs long forgets most names: it writes its cache back as bare pairs of id and hash. */
function named(random: SeededRandom, name: () => string): string | null {
  return random.chance(0.8) ? name() : null
}

function usernames(random: SeededRandom, ending: string): string[] {
  const count = random.chance(0.06) ? random.between(2, 4) : 1
  return Array.from(
    { length: count },
    () => `${random.pick(WORDS)}_${random.integer(1_000_000).toString(36)}_${ending}`,
  )
}

const WORDS = [
  'amber',
  'birch',
  'cedar',
  'delta',
  'ember',
  'fjord',
  'grove',
  'harbor',
  'indigo',
  'juniper',
  'kite',
  'lagoon',
  'maple',
  'nimbus',
  'opal',
  'prairie',
  'quartz',
  'raven',
  'sierra',
  'tundra',
  'umbra',
  'violet',
  'willow',
  'zephyr',
] as const
