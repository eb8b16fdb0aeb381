import { isIpv6, normalizeIp } from '../../bytes/ip.ts'
import { AppError } from '../../domain/errors.ts'
import type { Peer } from '../../domain/peer.ts'
import {
  type Collection,
  type DataCenter,
  DC_FLAGS,
  homeOf,
  type MinContext,
  type Session,
  type UpdateState,
} from '../../domain/session.ts'
import { endpointOf } from '../address.ts'
import type { EncodeOptions } from '../format.ts'
import { requireKey, requirePlace } from '../write-checks.ts'
import { isOddAddress, joinAddress } from './address-text.ts'
import type {
  ChannelKind,
  FerogramShape,
  StoredDc,
  StoredFerogram,
  StoredMinPeer,
  StoredPeer,
  StoredState,
} from './stored.ts'

/**
 * The session as the library would hold it, reduced to what the shape has a place for.
 * @throws AppError session.no-key, format.missing-field, format.not-writable
 */
export async function storedFrom(
  session: Session,
  shape: FerogramShape,
  formatId: string,
  options: Pick<EncodeOptions, 'onDropped'> = {},
): Promise<StoredFerogram> {
  const { homeDcId, dcs } = dcsFrom(session, shape, formatId, options)
  const state = stateFrom(session.updateState, formatId)
  const channels = await mapped(session.channelStates, ({ channelId, pts }) => ({
    id: channelId,
    pts: counter(pts, formatId),
  }))
  const left = leftOut(shape)
  const peers = await mapped(session.peers, (peer) => left.peer(peer, storedPeerFrom(peer, shape)))
  const minPeers = shape.minPeers
    ? await mapped(session.minContexts, (context) => left.context(storedMinPeerFrom(context)))
    : []
  left.report(options.onDropped)
  const token = shape.token ? (session.futureAuthToken ?? null) : null
  return { homeDcId, dcs, state, channels, peers, minPeers, token }
}

/** Counts what the library has no entry for. */
export function leftOut(shape: FerogramShape): {
  peer<T>(peer: Peer, stored: T | null): T | null
  context<T>(stored: T | null): T | null
  report(onDropped: EncodeOptions['onDropped']): void
} {
  const counts = { groups: 0, users: 0, contexts: 0 }
  return {
    peer: (peer, stored) => {
      if (stored === null) counts[peer.kind === 'chat' ? 'groups' : 'users'] += 1
      return stored
    },
    context: (stored) => {
      if (stored === null) counts.contexts += 1
      return stored
    },
    report: (onDropped) => {
      if (counts.groups > 0 && !shape.chats) onDropped?.('peers', counts.groups, NO_GROUPS)
      if (counts.users > 0) onDropped?.('peers', counts.users, ONLY_MIN)
      if (counts.contexts > 0) onDropped?.('min-contexts', counts.contexts, ONLY_USERS)
    },
  }
}

const NO_GROUPS = 'basic groups would pass for users in this version, and need no access hash'
const ONLY_MIN = 'users known in min form only are found by their messages (min contexts), not by an access hash'
const ONLY_USERS = 'ferogram keeps such messages of users alone'

async function mapped<A, B>(collection: Collection<A>, one: (item: A) => B | null): Promise<B[]> {
  const items: B[] = []
  for await (const batch of collection.batches()) {
    for (const item of batch) {
      const made = one(item)
      if (made !== null) items.push(made)
    }
  }
  return items
}

/** In the order they came in, but the home entry before every other of its DC: the library takes the first. */
export function dcsFrom(
  session: Session,
  shape: Pick<FerogramShape, 'flags'>,
  formatId: string,
  options: Pick<EncodeOptions, 'onDropped'> = {},
): { homeDcId: number; dcs: readonly StoredDc[] } {
  const found = homeOf(session)
  requireKey(found)
  const home = requirePlace(found, formatId)
  const others = session.dataCenters.filter((dc) => dc !== home)
  const firstOfHome = session.dataCenters.findIndex(({ id }) => id === home.id)
  const ordered = [...others.slice(0, firstOfHome), home, ...others.slice(firstOfHome)]
  const dcs = ordered.flatMap((dc) => storedDcFrom(dc, dc === home, session, shape, formatId) ?? [])
  const dropped = ordered.length - dcs.length
  if (dropped > 0) {
    options.onDropped?.(
      'other-data-centers',
      dropped,
      'no address is known, or it is of a kind this version has no flags for',
    )
  }
  return { homeDcId: home.id, dcs }
}

