import { homeOf } from '../../../src/main/domain/session.ts'
import type { Family, Vector, VectorContent } from './family.ts'
import { fixtureBytes, fixtureJson } from './fixtures.ts'

export interface GoEntry {
  readonly id: string
  readonly format: 'gotd-json' | 'gogram-file' | 'gogram-string' | 'wtelegram' | 'wtelegram-block' | 'telethon-string'
  readonly file?: string
  readonly string?: string
  readonly version?: number | string
  readonly expect: 'ok' | 'suspect' | 'error'
  /** What opens it, where it is not open. */
  readonly file_key?: string | null
  readonly session_key_hex?: string
  readonly plain_json?: string
  readonly content?: {
    readonly home_dc: number | null
    readonly addr?: string
    readonly hostname?: string
    readonly test_mode: boolean | null
    readonly dc_options?: readonly GoOption[]
    readonly api_id: number | null
    readonly user_id: string | null
    readonly dcs: readonly GoDc[]
  }
}

export interface GoOption {
  readonly id: number
  readonly address: string
  readonly port: number
  readonly ipv6: boolean
  readonly media_only: boolean
  readonly tcpo_only: boolean
  readonly cdn: boolean
  readonly static: boolean
  readonly secret_hex: string | null
}

export interface GoDc {
  readonly id: number | null
  readonly media_only?: boolean
  readonly address?: string
  readonly port?: number
  readonly auth_key_hex: string
  readonly auth_key_id_hex: string
  readonly salt?: string | null
}

const manifest = fixtureJson<{ entries: readonly GoEntry[] }>('gotd/manifest.json')

/** The manifest of gotd, gogram and WTelegramClient, of some formats. */
export function goEntries(...formats: readonly GoEntry['format'][]): readonly GoEntry[] {
  return manifest.entries.filter(({ format }) => formats.includes(format))
}

export function goContent(entry: GoEntry): VectorContent {
  return entry.file === undefined
    ? { medium: 'text', text: entry.string ?? '' }
    : { medium: 'file', bytes: fixtureBytes(`gotd/${entry.file}`) }
}

export function goVector(entry: GoEntry, formatId: string, variant: string | null): Vector {
  return {
    name: `gotd/${entry.id}`,
    formatId,
    variant,
    content: goContent(entry),
    passcode: entry.file_key ?? entry.session_key_hex ?? null,
    expect: entry.expect,
  }
}

export const gotdFamily: Family = {
  formatIds: ['gotd.json'],
  vectors: () => [
    ...goEntries('gotd-json').map((entry) => goVector(entry, 'gotd.json', entry.expect === 'error' ? null : '1')),
    ...goEntries('telethon-string').map((entry) => goVector(entry, 'telethon.string', '1')),
  ],
  // The file has one salt, that of its key.
  asKept: (session) => ({
    ...session,
    dataCenters: session.dataCenters.map((dc) => {
      const { salt, ...rest } = dc
      return dc === homeOf(session) && salt !== undefined ? dc : rest
    }),
  }),
}
