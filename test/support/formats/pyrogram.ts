import { markedId, type Peer, type PeerType } from '../../../src/main/domain/peer.ts'
import { collect, collectionOf, type Session } from '../../../src/main/domain/session.ts'
import { cleanText } from '../../../src/main/formats/clean-text.ts'
import type { Variant } from '../../../src/main/formats/format.ts'
import type { Family, Vector } from './family.ts'
import { fixtureBytes, type PyrogramEntry, pyrogramManifest } from './fixtures.ts'
import { peerDigest } from './peer-digest.ts'

/** Shapes by the name of the entry; 3 where it says nothing. */
const FILE_VARIANTS: Readonly<Record<string, string>> = {
  'v1-user': '1',
  'v2-user': '2',
  'v2-bot-64bit': '2',
  'hydrogram-v3': '3',
  'kurigram-v4': 'K4',
  'kurigram-v5': 'K5',
  'kurigram-v6': 'K6',
  'kurigram-v7': 'K7',
  'kurigram-v7-test': 'K7',
  'pyrofork-v3-usernames': 'F3',
  'pyrofork-v4': 'F4',
  'pyrogrammod-v4': 'M4',
  'pyrotgfork-v6': 'K6',
  'migrated-v2-to-v3': '3',
  'migrated-v3-to-v7': 'K7',
}

const STRING_VARIANTS: readonly (readonly [start: string, variant: string])[] = [
  ['v1-32', 'S1'],
  ['v1-64', 'S2'],
  ['v2 ', 'S3'],
  ['wzgram v2 ', 'W2'],
  ['wzgram v2+crc', 'W2c'],
  ['wzgram v3+crc', 'W3c'],
]

/** The variant a fixture is to be read as. */
export function pyrogramVariant(entry: PyrogramEntry): string {
  if (entry.format === 'pyrogram.json') return entry.id.startsWith('json-0.6.0') ? '0.4' : '0.12'
  if (entry.kind === 'file') return FILE_VARIANTS[entry.id] ?? '3'
  return STRING_VARIANTS.find(([start]) => entry.variant?.startsWith(start))?.[1] ?? ''
}

/** What the manifest says of the peers of an entry: they are put in the order of the ids that the file has. */
export function pyrogramDigest(peers: readonly Peer[], entry: PyrogramEntry): string {
  const concatenated = entry.schema_version === 1 || entry.format === 'pyrogram.json'
  return concatenated
    ? peerDigest(peers, ({ kind, id }) => (kind === 'channel' ? BigInt(`-100${id}`) : markedId(kind, id)))
    : peerDigest(peers)
}

function vectorOf(entry: PyrogramEntry): Vector | null {
  const common = { name: `pyrogram/${entry.id}`, formatId: entry.format, passcode: null }
  // A string cut short is nobody's: its size fits no layout.
  if (entry.expect === 'error') return null
  const expect = entry.expect === 'ok' ? 'ok' : 'suspect'
  if (entry.format === 'pyrogram.sqlite') {
    const bytes = fixtureBytes(`pyrogram/${entry.path}`)
    return { ...common, variant: pyrogramVariant(entry), content: { medium: 'tables', bytes }, expect }
  }
  if (entry.format === 'pyrogram.string') {
    const { text } = cleanText(entry.string ?? '')
    return { ...common, variant: pyrogramVariant(entry), content: { medium: 'text', text }, expect }
  }
  const bytes = fixtureBytes(`pyrogram/${entry.path}`)
  return { ...common, variant: pyrogramVariant(entry), content: { medium: 'file', bytes }, expect }
}

/** A type the source does not know, or that the library cannot read, is written as the nearest word. */
function keptType(peer: Peer, variant: Variant): PeerType {
  const type = peer.type ?? (peer.kind === 'chat' ? 'group' : peer.kind)
  if (type === 'gigagroup') return 'supergroup'
  if (['K7', 'W8'].includes(variant.id)) return type
  if (type === 'direct') return 'channel'
  return type === 'forum' || type === 'community' ? 'supergroup' : type
}

export const pyrogramFamily: Family = {
  formatIds: ['pyrogram.json', 'pyrogram.multisession', 'pyrogram.sqlite', 'pyrogram.string'],
  vectors: () => pyrogramManifest.entries.flatMap((entry) => vectorOf(entry) ?? []),
  /** S1 has four bytes for the user id. */
  asWritable: (session, variant) =>
    variant.id === 'S1' && session.account !== null
      ? { ...session, account: { ...session.account, id: session.account.id % 2n ** 32n || 1n } }
      : session,
  async asKept(session, variant, formatId): Promise<Session> {
    if (formatId !== 'pyrogram.sqlite') return session
    const peers = (await collect(session.peers)).map((peer) => ({
      ...peer,
      type: keptType(peer, variant),
      accessHash: peer.kind === 'chat' ? (peer.accessHash ?? 0n) : peer.accessHash,
    }))
    return { ...session, peers: collectionOf(peers) }
  },
}
