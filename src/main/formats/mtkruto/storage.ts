import { AppError, isAppError } from '../../domain/errors.ts'
import type { Field } from '../../domain/session.ts'
import type { FolderFormat, FolderReader, StoredSession, Variant } from '../format.ts'
import { CARRIES } from './carries.ts'
import { type Coding, decodeAs, decodeCoded, decodePair, encodeCoded } from './coded.ts'
import { type Branch, type KeyPart, keySetOf, type StoreEntry } from './entries.ts'
import { readBranch } from './read.ts'
import { storeValues } from './write.ts'

const ID = 'mtkruto.storage'

/** What stands in front of every key; a branch appends its id. */
const PREFIX = 'main'
const BRANCH = 'S__'

/** Names of the file that holds the login: both sets of names, both codings. */
const LOGIN = /^main(?:S__.+?)?6(?:5%0A2auth|24%0Aauth|28%0Aauth\.key|9%0A2auth\.key)$/

type StorageVariant = 'A1' | 'B1' | 'B2'

const labels: Readonly<Record<StorageVariant, string>> = {
  A1: 'A (up to 0.69)',
  B1: 'B in lines (0.70 to 0.89)',
  B2: 'B (0.90 and later)',
}

function variantOf(id: StorageVariant): Variant {
  const carries: Field[] = [...CARRIES]
  if (id === 'A1') carries.push('peer-dates')
  else carries.push('min-contexts')
  return {
    id,
    label: labels[id],
    library: 'mtkruto',
    carries: new Set(carries),
    requires: ['auth-key', 'dc', 'user-id', 'is-bot'],
    writable: id === 'B2',
  }
}

/**
 * Upstream: `storage/2_storage_local_storage.node.ts` of MTKruto over node-localstorage; read at a build of 2025-08-10,
 * 0.80.0 and 0.216.0.
 *
 * | file (`main`, then the coded key) | content |
 * |---|---|
 * | ["auth"]; up to 0.69 ["auth.dc"], ["auth.key"], … | the login |
 * | ["peers", marked id]; ["cache.peer", …] | object and access hash; packed TL object and time |
 * | ["usernames", name], ["phoneNumbers", phone] | marked id and time |
 * | ["updates.state"], ["channelPts", bare id] | counters |
 * | ["session.serverSalt"], ["auth.isPremium"] | |
 *
 * A value is a digit for its type and its text; see `coded.ts`. A branch is a session of its own in the same folder.
 */
export const mtkrutoStorage: FolderFormat = {
  id: ID,
  library: 'mtkruto',
  label: 'MTKruto folder',
  help: 'The folder of a StorageLocalStorage of MTKruto in Node: a small file for each value and each peer. Stored messages and files stay behind.',
  medium: 'folder',
  variants: (['A1', 'B1', 'B2'] as const).map(variantOf),
  defaultVariant: 'B2',
  detection:
    'The file of the login, whose name begins with “main” and ends with “auth” in one of the library’s codings.',
  claims: (names) => names.some((name) => LOGIN.test(name)),
  // Stored messages and files are the session's too: they go when it goes.
  concerns: (path) => !path.includes('/') && path.startsWith(PREFIX),
  async detect(folder) {
    const branches = branchesOf(folder)
    const [first] = branches
    if (first === undefined) return null
    const sessions = branches.length === 1 ? 'one session' : `${branches.length} sessions`
    const variant = shapeOf(first)
    return { certainty: 'exact', reason: `files of an MTKruto storage, ${labels[variant]}: ${sessions}`, variant }
  },
  async list(folder) {
    const stored: StoredSession[] = []
    for (const branch of branchesOf(folder)) {
      const variant = shapeOf(branch)
      const info = { formatId: ID, variant, library: 'mtkruto', formatVersion: variant }
      stored.push({ key: branch.id, name: branch.id === '' ? null : branch.id, decoded: await decoded(branch, info) })
    }
    if (stored.length === 0) throw new AppError('format.malformed', { format: ID, reason: 'no login is in it' })
    return stored
  },
  async encode(session, options) {
    const files = new Map<string, Uint8Array>()
    for await (const [key, value] of storeValues(session, options, ID)) {
      files.set(fileName(PREFIX + encodeCoded(key)), new TextEncoder().encode(encodeCoded(value)))
    }
    return files
  },
  async filesOf(folder, key) {
    const files = filesOf(folder)
    if (new Set(files.map((file) => file.branch)).size < 2) return null
    return files.filter((file) => file.branch === key).map((file) => file.path)
  },
}

