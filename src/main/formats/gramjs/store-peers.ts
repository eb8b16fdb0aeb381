import type { Peer } from '../../domain/peer.ts'
import type { Collection } from '../../domain/session.ts'
import type { FolderReader } from '../format.ts'
import type { PeerFile } from './store-names.ts'

/** Files opened at the same time. */
const PARALLEL_READS = 64
const MAX_CHAT_ID = 999_999_999_999n
const CHANNEL_MARK = 1_000_000_000_000n

/** The peers of one session: a file each, read when they are asked for. */
export function storePeers(folder: FolderReader, files: readonly PeerFile[]): Collection<Peer> {
  return {
    count: files.length,
    async *batches() {
      for (let start = 0; start < files.length; start += PARALLEL_READS) {
        const rows = await Promise.all(files.slice(start, start + PARALLEL_READS).map((file) => readRow(folder, file)))
        const peers = rows.flatMap((row) => (row === null ? [] : (peerFromRow(row) ?? [])))
        if (peers.length > 0) yield peers
      }
    },
  }
}

/** The row of a peer file, null where it is damaged or belongs to another session of the folder. */
export async function readRow(folder: FolderReader, { file, id }: PeerFile): Promise<readonly unknown[] | null> {
  const row = parsed(new TextDecoder().decode(await folder.read(file)))
  return Array.isArray(row) && String(row[0]) === id ? (row as readonly unknown[]) : null
}

/**
 * @param row marked id, access hash, username, phone, name, time in ms. Texts since 2.0; numbers, and a channel mark that
 * is added instead of glued to the id, in 1.x.
 */
function peerFromRow(row: readonly unknown[]): Peer | null {
  const marked = integerFrom(row[0])
  if (marked === null || marked === 0n) return null
  const hash = integerFrom(row[1])
  const milliseconds = integerFrom(row[5])
  const username = textFrom(row[2])
  return {
    ...kindAndId(marked, hash, typeof row[0] === 'number'),
    type: null,
    accessHash: hash,
    usernames: username === null ? [] : [username.toLowerCase()],
    phone: textFrom(row[3]),
    name: textFrom(row[4]),
    updatedAt: milliseconds === null ? null : Number(milliseconds) / 1000,
  }
}

function kindAndId(marked: bigint, hash: bigint | null, isAdded: boolean): Pick<Peer, 'kind' | 'id'> {
  if (marked > 0n) return { kind: 'user', id: marked }
  const positive = -marked
  // A basic group 1001234 and the channel 234 have one mark; the group alone has no hash.
  const isChat = (hash === null || hash === 0n) && positive <= MAX_CHAT_ID
  const glued = /^100(\d+)$/.exec(String(positive))?.[1]
  if (isAdded && positive > CHANNEL_MARK) return { kind: 'channel', id: positive - CHANNEL_MARK }
  if (isChat || isAdded || glued === undefined) return { kind: 'chat', id: positive }
  return { kind: 'channel', id: BigInt(glued) }
}

/** The key suffix and the row of a peer in the form of 2.x, null for one that the library would not keep. */
export function rowFromPeer(peer: Peer): { id: string; row: readonly (string | null)[] } | null {
  if (peer.kind !== 'chat' && (peer.accessHash === null || peer.isMin === true)) return null
  const id = peer.kind === 'user' ? `${peer.id}` : peer.kind === 'chat' ? `-${peer.id}` : `-100${peer.id}`
  const hash = peer.kind === 'chat' ? 0n : (peer.accessHash ?? 0n)
  const time = peer.updatedAt === null ? null : String(Math.round(peer.updatedAt * 1000))
  return { id, row: [id, String(hash), peer.usernames[0] ?? null, peer.phone, peer.name ?? '', time] }
}

/** JSON, undefined where it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function integerFrom(value: unknown): bigint | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : null
  if (typeof value !== 'string' || !/^-?\d{1,19}$/.test(value)) return null
  const integer = BigInt(value)
  return BigInt.asIntN(64, integer) === integer ? integer : null
}

function textFrom(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
