import { createHash } from 'node:crypto'
import { markedId, type Peer } from '../../../src/main/domain/peer.ts'

/**
 * What manifests say of all peers of an entry: SHA-256 over one line of JSON each.
 * @param orderId by which the lines are sorted; the marked id where the file stores no other
 */
export function peerDigest(
  peers: readonly Peer[],
  orderId: (peer: Peer) => bigint = ({ kind, id }) => markedId(kind, id),
): string {
  const lines = peers
    .toSorted((a, b) => (orderId(a) < orderId(b) ? -1 : 1))
    .map(({ kind, id, accessHash, usernames, phone, name }) =>
      JSON.stringify([kind, String(id), accessHash === null ? null : String(accessHash), usernames, phone, name]),
    )
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}
