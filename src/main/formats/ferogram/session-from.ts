import { normalizeIp } from '../../bytes/ip.ts'
import { dcOfAddress } from '../../domain/data-centers.ts'
import type { Peer, PeerType } from '../../domain/peer.ts'
import type { Problem } from '../../domain/problem.ts'
import { Secret } from '../../domain/secret.ts'
import {
  type ChannelState,
  collectionOf,
  type DataCenter,
  emptySession,
  type MinContext,
  type Session,
  type UpdateState,
} from '../../domain/session.ts'
import { splitAddress } from './address-text.ts'
import type { StoredChannel, StoredDc, StoredFerogram, StoredMinPeer, StoredPeer, StoredState } from './stored.ts'

/** The neutral session of a stored one; what is odd about it goes to `problems`. */
export function sessionFrom(stored: StoredFerogram, problems: Problem[]): Session {
  return {
    ...emptySession(),
    ...placesFrom(stored, problems),
    updateState: updateStateFrom(stored.state),
    channelStates: collectionOf(stored.channels.map(channelStateFrom)),
    peers: collectionOf(stored.peers.map(peerFrom)),
    minContexts: collectionOf(stored.minPeers.map(minContextFrom)),
    ...(stored.token === null ? {} : { futureAuthToken: stored.token }),
  }
}

/** The data centres, one of them home, and whether they are the test servers. */
export function placesFrom(
  stored: { readonly homeDcId: number | null; readonly dcs: readonly StoredDc[] },
  problems: Problem[],
): Pick<Session, 'dataCenters' | 'test'> {
  const found = stored.dcs.map((dc) => dataCenterFrom(dc, problems))
  const ofHome = found.filter(({ id }) => id === stored.homeDcId)
  // The library takes the first entry of the home DC, and only that.
  const first = ofHome[0]
  const home = ofHome.find(({ authKey }) => authKey !== null) ?? first
  if (home !== undefined && home !== first) {
    problems.push({
      code: 'ferogram.home-without-key',
      message: `The first address of DC ${home.id} has no key, and ferogram looks at no other, so it would ask for a new login. Export the session to repair it: the address with the key is written first.`,
    })
  }
  const dataCenters = found.map((dc) => (dc === home ? { ...dc, home: true } : dc))
  if (home === undefined && stored.homeDcId !== null && stored.homeDcId > 0) {
    dataCenters.unshift({ id: stored.homeDcId, address: null, port: null, authKey: null, home: true })
  }
  problems.push(...keyProblems(dataCenters))
  const owner = home?.address == null ? null : dcOfAddress(home.address)
  if (home !== undefined && owner !== null && owner.dcId !== home.id) {
    problems.push({
      code: 'ferogram.stale-address',
      message: `The session holds a key of DC ${home.id} but the address of DC ${owner.dcId}. An export writes the address of DC ${home.id} instead.`,
    })
  }
  return { dataCenters, test: owner?.test ?? null }
}

function keyProblems(dataCenters: readonly DataCenter[]): Problem[] {
  const home = dataCenters.find((dc) => dc.home)
  if (home === undefined || home.authKey !== null) return []
  const others = dataCenters.filter((dc) => dc.authKey !== null).map((dc) => dc.id)
  return [
    {
      code: 'session.no-key',
      message:
        others.length === 0
          ? 'The session holds no login: a client made it but never logged in, or logged out. Nothing can be exported from it.'
          : `The session says the account lives in DC ${home.id} but holds no key of it, only of DC ${[...new Set(others)].join(', ')}. Log in again, or take a backup of the session.`,
    },
  ]
}

function dataCenterFrom(dc: StoredDc, problems: Problem[]): DataCenter {
  const endpoint = splitAddress(dc.address, dc.flags)
  if (endpoint === null || !dc.isWholeAddress) {
    problems.push({
      code: 'ferogram.odd-address',
      message: `The address of DC ${dc.id} is not a host and a port, so ferogram cannot connect to it. It is shown as it stands; ${dc.address === '' || normalizeIp(dc.address) !== null ? 'an export completes it' : 'give the address when you export the session'}.`,
    })
  }
  if (dc.authKey === 'damaged') {
    problems.push({
      code: 'session.damaged-key',
      message: `The auth key of DC ${dc.id} does not have 256 bytes and is of no use. Restore the session from a backup, or log in again.`,
    })
  }
  return {
    id: dc.id,
    address: endpoint?.address ?? (dc.address === '' ? null : (normalizeIp(dc.address) ?? dc.address)),
    port: endpoint?.port ?? null,
    authKey: dc.authKey === 'damaged' ? null : dc.authKey,
    home: false,
    ...(dc.flags === null ? {} : { flags: dc.flags }),
    ...(dc.salt === 0n ? {} : { salt: saltFrom(dc.salt) }),
    // 0 is what the library puts where it knows nothing.
    ...(dc.timeOffset === 0 ? {} : { timeOffset: dc.timeOffset }),
  }
}

/** Eight bytes, little-endian. */
export function saltFrom(value: bigint): Secret {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigInt64(0, value, true)
  return new Secret(bytes)
}

/** All zero is what the library starts with: none. */
export function updateStateFrom(state: StoredState | null): UpdateState | null {
  if (state === null || (state.pts === 0 && state.qts === 0 && state.date === 0 && state.seq === 0)) return null
  return { pts: state.pts, qts: state.qts, date: state.date, seq: state.seq }
}

export function channelStateFrom({ id, pts }: StoredChannel): ChannelState {
  return { channelId: id, pts, date: null, seq: null, qts: null }
}

const CHANNEL_TYPES: readonly PeerType[] = ['channel', 'supergroup', 'gigagroup']

export function peerFrom({ id, accessHash, form, channelKind }: StoredPeer): Peer {
  const isChannel = form === 'channel' || form === 'community'
  return {
    kind: isChannel ? 'channel' : form === 'chat' ? 'chat' : 'user',
    type: typeFrom(form, channelKind),
    id,
    accessHash,
    usernames: [],
    phone: null,
    name: null,
    updatedAt: null,
    // The library loads a channel without hash as one it has only seen.
    ...(isChannel && accessHash === 0n ? { isMin: true as const } : {}),
  }
}

function typeFrom(form: StoredPeer['form'], channelKind: StoredPeer['channelKind']): PeerType | null {
  if (form === 'community') return 'community'
  if (form === 'chat') return 'group'
  return form === 'channel' && channelKind !== null ? (CHANNEL_TYPES[channelKind] ?? null) : null
}

/** The library keeps the bare id of the chat alone. */
export function minContextFrom({ userId, peerId, messageId }: StoredMinPeer): MinContext {
  return { peerKind: 'user', peerId: userId, chatKind: null, chatId: peerId, messageId }
}
