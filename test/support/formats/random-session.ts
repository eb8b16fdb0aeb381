import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { defaultAddress } from '../../../src/main/domain/data-centers.ts'
import type { Peer, PeerType } from '../../../src/main/domain/peer.ts'
import { Secret } from '../../../src/main/domain/secret.ts'
import {
  type ChannelState,
  collectionOf,
  type DataCenter,
  type MinContext,
  type SentFile,
  type Session,
} from '../../../src/main/domain/session.ts'

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
/** Bare ids as Telegram gives them; those of basic groups stay well below the mark of channels. */
const bareId = fc.bigInt({ min: 1n, max: 2n ** 40n - 1n })
const groupId = fc.bigInt({ min: 1n, max: 10n ** 11n })
const counter = fc.nat({ max: 2 ** 31 - 1 })
const seconds = fc.integer({ min: 1, max: 2_000_000_000 })
const username = fc.stringMatching(/^[a-z][a-z0-9_]{3,20}$/)
const name = fc.oneof(
  fc.string({ minLength: 1, maxLength: 40 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.constantFrom('=1+1', '<b>x</b>', '\u202Eabc', "O'Brien; DROP TABLE entities", 'Ж'.repeat(255)),
)

function peerOf(kind: Peer['kind'], types: readonly (PeerType | null)[]): fc.Arbitrary<Peer> {
  return fc.record({
    kind: fc.constant(kind),
    type: fc.constantFrom(...types),
    id: kind === 'chat' ? groupId : bareId,
    accessHash: kind === 'chat' ? fc.constant(0n) : int64,
    usernames: fc.uniqueArray(username, { maxLength: 3 }),
    phone: kind === 'user' ? fc.option(fc.stringMatching(/^[1-9]\d{6,14}$/)) : fc.constant(null),
    name: fc.option(name),
    updatedAt: fc.option(seconds),
  })
}

const peer = fc.oneof(
  peerOf('user', ['user', 'bot', null]),
  peerOf('chat', ['group', null]),
  peerOf('channel', ['channel', 'supergroup', 'forum', 'direct', 'community', null]),
)

const channelState: fc.Arbitrary<ChannelState> = fc.record({
  channelId: bareId,
  pts: counter,
  // With microseconds, as Telethon writes them.
  date: fc.oneof(
    seconds,
    seconds.map((whole) => whole + 0.073504),
  ),
  seq: counter,
  qts: counter,
})

const sentFile: fc.Arbitrary<SentFile> = fc.record({
  md5: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  size: fc.bigInt({ min: 0n, max: 2n ** 42n }),
  type: fc.constantFrom('document', 'photo'),
  id: int64,
  accessHash: int64,
})

const minContext: fc.Arbitrary<MinContext> = fc.record({
  peerKind: fc.constant('user' as const),
  peerId: bareId,
  chatKind: fc.constant('channel' as const),
  chatId: bareId,
  messageId: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
})

/** Not 0, which counts as none. */
const salt = fc
  .uint8Array({ minLength: 8, maxLength: 8 })
  .filter((bytes) => bytes.some((byte) => byte !== 0))
  .map((bytes) => new Secret(bytes))

/** What a session keeps of a data centre beside address and key. */
const dcExtras = fc.record(
  { salt, timeOffset: fc.integer({ min: -100_000, max: 100_000 }).filter((seconds) => seconds !== 0) },
  { requiredKeys: [] },
)

const otherDc = fc.record({ id: fc.integer({ min: 1, max: 5 }), hasKey: fc.boolean(), extras: dcExtras })

const place = fc.constantFrom(
  ...[1, 2, 3, 4, 5].map((id) => ({ id, test: false })),
  ...[1, 2, 3].map((id) => ({ id, test: true })),
)

/** A session that knows everything about itself, with a fresh random key. */
export const randomSession: fc.Arbitrary<Session> = fc
  .record({
    place,
    account: fc.record({ id: bareId, isBot: fc.boolean(), username: fc.constant(null), phone: fc.constant(null) }),
    dcExtras,
    otherDcs: fc.uniqueArray(otherDc, { maxLength: 3, selector: (dc) => dc.id }),
    minContexts: fc.uniqueArray(minContext, { maxLength: 4, selector: (one) => one.peerId }),
    futureAuthToken: fc.option(fc.uint8Array({ minLength: 1, maxLength: 40 })),
    apiId: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    updateState: fc.option(fc.record({ pts: counter, qts: counter, date: seconds, seq: counter })),
    takeoutId: fc.option(int64),
    savedAt: fc.option(seconds),
    channelStates: fc.uniqueArray(channelState, { maxLength: 8, selector: (state) => state.channelId }),
    peers: fc.uniqueArray(peer, { maxLength: 20, selector: (one) => `${one.kind} ${one.id}` }),
    sentFiles: fc.uniqueArray(sentFile, { maxLength: 4, selector: (file) => Buffer.from(file.md5).toString('hex') }),
  })
  .map(
    ({ place: { id, test }, dcExtras: extras, otherDcs, channelStates, peers, sentFiles, minContexts, ...drawn }) => {
      const { futureAuthToken, ...rest } = drawn
      const dc = (dcId: number, hasKey: boolean, home: boolean): DataCenter => {
        const own = defaultAddress(dcId, test)!
        return { id: dcId, ...own, authKey: hasKey ? new Secret(randomBytes(256)) : null, home }
      }
      const others = otherDcs.filter((other) => other.id !== id && defaultAddress(other.id, test) !== null)
      return {
        ...rest,
        ...(futureAuthToken === null ? {} : { futureAuthToken: new Secret(futureAuthToken) }),
        test,
        dataCenters: [
          { ...dc(id, true, true), ...extras },
          ...others.map((other) => ({ ...dc(other.id, other.hasKey, false), ...other.extras })),
        ],
        temporaryKey: null,
        channelStates: collectionOf(channelStates),
        peers: collectionOf(withDistinctUsernames(peers)),
        sentFiles: collectionOf(sentFiles),
        minContexts: collectionOf(minContexts),
      }
    },
  )

/** Telegram gives a username to one peer only, and Pyrofork's table keeps one row of each. */
function withDistinctUsernames(peers: readonly Peer[]): readonly Peer[] {
  const taken = new Set<string>()
  return peers.map((one) => {
    const usernames = one.usernames.filter((candidate) => !taken.has(candidate))
    for (const candidate of usernames) taken.add(candidate)
    return { ...one, usernames }
  })
}