/** Addresses with one of these flags would pass for ordinary ones where the version has no flags. */
const SPECIAL = DC_FLAGS.media | DC_FLAGS.obfuscatedOnly | DC_FLAGS.cdn

function storedDcFrom(
  dc: DataCenter,
  isHome: boolean,
  session: Session,
  shape: Pick<FerogramShape, 'flags'>,
  formatId: string,
): StoredDc | null {
  if (!isHome && (dc.id < 1 || (!shape.flags && ((dc.flags ?? 0) & SPECIAL) !== 0))) return null
  const address = addressOf(dc, isHome ? session.test : dc.address === null ? session.test : null)
  if (address === null) {
    if (isHome) throw new AppError('format.missing-field', { format: formatId, field: 'address' })
    if (dc.authKey === null) return null
    throw new AppError('format.not-writable', { format: formatId, reason: `no address of DC ${dc.id} is known` })
  }
  const ipv6Flag = isIpv6(normalizeIp(address.host) ?? '') ? DC_FLAGS.ipv6 : 0
  return {
    id: dc.id,
    address: address.text,
    isWholeAddress: true,
    authKey: dc.authKey,
    salt: saltOf(dc),
    timeOffset: Math.trunc(dc.timeOffset ?? 0),
    flags: shape.flags ? ((dc.flags ?? 0) & 0xff) | ipv6Flag : null,
  }
}

function addressOf(dc: DataCenter, test: boolean | null): { host: string; text: string } | null {
  if (dc.address !== null && dc.port === null && isOddAddress(dc.address)) return { host: '', text: dc.address }
  const endpoint = endpointOf(dc, test)
  return endpoint === null ? null : { host: endpoint.address, text: joinAddress(endpoint.address, endpoint.port) }
}

function saltOf(dc: DataCenter): bigint {
  const bytes = dc.salt?.open()
  if (bytes?.byteLength !== 8) return 0n
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0, true)
}

/** Zeros are the library's word for none. */
export function stateFrom(state: UpdateState | null, formatId: string): StoredState {
  return {
    pts: counter(state?.pts ?? null, formatId),
    qts: counter(state?.qts ?? null, formatId),
    date: counter(state?.date ?? null, formatId),
    seq: counter(state?.seq ?? null, formatId),
  }
}

/** A signed 32-bit number; the fraction of a date is cut off. */
export function counter(value: number | null, formatId: string): number {
  const whole = Math.floor(value ?? 0)
  if (whole >= -(2 ** 31) && whole < 2 ** 31) return whole
  throw new AppError('format.not-writable', {
    format: formatId,
    reason: 'an update counter is larger than the 32 bits the format has room for',
  })
}

const CHANNEL_KINDS: Readonly<Partial<Record<NonNullable<Peer['type']>, ChannelKind>>> = {
  channel: 0,
  supergroup: 1,
  // Both are supergroups to the protocol.
  forum: 1,
  direct: 1,
  gigagroup: 2,
}

/**
 * The peer as the library keeps it. Null for one it has no entry for: a user known in min form only (its context is what
 * the library keeps) and, before version 5, a basic group, which needs no access hash and would pass for a user.
 */
export function storedPeerFrom(peer: Peer, shape: FerogramShape): StoredPeer | null {
  const { id } = peer
  if (peer.kind === 'chat') return shape.chats ? { id, accessHash: 0n, form: 'chat', channelKind: null } : null
  // The hash of a min form is good for nothing without its message, and the library would take it for a full one.
  const accessHash = peer.isMin === true ? 0n : (peer.accessHash ?? 0n)
  if (peer.kind === 'user') {
    return peer.isMin === true ? null : { id, accessHash, form: 'user', channelKind: null }
  }
  if (peer.type === 'community' && shape.communities) return { id, accessHash, form: 'community', channelKind: null }
  const kind = peer.type === null ? undefined : CHANNEL_KINDS[peer.type]
  return { id, accessHash, form: 'channel', channelKind: shape.channelKinds ? (kind ?? null) : null }
}

/** Null for what the library has no place for: contexts of anything but users. */
export function storedMinPeerFrom(context: MinContext): StoredMinPeer | null {
  if (context.peerKind !== 'user') return null
  return { userId: context.peerId, peerId: context.chatId, messageId: context.messageId }
}
