import { readdirSync } from 'node:fs'
import { collect, collectionOf, homeOf, type Session } from '../../../src/main/domain/session.ts'
import type { Peer, PeerType } from '../../../src/main/domain/peer.ts'
import type { Family, Vector } from './family.ts'
import { fixtureBytes } from './fixtures.ts'
import { formatIdOf, type MtcuteEntry, mtcuteManifest } from './mtcute.ts'

export const mtkrutoEntries = mtcuteManifest.entries.filter(({ format }) => format.startsWith('mtkruto.'))

/** The files of a folder fixture. */
export function mtkrutoFolder(path: string): ReadonlyMap<string, Uint8Array> {
  const directory = new URL(`../../../fixtures/mtcute/${path}`, import.meta.url).pathname
  return new Map(readdirSync(directory).map((file) => [file, fixtureBytes(`mtcute/${path}/${file}`)]))
}

export function mtkrutoVariant(entry: MtcuteEntry): string {
  if (entry.variant !== undefined) return entry.variant.slice(1)
  if (entry.kind === 'file') return 'B'
  return { 'mtk-ls-old': 'A1', 'mtk-ls-0.80': 'B1' }[entry.id] ?? 'B2'
}

function contentOf(entry: MtcuteEntry): Vector['content'] {
  if (entry.string !== undefined) return { medium: 'text', text: entry.string }
  const path = entry.path!
  if (entry.kind === 'file') return { medium: 'tables', bytes: fixtureBytes(`mtcute/${path}`) }
  return { medium: 'folder', name: path.slice(path.lastIndexOf('/') + 1), files: mtkrutoFolder(path) }
}

/** A type the library has no word for is written as the nearest one. */
function keptType({ type, kind }: Peer): PeerType {
  if (type === 'gigagroup' || type === 'community') return 'supergroup'
  return type ?? (kind === 'chat' ? 'group' : kind)
}

export const mtkrutoFamily: Family = {
  formatIds: ['mtkruto.string', 'mtkruto.storage', 'mtkruto.deno-kv'],
  vectors: () =>
    mtkrutoEntries.map((entry) => ({
      name: `mtcute/${entry.id}`,
      formatId: formatIdOf(entry),
      variant: mtkrutoVariant(entry),
      content: contentOf(entry),
      passcode: null,
      expect: 'ok',
    })),
  async asKept(session, _variant, formatId): Promise<Session> {
    if (formatId !== 'mtkruto.storage') return session
    const peers = (await collect(session.peers)).map((peer) => ({
      ...peer,
      type: keptType(peer),
      // 0 is the library's own word for none.
      accessHash: peer.accessHash === 0n ? null : peer.accessHash,
    }))
    const home = homeOf(session)!
    return { ...session, dataCenters: [{ ...home, address: null, port: null }], peers: collectionOf(peers) }
  },
}
