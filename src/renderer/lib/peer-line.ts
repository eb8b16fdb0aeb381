import type { Peer } from '../../shared/contract/peers.ts'

/** Why there is no line for a peer. */
export const NO_HASH_TEXT = 'Its access hash is not stored, and Telegram asks for one.'

/**
 * A peer as a line of code for the library the session belongs to, ready to be used in a call.
 * null when a user or channel has no access hash.
 */
export function peerLine(library: string | null, peer: Peer): string | null {
  const fields = fieldsOf(peer)
  if (fields === null) return null
  const type = { user: 'InputPeerUser', chat: 'InputPeerChat', channel: 'InputPeerChannel' }[peer.kind]
  if (library === null || library.startsWith('telethon')) {
    return `${type}(${fields.map(([name, value]) => `${name}=${value}`).join(', ')})`
  }
  // The Pyrogram family keeps raw types apart from its own.
  return `raw.types.${type}(${fields.map(([name, value]) => `${name}=${value}`).join(', ')})`
}

function fieldsOf(peer: Peer): readonly (readonly [string, string])[] | null {
  // Basic groups need no hash.
  if (peer.kind === 'chat') return [['chat_id', peer.id]]
  if (peer.accessHash === null) return null
  return [
    [peer.kind === 'user' ? 'user_id' : 'channel_id', peer.id],
    ['access_hash', peer.accessHash],
  ]
}
