import type { Peer, PeerType } from '../../../src/main/domain/peer.ts'
import { collect, collectionOf, type Session } from '../../../src/main/domain/session.ts'
import { cleanText } from '../../../src/main/formats/clean-text.ts'
import type { Variant } from '../../../src/main/formats/format.ts'
import type { Family, Vector } from './family.ts'
import { fixtureBytes, fixtureJson } from './fixtures.ts'

export interface FerogramEntry {
  readonly id: string
  readonly file?: string
  readonly string?: string
  readonly format: string
  readonly version: number | string | null
  readonly expect: 'ok' | 'suspect' | 'error'
  readonly content?: {
    readonly home_dc: number
    readonly home_auth_key_id_hex?: string | null
    readonly user_id: string | null
    readonly dcs: readonly {
      readonly id: number
      readonly address: string
      readonly port: number
      readonly raw_addr?: string
      readonly flags?: number
      readonly auth_key_hex: string | null
      readonly auth_key_id_hex: string | null
      readonly salt: string | null
      readonly time_offset: number | null
    }[]
    readonly state: { readonly pts: number; readonly qts: number; readonly date: number; readonly seq: number } | null
    readonly channel_states?: { readonly total: number; readonly digest: string }
    readonly peers: {
      readonly total: number
      readonly digest?: string
      readonly by_kind?: Readonly<Record<string, number>>
    }
    readonly min_contexts?: { readonly total: number; readonly digest: string }
    readonly future_auth_token_hex?: string | null
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  'ferogram-binary': 'ferogram.binary',
  'ferogram-compact': 'ferogram.string',
  'ferogram-native-string': 'ferogram.native',
  'ferogram-sqlite': 'ferogram.sqlite',
  'ferogram-libsql': 'ferogram.sqlite',
  'ferogram-serde-json': 'ferogram.json',
}

const SQLITE_SHAPES: Readonly<Record<string, string>> = {
  'sqlite-0.6.5': '0.6.5',
  'sqlite-0.6.4': '0.5.2',
  'sqlite-0.5.2': '0.5.2',
  'sqlite-0.5.0': '0.4.1',
  'sqlite-0.3.7': '0.1.0',
  'libsql-local': '0.6.5',
}

export const ferogramEntries = fixtureJson<{ entries: readonly FerogramEntry[] }>('ferogram/manifest.json').entries

export function ferogramFormatId(entry: FerogramEntry): string {
  return FORMATS[entry.format] ?? ''
}

/** The variant an entry is to be read as; null where it is too damaged to tell. */
export function ferogramVariant(entry: FerogramEntry): string | null {
  if (entry.version === null) return null
  if (entry.format === 'ferogram-compact') return `V${entry.version}`
  return SQLITE_SHAPES[entry.id] ?? String(entry.version)
}

export function ferogramVector(entry: FerogramEntry): Vector {
  const formatId = ferogramFormatId(entry)
  const bytes = entry.file === undefined ? new Uint8Array() : fixtureBytes(`ferogram/${entry.file}`)
  const medium = formatId === 'ferogram.sqlite' ? 'tables' : 'file'
  return {
    name: `ferogram/${entry.id}`,
    formatId,
    variant: ferogramVariant(entry),
    content: entry.string === undefined ? { medium, bytes } : { medium: 'text', text: cleanText(entry.string).text },
    passcode: null,
    expect: entry.expect,
  }
}

/** A type the library has no word for becomes the nearest it has; it does not know bots. */
const KEPT_TYPES: Readonly<Partial<Record<PeerType, PeerType>>> = {
  channel: 'channel',
  supergroup: 'supergroup',
  forum: 'supergroup',
  direct: 'supergroup',
  gigagroup: 'gigagroup',
}

function keptPeer(peer: Peer, knowsCommunities: boolean): Peer {
  if (peer.kind === 'chat') return { ...peer, accessHash: 0n, type: 'group' }
  const { isMin: _, ...rest } = peer
  const accessHash = peer.accessHash ?? 0n
  if (peer.kind === 'user') return { ...rest, accessHash, type: null }
  const isCommunity = peer.type === 'community'
  const type = isCommunity && knowsCommunities ? 'community' : ((peer.type && KEPT_TYPES[peer.type]) ?? null)
  // Without a hash the library has only seen it.
  return { ...rest, accessHash, type, ...(accessHash === 0n ? { isMin: true as const } : {}) }
}

/** One row for each number: a basic group gives way, else the first stays. */
function oneOfEachNumber(peers: readonly Peer[]): readonly Peer[] {
  const kept = new Map<bigint, Peer>()
  for (const peer of peers) {
    const known = kept.get(peer.id)
    if (known === undefined || (known.kind === 'chat' && peer.kind !== 'chat')) kept.set(peer.id, peer)
  }
  return [...kept.values()]
}

const WITHOUT_GROUPS: ReadonlySet<string> = new Set(['2', '3', '0.1.0'])
const WITH_COMMUNITIES: ReadonlySet<string> = new Set(['8', '0.6.5'])

export const ferogramFamily: Family = {
  formatIds: ['ferogram.binary', 'ferogram.string', 'ferogram.native', 'ferogram.sqlite', 'ferogram.json'],
  vectors: () =>
    // Cutting off bytes that are too many makes that one better, not worse: it is looked at by itself.
    ferogramEntries.filter(({ id }) => id !== 'suspect-trailing-bytes').map(ferogramVector),
  async asKept(session: Session, variant: Variant, formatId: string): Promise<Session> {
    if (formatId === 'ferogram.string') return session
    const peers = (await collect(session.peers))
      .filter((peer) => peer.kind !== 'chat' || !WITHOUT_GROUPS.has(variant.id))
      .filter((peer) => peer.kind !== 'user' || peer.isMin !== true)
      .map((peer) => keptPeer(peer, WITH_COMMUNITIES.has(variant.id)))
    // The chat of a context is a number alone.
    const contexts = (await collect(session.minContexts)).map((context) => ({ ...context, chatKind: null }))
    return {
      ...session,
      peers: collectionOf(formatId === 'ferogram.sqlite' ? oneOfEachNumber(peers) : peers),
      minContexts: collectionOf(contexts),
    }
  },
}
