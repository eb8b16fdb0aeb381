import { readdirSync } from 'node:fs'
import { collect, collectionOf, type Session } from '../../../src/main/domain/session.ts'
import { cleanText } from '../../../src/main/formats/clean-text.ts'
import type { Family, Vector } from './family.ts'
import { fixtureBytes, fixtureJson } from './fixtures.ts'

export interface GramjsEntry {
  readonly id: string
  readonly kind: 'string' | 'directory'
  readonly string?: string
  readonly path?: string
  readonly format: string
  readonly expect: 'ok' | 'suspect' | 'no-key' | 'error'
  readonly session_name?: string
  readonly divider?: string
  readonly key_prefix?: string
  readonly session?: {
    readonly dc_id: number
    readonly address: string
    readonly port: number
    readonly test_mode: boolean | null
    readonly auth_key_hex: string | null
    readonly auth_key_id_hex: string | null
  }
  readonly peers?: {
    readonly count: number
    readonly digest?: string
    readonly sample: readonly {
      readonly id: string
      readonly kind: string
      readonly bare_id: string
      readonly access_hash: string
      readonly usernames: readonly string[]
      readonly phone: string | null
      readonly name: string
      readonly date_ms: string
    }[]
  }
}

export const gramjsManifest = fixtureJson<{ entries: readonly GramjsEntry[] }>('gramjs/manifest.json')

/** The files of a folder fixture. */
export function gramjsFolder(path: string): ReadonlyMap<string, Uint8Array> {
  const directory = new URL(`../../../fixtures/gramjs/${path}`, import.meta.url)
  return new Map(readdirSync(directory).map((file) => [file, fixtureBytes(`gramjs/${path}/${file}`)]))
}

function vectors(): Vector[] {
  const strings = gramjsManifest.entries.flatMap((entry): Vector[] => {
    // A string cut short fits no format, and strings of Telethon are its own family's.
    if (entry.string === undefined || entry.format !== 'gramjs.string') return []
    return [
      {
        name: `gramjs/${entry.id}`,
        formatId: 'gramjs.string',
        variant: entry.expect === 'error' ? null : '1',
        content: { medium: 'text', text: cleanText(entry.string).text },
        passcode: null,
        expect: entry.expect === 'error' ? 'error' : 'ok',
      },
    ]
  })
  const paths = [...new Set(gramjsManifest.entries.flatMap(({ path }) => path ?? []))]
  const folders = paths.map((path): Vector => {
    const isLoggedOut = gramjsManifest.entries.some((entry) => entry.path === path && entry.expect === 'no-key')
    return {
      name: `gramjs/${path}`,
      formatId: 'gramjs.store',
      variant: '2',
      content: { medium: 'folder', name: path.slice(path.lastIndexOf('/') + 1), files: gramjsFolder(path) },
      passcode: null,
      expect: isLoggedOut ? 'suspect' : 'ok',
    }
  })
  return [...strings, ...folders]
}

export const gramjsFamily: Family = {
  formatIds: ['gramjs.string', 'gramjs.store'],
  vectors,
  /** The library keeps no peer without an access hash, and the hash of a basic group is 0. */
  async asKept(session): Promise<Session> {
    const peers = (await collect(session.peers)).filter(
      (peer) => peer.kind === 'chat' || (peer.accessHash !== null && peer.isMin !== true),
    )
    return {
      ...session,
      peers: collectionOf(peers.map((peer) => ({ ...peer, accessHash: peer.kind === 'chat' ? 0n : peer.accessHash }))),
    }
  },
}
