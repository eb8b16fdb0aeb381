import { fromMarkedId, markedId, type Peer } from '../../domain/peer.ts'
import { bytesOf, integerOf, numberOf, textOf } from '../cells.ts'
import type { Cell, Row } from '../media.ts'
import { tlPeerFrom } from '../tl-peers.ts'

/**
 * A row of `peers`; of `entities` in old files, where one bare username stands for the list.
 * @param row id, hash, usernames, updated, phone, complete, isMin
 */
export function peerFromRow(row: Row): Peer | null {
  const stored = integerOf(row[0])
  if (stored === null || stored === 0n) return null
  const place = fromMarkedId(stored)
  const complete = bytesOf(row[5])
  const parsed = complete === null ? null : tlPeerFrom(complete, place.kind)
  const object = parsed?.id === place.id ? parsed : null
  const isMin = integerOf(row[6]) === 1n
  const hash = hashFrom(textOf(row[1]))
  const updated = numberOf(row[3])
  return {
    ...place,
    type: object?.type ?? null,
    // 0 stands in the place of a hash that nobody knows, and for basic groups in old files.
    accessHash: hash === 0n && (isMin || place.kind === 'chat') ? null : hash,
    usernames: usernamesFrom(textOf(row[2])),
    phone: textOf(row[4]),
    name: object?.name ?? null,
    updatedAt: updated === null || updated === 0 ? null : updated / 1000,
    ...(isMin ? { isMin } : {}),
    ...(complete === null || complete.byteLength === 0 ? {} : { native: { library: 'mtcute', bytes: complete } }),
  }
}

/** @returns id, hash, usernames, updated, phone, complete, isMin */
export function rowFromPeer(peer: Peer): Cell[] {
  const isMin = peer.isMin === true || (peer.kind !== 'chat' && peer.accessHash === null)
  return [
    markedId(peer.kind, peer.id),
    peer.kind === 'chat' ? '' : hashText(peer.accessHash ?? 0n),
    JSON.stringify(peer.usernames),
    BigInt(Math.round((peer.updatedAt ?? 0) * 1000)),
    peer.phone,
    peer.native?.library === 'mtcute' ? peer.native.bytes : null,
    isMin ? 1n : 0n,
  ]
}

/** "low|high", both halves as signed decimals; empty for basic groups ("0|0" in old files). */
function hashFrom(text: string | null): bigint | null {
  const halves = /^(-?\d{1,10})\|(-?\d{1,10})$/.exec(text ?? '')
  if (halves === null) return null
  return BigInt.asIntN(64, (BigInt(halves[2] ?? 0) << 32n) | BigInt.asUintN(32, BigInt(halves[1] ?? 0)))
}

function hashText(hash: bigint): string {
  return `${BigInt.asIntN(32, hash)}|${BigInt.asIntN(32, hash >> 32n)}`
}

function usernamesFrom(text: string | null): readonly string[] {
  if (text === null) return []
  if (!text.startsWith('[')) return [text.toLowerCase()]
  try {
    const names: unknown = JSON.parse(text)
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string' && name !== '') : []
  } catch {
    return []
  }
}
