import { collect, collectionOf, type Session } from '../../../src/main/domain/session.ts'
import type { Peer } from '../../../src/main/domain/peer.ts'
import { isDialogId } from '../../../src/main/formats/grammers/peers.ts'
import type { Family, Vector } from './family.ts'
import { fixtureBytes, fixtureJson } from './fixtures.ts'

export interface GrammersEntry {
  readonly id: string
  readonly file: string
  readonly format: 'grammers-text' | 'grammers-tl' | 'grammers-sqlite'
  readonly version: number | string | null
  readonly expect: 'ok' | 'suspect' | 'error'
  readonly error?: string
  readonly content?: {
    readonly home_dc: number | null
    readonly dcs: readonly {
      readonly id: number
      readonly address?: string | null
      readonly address_v6?: string | null
      readonly websocket_url?: string
      readonly port?: number | null
      readonly auth_key_hex: string | null
      readonly auth_key_id_hex: string | null
    }[]
    readonly user_id: string | null
    readonly is_bot: boolean | null
    readonly state: { readonly pts: number; readonly qts: number; readonly date: number; readonly seq: number } | null
    readonly channel_states?: {
      readonly total: number
      readonly sample: readonly { readonly channel_id: string; readonly pts: number }[]
      readonly digest: string
    }
    readonly peers: {
      readonly total: number
      readonly by_kind?: Readonly<Record<string, number>>
      readonly sample?: readonly {
        readonly index: number
        readonly kind: string
        readonly id: string
        readonly access_hash: string | null
        readonly extra: string | null
      }[]
      readonly digest?: string
    }
  }
}

export const grammersManifest = fixtureJson<{ entries: readonly GrammersEntry[] }>('grammers/manifest.json')

export const grammersFormatIds = {
  'grammers-text': 'grammers.text',
  'grammers-tl': 'grammers.tl',
  'grammers-sqlite': 'grammers.sqlite',
} as const

/** The variant an entry is to be named as. */
export function grammersVariant(entry: GrammersEntry): string {
  if (entry.format !== 'grammers-tl') return '1'
  if (entry.id.includes('int32')) return '0.3'
  return entry.id === 'tl-v3-0.8' ? '0.8' : '0.4'
}

/** Files that hold no login read with a word about it. */
const WITHOUT_KEY = new Set(['text-v1-not-logged-in', 'suspect-trailing'])

const MAX_INT32 = 2n ** 31n - 1n

export const grammersFamily: Family = {
  formatIds: ['grammers.text', 'grammers.tl', 'grammers.sqlite'],
  vectors: () =>
    grammersManifest.entries
      // A file of another first number is no grammers file to anybody.
      .filter(({ id }) => id !== 'bad-constructor')
      .map((entry): Vector => {
        const bytes = fixtureBytes(`grammers/${entry.file}`)
        return {
          name: `grammers/${entry.file}`,
          formatId: grammersFormatIds[entry.format],
          variant: entry.expect === 'error' ? null : grammersVariant(entry),
          content: { medium: entry.format === 'grammers-sqlite' ? 'tables' : 'file', bytes },
          passcode: null,
          expect: WITHOUT_KEY.has(entry.id) ? 'suspect' : entry.expect,
          // Behind the session come bytes that mean nothing.
          ...(entry.id === 'suspect-trailing' ? { isWholeAt: (byteLength: number) => byteLength >= 16 } : {}),
        }
      }),
  asWritable(session, variant) {
    if (variant.id !== '0.3' || session.account === null) return session
    return { ...session, account: { ...session.account, id: (session.account.id % MAX_INT32) + 1n } }
  },
  async asKept(session, variant, formatId): Promise<Session> {
    const states = (await collect(session.channelStates)).filter(({ channelId }) =>
      formatId === 'grammers.sqlite'
        ? isDialogId('channel', channelId)
        : variant.id !== '0.3' || channelId <= MAX_INT32,
    )
    const kept = { ...session, channelStates: collectionOf(states) }
    return formatId === 'grammers.sqlite' ? { ...kept, peers: collectionOf(await keptPeers(session)) } : kept
  },
}

/** Types in the library's words, no ids it breaks off at, and the account as a peer of its own. */
async function keptPeers(session: Session): Promise<Peer[]> {
  const all = await collect(session.peers)
  const peers = all
    .filter(({ kind, id }) => isDialogId(kind, id))
    .map((peer) => ({ ...peer, type: keptType(peer), accessHash: peer.isMin === true ? null : peer.accessHash }))
  const { account } = session
  if (account === null) return peers
  const own = peers.find(({ kind, id }) => kind === 'user' && id === account.id)
  const type = account.isBot === true ? 'bot' : 'user'
  const others = peers.filter((peer) => peer !== own)
  const self: Peer = {
    kind: 'user',
    type,
    id: account.id,
    accessHash: own?.accessHash ?? null,
    usernames: [],
    phone: null,
    name: null,
    updatedAt: null,
  }
  return [...others, self]
}

function keptType({ kind, type }: Peer): Peer['type'] {
  if (kind === 'user') return type === 'bot' ? 'bot' : null
  if (kind === 'chat' || type === 'direct') return null
  return type === 'forum' ? 'supergroup' : type
}
