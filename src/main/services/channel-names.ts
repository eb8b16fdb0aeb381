import { markedId } from '../domain/peer.ts'
import type { ChannelState } from '../domain/session.ts'
import type { SessionStore } from '../sources/session-store.ts'

/** Names of channels by bare id, from the peers of the same session. Unknown ones are left out. */
export async function channelNames(
  store: SessionStore,
  key: string,
  states: readonly ChannelState[],
): Promise<ReadonlyMap<bigint, string>> {
  const names = new Map<bigint, string>()
  for (const { channelId } of states) {
    const page = await store.peers(key, {
      search: String(markedId('channel', channelId)),
      kind: 'channel',
      sort: 'id',
      direction: 'asc',
      offset: 0,
      limit: 1,
    })
    const peer = page.peers.find(({ id }) => id === channelId)
    const name = peer?.name ?? (peer?.usernames[0] === undefined ? null : `@${peer.usernames[0]}`)
    if (name !== null) names.set(channelId, name)
  }
  return names
}
