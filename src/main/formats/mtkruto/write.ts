import { byteWriter } from '../../bytes/writer.ts'
import { AppError } from '../../domain/errors.ts'
import { markedId, type Peer, type PeerType } from '../../domain/peer.ts'
import { homeOf, type Session } from '../../domain/session.ts'
import type { EncodeOptions } from '../format.ts'
import { saltNumber } from '../salt.ts'
import { requireKey } from '../write-checks.ts'
import type { Coded, CodedObject } from './coded.ts'
import type { KeyPart } from './entries.ts'
import { dcNameOf, MAX_USER_ID } from './place.ts'
import { packRuns } from './rle.ts'

const UPDATES_STATE = 0xa56c2a3e

/**
 * Keys and values of a storage of 0.90 and later.
 * @throws AppError session.no-key, format.missing-field, format.not-writable
 */
export async function* storeValues(
  session: Session,
  { nowSeconds }: EncodeOptions,
  format: string,
): AsyncGenerator<readonly [key: readonly KeyPart[], value: Coded]> {
  const authKey = requireKey(homeOf(session))
  const { name, dc } = dcNameOf(session, format)
  const { account } = session
  if (account === null) throw new AppError('format.missing-field', { format, field: 'user-id' })
  if (account.isBot === null) throw new AppError('format.missing-field', { format, field: 'is-bot' })
  if (account.id < 1n || account.id > MAX_USER_ID) {
    throw new AppError('format.not-writable', { format, reason: 'the user id is not a possible one' })
  }
  const auth: [string, Coded][] = [
    // 0 is the library's own word for none.
    ['apiId', session.apiId ?? 0],
    ['authKey', authKey.open()],
    ['dc', name],
    ['isBot', account.isBot],
    ['userId', Number(account.id)],
  ]
  yield [['auth'], new Map(auth)]
  if (account.isPremium !== undefined) yield [['auth.isPremium'], account.isPremium]
  const salt = saltNumber(dc)
  if (salt !== 0n) yield [['session.serverSalt'], salt]
  const { updateState } = session
  if (updateState?.pts != null && updateState.date !== null) {
    const { pts, qts, date, seq } = updateState
    const writer = byteWriter().u32le(UPDATES_STATE)
    for (const value of [pts, qts ?? 0, Math.trunc(date), seq ?? 0, 0]) writer.i32le(value)
    yield [['updates.state'], ['updates.state', packRuns(writer.done())]]
  }
  for await (const states of session.channelStates.batches()) {
    for (const { channelId, pts } of states) if (pts !== null) yield [['channelPts', channelId], pts]
  }
  const now = new Date(nowSeconds * 1000)
  for await (const contexts of session.minContexts.batches()) {
    for (const one of contexts) {
      const sender = Number(markedId(one.peerKind, one.peerId))
      // Peers in min form are met in channels and supergroups.
      const chatId = Number(markedId(one.chatKind ?? 'channel', one.chatId))
      const reference: [string, Coded][] = [
        ['chatId', chatId],
        ['messageId', one.messageId],
      ]
      yield [
        ['cache.minPeerReferences', sender, chatId],
        [new Map(reference), now],
      ]
    }
  }
  for await (const peers of session.peers.batches()) {
    for (const peer of peers) yield* peerValues(peer, now)
  }
}

function* peerValues(peer: Peer, now: Date): Generator<readonly [key: readonly KeyPart[], value: Coded]> {
  const id = Number(markedId(peer.kind, peer.id))
  const date = peer.updatedAt === null ? now : new Date(Math.round(peer.updatedAt * 1000))
  yield [
    ['peers', id],
    [objectOf(peer, id), peer.accessHash ?? 0n],
  ]
  for (const username of peer.usernames)
    yield [
      ['usernames', username],
      [id, date],
    ]
  if (peer.phone !== null)
    yield [
      ['phoneNumbers', peer.phone],
      [id, date],
    ]
}

/** The members that the library always sets, as it sets them for a peer it knows nothing more of. */
function objectOf(peer: Peer, id: number): CodedObject {
  const no = (...names: readonly string[]): [string, Coded][] => names.map((name) => [name, false])
  const type = storedType(peer)
  const members: [string, Coded][] = [
    ['id', id],
    [
      'type',
      type === 'user' || type === 'bot' ? 'private' : type === 'forum' || type === 'direct' ? 'supergroup' : type,
    ],
  ]
  const color: [string, Coded] = ['color', Number(peer.id % 7n)]
  const [username, ...also] = peer.usernames
  const names: [string, Coded][] = [
    ...(username === undefined ? [] : [['username', username] as [string, Coded]]),
    ...(also.length === 0 ? [] : [['also', also] as [string, Coded]]),
  ]
  if (peer.kind === 'user') {
    members.push(['isBot', type === 'bot'], color, ['firstName', peer.name ?? ''], ...names)
    if (peer.phone !== null) members.push(['phoneNumber', peer.phone])
    members.push(...no('isSelf', 'isDeleted', 'isContact', 'isMutualContact', 'isCloseFriend', 'isScam', 'isFake'))
    members.push(...no('isPremium', 'isVerified', 'isSupport', 'isRestricted'))
    return new Map(members)
  }
  members.push(color, ['title', peer.name ?? ''])
  if (peer.kind === 'chat') members.push(...no('isCreator'))
  else members.push(...no('isScam', 'isFake', 'isVerified', 'isRestricted'))
  if (type === 'supergroup' || type === 'forum' || type === 'direct') {
    members.push(['isForum', type === 'forum'], ['isDirectMessagesChat', type === 'direct'])
  }
  return new Map([...members, ...names])
}

/** The library has no words for gigagroups and communities, and one for each peer. */
function storedType({ type, kind }: Peer): PeerType {
  if (type === 'gigagroup' || type === 'community') return 'supergroup'
  return type ?? (kind === 'chat' ? 'group' : kind)
}
