import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { writeQtBytes } from '../../../src/main/bytes/qt-stream.ts'
import { byteWriter } from '../../../src/main/bytes/writer.ts'
import { encryptBlock, passcodeKey } from '../../../src/main/formats/tdesktop/crypt.ts'
import { accountFolderOf, dataNameOf } from '../../../src/main/formats/tdesktop/files.ts'
import { writeFrame } from '../../../src/main/formats/tdesktop/frame.ts'
import type { Family, Vector } from './family.ts'
import { fixtureBytes, fixtureJson } from './fixtures.ts'

interface TdataAccount {
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

/** A folder built part by part, for what no fixture shows. */
interface FolderPlan {
  readonly name?: string
  readonly accounts?: readonly number[]
  readonly hasActive?: boolean
  readonly passcode?: string
  readonly localKey?: Uint8Array
  /** Content of each account's own file; the first is account 0. */
  readonly authorizations: readonly Uint8Array[]
  readonly config?: Uint8Array
  readonly map?: Uint8Array | null
}

export async function buildFolder(plan: FolderPlan): Promise<Map<string, Uint8Array>> {
  const { name = 'data', passcode = '', localKey = randomBytes(256), authorizations, map = new Uint8Array() } = plan
  const accounts = plan.accounts ?? authorizations.map((_, index) => index)
  const salt = randomBytes(32)
  const seal = (data: Uint8Array): Uint8Array => encryptBlock(data, localKey)
  const info = byteWriter().i32(accounts.length)
  for (const index of accounts) info.i32(index)
  if (plan.hasActive !== false) info.i32(-1)
  const keyBlock = encryptBlock(localKey, await passcodeKey(new TextEncoder().encode(passcode), salt))
  const files = new Map([[`key_${name}s`, framed(salt, keyBlock, seal(info.done()))]])
  for (const [index, authorization] of authorizations.entries()) {
    const folder = accountFolderOf(dataNameOf(name, accounts[index] ?? index))
    files.set(`${folder}s`, framed(seal(authorization)))
    if (map !== null) files.set(`${folder}/maps`, framed(new Uint8Array(), new Uint8Array(), seal(map)))
    if (plan.config !== undefined) files.set(`${folder}/configs`, framed(seal(plan.config)))
  }
  return files
}

/** A file of byte arrays. */
export function framed(...parts: readonly Uint8Array[]): Uint8Array {
  const writer = byteWriter()
  for (const part of parts) writeQtBytes(writer, part)
  return writeFrame({ version: 3_004_000, payload: writer.done() })
}
