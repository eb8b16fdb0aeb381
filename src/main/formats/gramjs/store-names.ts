/** The four files every session has; all others hold a peer each. */
export const PARTS = ['dcId', 'serverAddress', 'port', 'authKey'] as const
export type Part = (typeof PARTS)[number]

/** The files of one session in a folder. */
export interface StoreGroup {
  /** Session name and divider: what every key begins with. */
  readonly prefix: string
  /** File names by part. */
  readonly parts: ReadonlyMap<Part, string>
  /** File names of peers with the marked id that each promises. */
  readonly peers: readonly PeerFile[]
  /** Copies an interrupted write left behind; they can hold the key. */
  readonly remnants: readonly string[]
}

export interface PeerFile {
  readonly file: string
  /** "-1001234567890" */
  readonly id: string
  /** Further prefixes that the name could be meant for; what is in the file tells. */
  readonly isShared: boolean
}

/** A probe that the library removes again, unless it was stopped. */
export const PROBE = '__store2_test'

const PEER_ID = /^-?\d{1,20}$/
const REMNANT = /^(dcId|serverAddress|port|authKey|-?\d{1,20})\.\d+$/

/** Whether a path can be that of a file of some session: at the folder's own level, its name ending as theirs do. */
export function isStoreFile(path: string): boolean {
  if (path === PROBE) return true
  return !path.includes('/') && keyOf(path) !== null && /(?:dcId|serverAddress|port|authKey|\d)(?:\.\d+)?$/.test(path)
}

/** How node-localstorage names the file of a key. */
export function fileNameOf(key: string): string {
  return encodeURIComponent(key.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** @returns null for a name the library cannot have made */
function keyOf(file: string): string | null {
  try {
    return decodeURIComponent(file)
  } catch {
    return null
  }
}

/** Prefixes of the sessions in a folder: at least two of the four files are there. Quick: one look at each name. */
export function prefixesOf(files: readonly string[]): ReadonlySet<string> {
  const found = new Map<string, number>()
  for (const file of files) {
    const part = PARTS.find((one) => file.endsWith(one))
    if (part === undefined) continue
    const key = keyOf(file)
    if (key === null) continue
    const prefix = key.slice(0, -part.length)
    found.set(prefix, (found.get(prefix) ?? 0) + (part === 'authKey' || part === 'dcId' ? 2 : 1))
  }
  // The key or the DC, and one file more.
  return new Set([...found].filter(([, weight]) => weight >= 3).map(([prefix]) => prefix))
}

/** The sessions of a folder, in the order of their prefixes. A name that fits two goes to the longer prefix. */
export function groupsOf(files: readonly string[]): readonly StoreGroup[] {
  const prefixes = [...prefixesOf(files)].sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
  const groups = new Map(
    prefixes.map((prefix) => {
      return [prefix, { prefix, parts: new Map<Part, string>(), peers: [] as PeerFile[], remnants: [] as string[] }]
    }),
  )
  for (const file of files) {
    const key = keyOf(file)
    if (key === null) continue
    const fitting = prefixes.filter((prefix) => key.startsWith(prefix) && isOwn(key.slice(prefix.length)))
    for (const prefix of fitting) {
      const rest = key.slice(prefix.length)
      const group = groups.get(prefix)
      const part = PARTS.find((one) => one === rest)
      if (part !== undefined) group?.parts.set(part, file)
      else if (PEER_ID.test(rest)) group?.peers.push({ file, id: rest, isShared: fitting.length > 1 })
      else group?.remnants.push(file)
    }
  }
  return [...groups.values()].sort((a, b) => (a.prefix < b.prefix ? -1 : 1))
}

function isOwn(rest: string): boolean {
  return PARTS.some((part) => part === rest) || PEER_ID.test(rest) || REMNANT.test(rest)
}

/**
 * The session's name without its divider, which no file tells: the folder's name where the prefix begins with it, else
 * what is left without the marks at the end.
 */
export function nameOf(prefix: string, folderName: string): string | null {
  if (prefix === '') return null
  const known = keyOf(folderName) ?? folderName
  if (known !== '' && prefix.startsWith(known) && !/^[\p{L}\p{N}]/u.test(prefix.slice(known.length))) return known
  const bare = prefix.replace(/[^\p{L}\p{N}]+$/u, '')
  return bare === '' ? prefix : bare
}
