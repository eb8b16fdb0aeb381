import { AppError } from '../../domain/errors.ts'
import type { FolderFormat, FolderReader } from '../format.ts'
import { groupsOf, isStoreFile, PROBE, prefixesOf } from './store-names.ts'
import { parsed } from './store-peers.ts'
import { ID, peerFilesOf, readStore } from './store-read.ts'
import { encodeStore, quotaProblems } from './store-write.ts'

/**
 * Upstream: `gramjs/sessions/StoreSession.ts` over store2 and node-localstorage; read at 2.26.22, older releases checked
 * by their folders. teleproto writes the same.
 *
 * | file (name, divider, then) | content |
 * |---|---|
 * | dcId, port | JSON number |
 * | serverAddress | JSON text |
 * | authKey | a Node buffer as JSON, or the bare word `undefined` |
 * | marked id of a peer | JSON: marked id, access hash, username, phone, name, time in ms |
 */
export const gramjsStore: FolderFormat = {
  id: ID,
  library: 'gramjs',
  label: 'GramJS folder',
  help: 'The folder of a StoreSession of GramJS or teleproto: a small file for each value and each peer.',
  medium: 'folder',
  variants: [
    {
      id: '2',
      label: '2 (2.0 and later, teleproto)',
      library: 'gramjs',
      carries: new Set([
        'dc',
        'address',
        'test-mode',
        'auth-key',
        'peers',
        'peer-names',
        'peer-usernames',
        'peer-phones',
        'peer-dates',
      ]),
      requires: ['auth-key', 'dc', 'address'],
      writable: true,
    },
  ],
  defaultVariant: '2',
  detection: 'Files whose names end in dcId, serverAddress, port and authKey behind one prefix.',
  checkWrite: quotaProblems,
  options: [
    {
      name: 'divider',
      label: 'Divider',
      help: 'What stands between the name and the rest of each file name. Only for a program that gives StoreSession one of its own.',
      kind: 'text',
    },
    {
      name: 'without-peers',
      label: 'Leave the peers out',
      help: 'GramJS allows a folder 5 MiB in all, which is about 50,000 peers. It finds them again as it meets them.',
      kind: 'flag',
    },
  ],
  claims: (names) => prefixesOf(names).size > 0,
  concerns: isStoreFile,
  sharesFolder: true,
  async detect(folder) {
    const groups = groupsOf(ownFiles(folder))
    const first = groups[0]
    if (first === undefined) return null
    const sessions = groups.length === 1 ? 'one session' : `${groups.length} sessions`
    const peers = groups.reduce((sum, group) => sum + group.peers.length, 0)
    const isWhole = groups.some((group) => group.parts.has('serverAddress') && group.parts.has('dcId'))
    const keys = await Promise.all(groups.map((group) => isBuffer(folder, group.parts.get('authKey'))))
    return {
      certainty: isWhole && keys.includes(true) ? 'exact' : 'plausible',
      reason: `files of a StoreSession: ${sessions}, ${peers} peers`,
      variant: '2',
    }
  },
  async list(folder) {
    const groups = groupsOf(ownFiles(folder))
    if (groups.length === 0) throw new AppError('format.malformed', { format: ID, reason: 'no session is in it' })
    const stored = []
    for (const group of groups) stored.push(await readStore(folder, group))
    return stored
  },
  encode: encodeStore,
  async filesOf(folder, key) {
    const groups = groupsOf(ownFiles(folder))
    const group = groups.find(({ prefix }) => prefix === key)
    if (group === undefined) throw new AppError('session.not-found', {})
    const peers = await peerFilesOf(folder, group)
    const own = [...group.parts.values(), ...peers.map(({ file }) => file), ...group.remnants].sort()
    const others = folder.entries.length - own.length - (folder.entries.some(({ path }) => path === PROBE) ? 1 : 0)
    return groups.length === 1 && others === 0 ? null : own
  },
}

/** Files of the folder's own level: a folder in it is a place of its own. */
function ownFiles(folder: FolderReader): readonly string[] {
  return folder.entries.map(({ path }) => path).filter((path) => !path.includes('/'))
}

async function isBuffer(folder: FolderReader, file: string | undefined): Promise<boolean> {
  if (file === undefined) return false
  try {
    const text = new TextDecoder().decode(await folder.read(file))
    return text.trim() === 'undefined' || (parsed(text) as { type?: unknown } | null)?.type === 'Buffer'
  } catch {
    // What cannot be read is told when it is opened.
    return false
  }
}
