import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readSqliteBytes, type SqliteReader } from '../../../src/main/backends/sqlite.ts'

const root = new URL('../../../fixtures/', import.meta.url).pathname

/** Fixtures are read into memory: opening a WAL-mode database in place would change it. */
export function fixtureBytes(path: string): Uint8Array {
  // A copy that is no Buffer: `slice` of a Buffer shares its memory, and a test would change the next one's input.
  return Uint8Array.from(readFileSync(join(root, path)))
}

export function fixtureJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as T
}

/** Opens a copy of a database fixture and closes it afterwards. WAL-mode fixtures keep their mark in the schema. */
export async function withFixture<T>(path: string, work: (tables: SqliteReader) => Promise<T>): Promise<T> {
  const tables = readSqliteBytes(fixtureBytes(path), path)
  try {
    return await work(tables)
  } finally {
    tables.close()
  }
}

export interface TelethonManifest {
  readonly files: Readonly<Record<string, TelethonFile>>
}

export interface StoredRow {
  readonly dc_id: number
  readonly server_address: string | null
  readonly port: number | null
  readonly auth_key_hex: string | null
  readonly auth_key_id_hex?: string | null
}

export interface TelethonFile {
  readonly detect: string
  readonly schema_version?: number
  readonly sessions?: readonly {
    readonly dc_id: number
    readonly server_address: string | null
    readonly port: number | null
    readonly auth_key_hex: string | null
    readonly auth_key_id_hex: string | null
    readonly takeout_id?: string | null | { blob_hex: string }
  }[]
  readonly update_states?: readonly {
    readonly id: string
    readonly pts: number
    readonly qts: number
    readonly date: number
    readonly date_storage: 'integer' | 'real'
    readonly seq: number
  }[]
  readonly entity_rows?: number
  readonly entities_digest?: string
  readonly self_user_id?: string | null
  readonly sent_files?: readonly {
    readonly md5_digest: string
    readonly file_size: number
    readonly type?: number
    readonly id?: string
    readonly hash?: string
  }[]
  readonly string_session?: string | null
  readonly inferred_dc_id?: number
  readonly effective_takeout_id?: string | null
  readonly effective_tmp_auth_key_hex?: string | null
  /** Shared stores. */
  readonly table_prefix?: string
  readonly sessions_by_id?: Readonly<Record<string, StoredRow | readonly StoredRow[]>>
  readonly string_sessions?: Readonly<Record<string, string>>
  readonly entity_counts?: Readonly<Record<string, number>>
  /** Telethon 2 and its development line. */
  readonly datacenters?: readonly {
    readonly id: number
    readonly ipv4_addr?: string | null
    readonly ipv6_addr?: string | null
    readonly ipv4?: string
    readonly ipv6?: string | null
    readonly port?: number
    readonly auth_key_hex: string | null
    readonly auth_key_id_hex: string | null
  }[]
  readonly state?: { readonly pts: number; readonly qts: number; readonly date: number; readonly seq: number } | null
  readonly channelstate?: readonly { readonly id: string; readonly pts: number }[]
  readonly session?: readonly {
    readonly user_id: string
    readonly dc_id: number
    readonly bot: boolean
    readonly pts: number
    readonly qts: number
    readonly date: number
    readonly seq: number
    readonly takeout_id: string | null
  }[]
  readonly channels?: readonly { readonly id: string; readonly pts: number }[]
  readonly entities?: readonly { readonly id: string; readonly hash: string; readonly ty_char: string }[]
  /** JSON and pickle files. */
  readonly server_address?: string
  readonly port?: number
  readonly salt?: string
  readonly auth_key_hex?: string | null
  readonly auth_key_id_hex?: string | null
  readonly user?: Readonly<Record<string, string | number | boolean>> | null
}

export interface PyrogramEntry {
  readonly id: string
  readonly kind: 'file' | 'string'
  readonly path?: string
  readonly string?: string
  readonly format: string
  readonly variant?: string
  readonly library: { readonly name: string }
  readonly expect: 'ok' | 'suspect' | 'no-key' | 'error'
  readonly schema_version?: number
  readonly session?: {
    readonly dc_id: number
    readonly address: string | null
    readonly port: number | null
    readonly test_mode: boolean | null
    readonly auth_key_hex: string | null
    readonly auth_key_id_hex: string | null
    readonly user_id: string | null
    readonly is_bot: boolean | null
    readonly api_id: number | null
    readonly date: number | null
  }
  readonly update_state?: readonly {
    readonly id: string
    readonly pts: number | null
    readonly qts: number | null
    readonly date: number | null
    readonly seq: number | null
  }[]
  readonly peers?: {
    readonly count: number
    readonly digest: string
    readonly sample: readonly {
      readonly kind: string
      readonly bare_id: string
      readonly type: string
      readonly access_hash: string | null
      readonly usernames: readonly string[]
      readonly phone: string | null
      readonly last_update_on?: number
    }[]
  }
}

export const telethonManifest = fixtureJson<TelethonManifest>('telethon/manifest.json')
export const pyrogramManifest = fixtureJson<{ entries: readonly PyrogramEntry[] }>('pyrogram/manifest.json')

export interface TelethonStrings {
  readonly valid: readonly {
    readonly input: { readonly dc_id: number; readonly server_address: string; readonly port: number }
    readonly auth_key_hex: string | null
    readonly auth_key_id_hex: string | null
    readonly string: string
    readonly reloaded?: { readonly dc_id: number; readonly server_address: string; readonly port: number }
  }[]
  readonly odd: readonly {
    readonly case: string
    readonly string: string
    readonly library: {
      readonly accepted: boolean
      readonly dc_id?: number
      readonly server_address?: string
      readonly port?: number
      readonly auth_key_hex?: string
    }
  }[]
}
export const telethonStrings = fixtureJson<TelethonStrings>('telethon/strings.json')