async function decoded(branch: Branch, info: Parameters<typeof readBranch>[1]): ReturnType<typeof readBranch> {
  try {
    return await readBranch(branch, info)
  } catch (error) {
    if (!isAppError(error, 'format.malformed')) throw error
    throw new AppError('format.malformed', { ...error.details, format: ID })
  }
}

interface KeyFile {
  readonly path: string
  readonly branch: string
  readonly coding: Coding
  readonly key: readonly KeyPart[]
}

interface FileEntry extends StoreEntry {
  readonly coding: Coding
}

function branchesOf(folder: FolderReader): readonly Branch[] {
  const branches = new Map<string, FileEntry[]>()
  for (const { path, branch, key, coding } of filesOf(folder)) {
    const text = async (): Promise<string> => new TextDecoder().decode(await folder.read(path))
    const entry: FileEntry = {
      key,
      coding,
      read: async () => decodeCoded(await text()),
      readPair: async () => decodePair(await text()),
    }
    const known = branches.get(branch)
    if (known) known.push(entry)
    else branches.set(branch, [entry])
  }
  return [...branches]
    .map(([id, entries]) => ({ id, entries }))
    .filter(({ entries }) => keySetOf(entries) !== null)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/** Set B was written in both codings, set A in the first alone. */
function shapeOf({ entries }: Branch): StorageVariant {
  if (keySetOf(entries) === 'A') return 'A1'
  const auth = entries.find((entry) => entry.key.length === 1 && entry.key[0] === 'auth')
  return (auth as FileEntry | undefined)?.coding === 1 ? 'B1' : 'B2'
}

/** Files of the folder's own level whose names are keys of this library. */
function filesOf(folder: FolderReader): readonly KeyFile[] {
  return folder.entries.flatMap(({ path }) => {
    if (path.includes('/') || !path.startsWith(PREFIX)) return []
    const name = keyName(path)
    if (name === null) return []
    const rest = name.slice(PREFIX.length)
    // A branch id may hold a 6 itself: the key begins at the first one behind which all is well.
    for (let at = rest.indexOf('6'); at !== -1; at = rest.indexOf('6', at + 1)) {
      const branch = rest.slice(0, at)
      if (branch !== '' && (!branch.startsWith(BRANCH) || branch.length === BRANCH.length)) return []
      const found = keyOf(rest.slice(at))
      if (found !== null) return [{ path, branch: branch.slice(BRANCH.length), ...found }]
      if (branch === '') return []
    }
    return []
  })
}

function keyOf(text: string): { readonly key: readonly KeyPart[]; readonly coding: Coding } | null {
  for (const coding of [2, 1] as const) {
    try {
      const key = decodeAs(text, coding)
      if (!Array.isArray(key) || typeof key[0] !== 'string') continue
      const parts = key as readonly KeyPart[]
      if (parts.every((part) => ['string', 'number', 'bigint'].includes(typeof part))) return { key: parts, coding }
    } catch {
      // Of the other coding, or of another program.
    }
  }
  return null
}

function keyName(path: string): string | null {
  try {
    return decodeURIComponent(path)
  } catch {
    return null
  }
}

/** As node-localstorage names files. */
function fileName(key: string): string {
  return encodeURIComponent(key).replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
}
