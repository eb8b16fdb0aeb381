import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { markedId, type Peer } from '../../../src/main/domain/peer.ts'
import { homeOf, type Session } from '../../../src/main/domain/session.ts'
import { temporaryFolder } from './run.ts'
import { keyIdOfHome } from './sessions.ts'

/** Where a session lives, in the words of the programs. */
export interface HomeReport {
  readonly keyId: string
  readonly dc: number
  readonly address: string
  readonly port: number
}

export function homeReportOf(session: Session): { readonly [member in keyof HomeReport]: unknown } {
  const { id, address, port } = homeOf(session)!
  return { keyId: keyIdOfHome(session), dc: id, address, port }
}

/** A row of a peer as a script tells it: its marked id and its access hash. */
export type PeerRow = readonly [id: string, accessHash: string]

/** Found by id and by name. */
export type FoundRows = readonly [byId: PeerRow | null, byName: PeerRow | null]

/** What a store of Telethon is to find of peers, and the file that asks a script for them. */
export function peerLookups(peers: readonly Peer[]): { readonly list: string; readonly rows: readonly FoundRows[] } {
  const lookups = peers.map(({ kind, id, usernames }) => ({
    marked: String(markedId(kind, id)),
    username: usernames[0] ?? null,
  }))
  const list = join(temporaryFolder(), 'peers.json')
  writeFileSync(list, JSON.stringify(lookups))
  const rows = peers.map(({ kind, id, accessHash, usernames }): FoundRows => {
    const row: PeerRow = [String(markedId(kind, id)), String(accessHash ?? 0n)]
    return [row, usernames.length === 0 ? null : row]
  })
  return { list, rows }
}
