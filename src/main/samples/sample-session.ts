import { defaultAddress } from '../domain/data-centers.ts'
import { Secret } from '../domain/secret.ts'
import {
  type Account,
  type ChannelState,
  collectionOf,
  type DataCenter,
  emptySession,
  type MinContext,
  type Session,
} from '../domain/session.ts'
import { AUTH_KEY_BYTE_LENGTH } from '../domain/key-id.ts'
import type { Peer } from '../domain/peer.ts'
import { PEOPLE } from './sample-names.ts'
import { samplePeers, samplePhone } from './sample-peers.ts'
import type { SeededRandom } from './seeded-random.ts'

/** What a made-up session is to be like. */
export interface SampleWish {
  /** Name of the account's file: a bot's @username follows from it. */
  readonly name: string
  readonly isBot: boolean
  readonly peers: number
  readonly loggedIn: boolean
  /** Its id is of the time when 31 bits were enough. */
  readonly isOldAccount?: boolean
}

const YEAR_SECONDS = 31_536_000
const SAMPLE_API_IDS = [10_001, 20_480, 31_337, 94_575, 1_025_907] as const

/**
 * A whole session of invented data. Its key is bytes of the seeded generator: no server ever saw it, and the file it
 * gets into is worthless to anyone.
 */
export function sampleSession(random: SeededRandom, wish: SampleWish, nowSeconds: number): Session {
  const test = random.chance(0.04)
  const dcId = test ? random.between(1, 3) : random.pick([1, 2, 2, 2, 3, 4, 4, 4, 5, 5])
  const place = defaultAddress(dcId, test, random.chance(0.03) ? 'ipv6' : 'ipv4') ?? defaultAddress(2, false)
  // Half of them were used within the last day, some not for years.
  const lastUsed = nowSeconds - (random.chance(0.5) ? random.integer(86_400) : random.integer(3 * YEAR_SECONDS))
  const home: DataCenter = {
    id: dcId,
    address: place?.address ?? null,
    port: place?.port ?? null,
    authKey: new Secret(random.bytes(AUTH_KEY_BYTE_LENGTH)),
    home: true,
    ...(random.chance(0.5) ? { salt: new Secret(random.bytes(8)), timeOffset: random.between(-3, 3) } : {}),
  }
  const session = {
    ...emptySession(),
    dataCenters: [home, ...(wish.loggedIn ? otherDataCenters(random, home, test) : [])],
    test,
    apiId: random.pick(SAMPLE_API_IDS),
    savedAt: lastUsed,
  }
  if (!wish.loggedIn) return session
  const peerSeed = random.integer(2 ** 31)
  const account = sampleAccount(random, wish)
  return {
    ...session,
    account,
    updateState: {
      pts: random.between(40, 900_000),
      qts: random.chance(0.7) ? 0 : random.between(1, 300),
      date: lastUsed,
      seq: wish.isBot ? 0 : random.between(1, 4000),
    },
    channelStates: collectionOf(channelStates(random, wish.peers, lastUsed)),
    minContexts: collectionOf(minContexts(random, wish.peers)),
    peers: samplePeers(peerSeed, wish.peers, lastUsed, ownPeer(random, account, wish, lastUsed)),
  }
}

/** Where the account's own DC is not enough (files lie in others), with keys and salts of their own. */
function otherDataCenters(random: SeededRandom, home: DataCenter, test: boolean): DataCenter[] {
  const ids = random.chance(0.4) ? [1, 2, 3, 4, 5].filter((id) => id !== home.id && random.chance(0.5)) : []
  return ids.flatMap((id) => {
    const place = defaultAddress(id, test)
    if (place === null) return []
    const authKey = new Secret(random.bytes(AUTH_KEY_BYTE_LENGTH))
    return [{ id, ...place, authKey, home: false, flags: 0, salt: new Secret(random.bytes(8)) }]
  })
}

function minContexts(random: SeededRandom, peers: number): MinContext[] {
  const count = Math.min(random.integer(12), Math.floor(peers / 10))
  return Array.from({ length: count }, () => ({
    peerKind: 'user',
    peerId: BigInt(random.between(100_000_000, 8_000_000_000)),
    chatKind: 'channel',
    chatId: BigInt(random.between(1_000_000_000, 2_600_000_000)),
    messageId: random.between(1, 900_000),
  }))
}

/** A login at a server of one's own: the server gives it a number, and there are no data centres. */
export function sampleForeignSession(random: SeededRandom, wish: SampleWish): Session {
  const authKey = new Secret(random.bytes(AUTH_KEY_BYTE_LENGTH))
  const home = { id: 0, address: null, port: null, authKey, home: true, salt: new Secret(random.bytes(8)) }
  const id = BigInt(random.between(1, 900))
  const account = { id, isBot: null, username: wish.name, phone: null }
  return { ...emptySession(), server: 'mtpylon', dataCenters: [home], account }
}

function sampleAccount(random: SeededRandom, wish: SampleWish): Account {
  const id = BigInt(random.between(120_000_000, wish.isOldAccount ? 2_100_000_000 : 7_900_000_000))
  const plain = wish.name.replaceAll(/[^a-z0-9_]/gi, '')
  const username = plain === '' ? `user_${random.integer(100_000)}` : plain
  if (wish.isBot) return { id, isBot: true, username, phone: null }
  return { id, isBot: false, username: random.chance(0.6) ? username : null, phone: samplePhone(random) }
}

function ownPeer(random: SeededRandom, account: Account, wish: SampleWish, updatedAt: number): Peer {
  return {
    kind: 'user',
    type: wish.isBot ? 'bot' : 'user',
    id: account.id,
    accessHash: random.int64(),
    usernames: account.username === null ? [] : [account.username],
    phone: account.phone,
    name: displayName(wish.name),
    updatedAt,
  }
}

/** What the account behind a file of this name is called. */
export function displayName(name: string): string {
  return PEOPLE.find(([file]) => name === file || name.startsWith(`${file}_`))?.[1] ?? titleOf(name)
}

/** `price_watch_bot` as a bot would call itself: "Price watch". */
function titleOf(name: string): string {
  const words = name.replace(/_bot$/, '').replaceAll('_', ' ')
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

function channelStates(random: SeededRandom, peers: number, lastUsed: number): ChannelState[] {
  const count = Math.min(random.integer(40), Math.floor(peers / 8))
  const ids = new Set(Array.from({ length: count }, () => BigInt(random.between(1_000_000_000, 2_600_000_000))))
  return [...ids].map((channelId) => ({
    channelId,
    pts: random.between(1, 60_000),
    date: lastUsed - random.integer(86_400),
    seq: 0,
    qts: 0,
  }))
}
