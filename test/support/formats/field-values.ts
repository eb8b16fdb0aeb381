import { toHex } from '../../../src/main/bytes/hex.ts'
import type { Peer } from '../../../src/main/domain/peer.ts'
import { collect, type DataCenter, type Field, homeOf, type Session } from '../../../src/main/domain/session.ts'

/** Every field of a session as a value that can be compared. Keys are random, so they may show in a failed test. */
export async function fieldValues(session: Session): Promise<Record<Field, unknown>> {
  const home = homeOf(session)
  const others = session.dataCenters.filter((dc) => dc !== home).toSorted(byPlace)
  const all = session.dataCenters.toSorted(byPlace)
  const peers = (await collect(session.peers)).toSorted((a, b) => (peerKey(a) < peerKey(b) ? -1 : 1))
  const states = (await collect(session.channelStates)).toSorted((a, b) => (a.channelId < b.channelId ? -1 : 1))
  const files = (await collect(session.sentFiles)).toSorted((a, b) => (toHex(a.md5) < toHex(b.md5) ? -1 : 1))
  const contexts = (await collect(session.minContexts)).map((one) =>
    [one.peerKind, one.peerId, one.chatKind, one.chatId, one.messageId].join(' '),
  )
  const each = (pick: (peer: Peer) => unknown): unknown[] => peers.map((peer) => [peerKey(peer), pick(peer)])
  return {
    dc: home?.id,
    address: [home?.address, home?.port],
    'test-mode': session.test,
    'dc-flags': all.map((dc) => [place(dc), dc.flags ?? 0]),
    'auth-key': home?.authKey && toHex(home.authKey.open()),
    'temporary-key': session.temporaryKey && toHex(session.temporaryKey.open()),
    salts: all.flatMap((dc) => (dc.salt === undefined ? [] : [[place(dc), toHex(dc.salt.open())]])),
    'time-offsets': all.flatMap((dc) => (dc.timeOffset === undefined ? [] : [[place(dc), dc.timeOffset]])),
    'user-id': session.account?.id,
    'is-bot': session.account?.isBot,
    'account-username': session.account?.username,
    'account-extra-usernames': session.account?.extraUsernames ?? [],
    'account-phone': session.account?.phone,
    'account-premium': session.account?.isPremium ?? false,
    'api-id': session.apiId,
    'update-state': session.updateState && [session.updateState.pts, session.updateState.date],
    'update-state-qts-seq': session.updateState && [session.updateState.qts, session.updateState.seq],
    'channel-states': states.map((state) => [state.channelId, state.pts]),
    'channel-state-dates': states.map((state) => [state.date, state.seq, state.qts]),
    peers: each((peer) => peer.accessHash),
    'peer-types': each((peer) => peer.type),
    'peer-names': each((peer) => peer.name),
    'peer-usernames': each((peer) => peer.usernames[0] ?? null),
    'peer-extra-usernames': each((peer) => peer.usernames),
    'peer-phones': each((peer) => peer.phone),
    'peer-dates': each((peer) => peer.updatedAt),
    'peer-min-marks': each((peer) => peer.isMin === true),
    'peer-objects': each((peer) => peer.native && [peer.native.library, toHex(peer.native.bytes)]),
    'min-contexts': contexts.toSorted(),
    'sent-files': files.map((file) => ({ ...file, md5: toHex(file.md5) })),
    'takeout-id': session.takeoutId,
    'saved-at': session.savedAt,
    'future-auth-token': session.futureAuthToken && toHex(session.futureAuthToken.open()),
    'other-data-centers': others.map((dc) => [dc.id, dc.address, dc.port]),
    'other-keys': others.map((dc) => [dc.id, dc.authKey && toHex(dc.authKey.open())]),
  }
}

export function peerKey(peer: Pick<Peer, 'kind' | 'id'>): string {
  return `${peer.kind} ${peer.id}`
}

function place(dc: DataCenter): string {
  return `${dc.id} ${dc.address}`
}

function byPlace(a: DataCenter, b: DataCenter): number {
  return place(a) < place(b) ? -1 : 1
}
