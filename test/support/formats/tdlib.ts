import { Secret } from '../../../src/main/domain/secret.ts'
import { decryptRest, encryptionOf, peekEvent } from '../../../src/main/formats/tdlib/binlog.ts'
import { databaseKey } from '../../../src/main/formats/tdlib/database-key.ts'
import type { Family } from './family.ts'
import { fixtureBytes, fixtureJson } from './fixtures.ts'

export interface BinlogEntry {
  readonly id: string
  readonly format: string
  readonly file: string
  readonly database_key_utf8: string
  readonly content: {
    readonly home_dc: number
    readonly home_auth_key_id_hex: string
    readonly user_id: string
    readonly is_bot: boolean
    readonly dcs: readonly { readonly id: number; readonly auth_key_hex: string; readonly auth_key_id_hex: string }[]
    readonly state: { readonly pts: number; readonly qts: number; readonly date: number }
  }
}

const manifest = fixtureJson<{ entries: readonly BinlogEntry[] }>('tdata/manifest.json')
export const binlogEntries = manifest.entries.filter(({ format }) => format === 'tdlib-binlog')

export function binlogBytes({ id, file }: BinlogEntry): Uint8Array {
  return fixtureBytes(`tdata/${id}/${file}`)
}

/** Offsets at which an event begins. */
async function eventOffsets(entry: BinlogEntry): Promise<ReadonlySet<number>> {
  const bytes = binlogBytes(entry)
  const { event, from } = encryptionOf(bytes)!
  const key = await databaseKey(event, { passcode: Secret.fromText(entry.database_key_utf8) })
  const log = decryptRest(bytes, from, event.iv, key)
  const offsets = new Set<number>()
  for (let offset = 0; offset < log.byteLength; offset += peekEvent(log.subarray(offset))!.byteLength) {
    offsets.add(from + offset)
  }
  return offsets
}

const offsets = new Map(
  await Promise.all(binlogEntries.map(async (entry) => [entry.id, await eventOffsets(entry)] as const)),
)

export const tdlibFamily: Family = {
  formatIds: ['tdlib.binlog'],
  vectors: () =>
    binlogEntries.map((entry) => ({
      name: `tdlib/${entry.file}`,
      formatId: 'tdlib.binlog',
      variant: '1',
      content: { medium: 'file', bytes: binlogBytes(entry) },
      passcode: entry.database_key_utf8,
      expect: 'ok',
      isWholeAt: (byteLength) => offsets.get(entry.id)!.has(byteLength),
    })),
}
