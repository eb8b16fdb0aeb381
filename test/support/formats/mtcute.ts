import { type DataCenter, collect, collectionOf, homeOf, type Session } from '../../../src/main/domain/session.ts'
import { cleanText } from '../../../src/main/formats/clean-text.ts'
import type { Family, Vector } from './family.ts'
import { fixtureBytes, fixtureJson } from './fixtures.ts'

/** An entry of the manifest that mtcute and MTKruto share. */
export interface MtcuteEntry {
  readonly id: string
  readonly kind: 'string' | 'file' | 'directory'
  readonly string?: string
  readonly path?: string
  readonly format: string
  readonly variant?: string
  readonly layout?: string
  readonly expect: 'ok' | 'suspect' | 'no-key' | 'error'
  readonly schema_version?: number
  readonly migrations?: Readonly<Record<string, number>>
  readonly auth_keys?: readonly { readonly dc_id: number; readonly auth_key_id_hex: string }[]
  readonly session?: {
    readonly dc_id: number
    readonly address: string | null
    readonly port: number | null
    readonly media?: { readonly dc_id: number; readonly address: string; readonly port: number } | null
    readonly test_mode: boolean | null
    readonly auth_key_hex: string
    readonly auth_key_id_hex: string
    readonly user_id: string | null
    readonly is_bot: boolean | null
    readonly api_id: number | null
    readonly is_premium?: boolean
    readonly self_usernames?: readonly string[]
  }
  readonly update_state?:
    | readonly {
        readonly id: string
        readonly channel_bare_id?: string
        readonly pts: number
        readonly qts?: number
        readonly date?: number
        readonly seq?: number
      }[]
    | null
  readonly peers?: {
    readonly count: number
    readonly digest?: string
    readonly sample: readonly {
      readonly kind: string
      readonly bare_id: string
      readonly access_hash: string | null
      readonly usernames: readonly string[]
      readonly phone: string | null
      readonly name: string | null
      readonly is_bot?: boolean
      readonly is_min: boolean
      readonly updated_ms?: number
    }[]
  }
}

export const mtcuteManifest = fixtureJson<{ entries: readonly MtcuteEntry[] }>('mtcute/manifest.json')

/** The id the app gives the format of an entry. */
export function formatIdOf(entry: MtcuteEntry): string {
  return (
    { 'mtcute.sqlite-legacy': 'mtcute.legacy', 'mtkruto.localstorage': 'mtkruto.storage' }[entry.format] ?? entry.format
  )
}

/** The variant a string or file of mtcute is to be read as. */
export function mtcuteVariant(entry: MtcuteEntry): string {
  if (entry.format === 'mtcute.sqlite') return entry.migrations?.['peers'] === 1 ? '1' : '2'
  if (entry.format !== 'mtcute.string') return String(entry.schema_version)
  return entry.variant === 'v3 (dc option 1)' ? '3-old' : (entry.variant?.slice(1) ?? '3')
}

function vectorOf(entry: MtcuteEntry): Vector | null {
  if (!entry.format.startsWith('mtcute.')) return null
  const isError = entry.expect === 'error'
  return {
    name: `mtcute/${entry.id}`,
    formatId: formatIdOf(entry),
    variant: isError ? null : mtcuteVariant(entry),
    content:
      entry.string === undefined
        ? { medium: 'tables', bytes: fixtureBytes(`mtcute/${entry.path}`) }
        : { medium: 'text', text: cleanText(entry.string).text },
    passcode: null,
    expect: isError ? 'error' : 'ok',
  }
}

/** Of other data centres a file keeps the keys and their salts, not the addresses. */
function keptDataCenters(session: Session): readonly DataCenter[] {
  const home = homeOf(session)
  return session.dataCenters
    .filter((dc) => dc === home || dc.authKey !== null)
    .map((dc) => (dc === home ? dc : { ...dc, address: null, port: null }))
}

export const mtcuteFamily: Family = {
  formatIds: ['mtcute.string', 'mtcute.sqlite', 'mtcute.legacy'],
  vectors: () => mtcuteManifest.entries.flatMap((entry) => vectorOf(entry) ?? []),
  async asKept(session, _variant, formatId): Promise<Session> {
    if (formatId === 'mtcute.string') return session
    // Basic groups have no access hash, and the column is empty for them.
    const peers = (await collect(session.peers)).map((peer) =>
      peer.kind === 'chat' ? { ...peer, accessHash: null } : peer,
    )
    return { ...session, dataCenters: keptDataCenters(session), peers: collectionOf(peers) }
  },
}
