import { readdirSync } from 'node:fs'
import type { Family, Vector } from './family.ts'
import { fixtureBytes, fixtureJson } from './fixtures.ts'

export interface TdataAccount {
  readonly index: number
  readonly folder: string
  readonly user_id: string
  readonly home_dc: number
  readonly dcs: readonly { readonly id: number; readonly auth_key_hex: string; readonly auth_key_id_hex: string }[]
  readonly home_auth_key_id_hex?: string
  readonly test_mode?: boolean | null
  readonly config_dc_options?: number | null
  readonly self?: {
    readonly first_name: string
    readonly last_name: string
    readonly phone: string
    readonly username: string
  } | null
}

export interface TdataEntry {
  readonly id: string
  readonly format: 'tdata' | 'tdata-legacy' | 'tdlib-binlog'
  readonly dir: string
  readonly passcode: string | null
  readonly expect: 'ok' | 'suspect' | 'error'
  readonly content?: {
    readonly file_version: number
    readonly accounts: readonly TdataAccount[]
  }
}

const manifest = fixtureJson<{ entries: readonly TdataEntry[] }>('tdata/manifest.json')
export const tdataEntries = manifest.entries.filter(({ format }) => format !== 'tdlib-binlog')

/** The files of a folder fixture by relative path. */
export function tdataFiles(directory: string): ReadonlyMap<string, Uint8Array> {
  const root = new URL(`../../../fixtures/tdata/${directory}`, import.meta.url)
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = entries.map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.pathname.length + 1))
  return new Map(paths.toSorted().map((path) => [path, fixtureBytes(`tdata/${directory}/${path}`)]))
}

function vectors(): Vector[] {
  return tdataEntries.map((entry) => ({
    name: `tdata/${entry.id}`,
    formatId: 'tdesktop.tdata',
    variant: entry.expect === 'error' ? null : entry.format === 'tdata-legacy' ? '1' : '2',
    content: { medium: 'folder', name: 'tdata', files: tdataFiles(entry.dir) },
    passcode: entry.passcode,
    expect: entry.expect,
  }))
}

export const tdesktopFamily: Family = { formatIds: ['tdesktop.tdata'], vectors }
