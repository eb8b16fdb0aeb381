import { AppError, isAppError } from '../../domain/errors.ts'
import { bytesOf, hasColumns, integerOf } from '../cells.ts'
import type { StoredSession, TablesFormat } from '../format.ts'
import type { Cell, TablesReader } from '../media.ts'
import { CARRIES } from './carries.ts'
import type { Coded } from './coded.ts'
import { type Branch, type KeyPart, type KeySet, keySetOf, type StoreEntry } from './entries.ts'
import { kvKeyOf } from './kv-key.ts'
import { readBranch } from './read.ts'
import { readV8Value } from './v8-value.ts'

const ID = 'mtkruto.deno-kv'

/** A first part of this marks the branch that the rest belongs to. */
const BRANCH = '__S'

/** A peer takes a row, and as many more as it has usernames. */
const MAX_ROWS = 200_000

/** Values serialised by V8; the others are plain numbers and bytes that MTKruto stores none of. */
const V8 = 1n

/**
 * Upstream: `storage/1_storage_deno_kv.ts` of MTKruto 0.216.0 over Deno's key-value store (2.9).
 *
 * | table | columns |
 * |---|---|
 * | kv | k (parts of the key), v (serialised by V8), v_encoding 1, version, seq, expiration_ms |
 *
 * Keys and values are those of the folder (see `storage.ts`). Not written: Deno makes such files itself.
 */
export const mtkrutoDenoKv: TablesFormat = {
  id: ID,
  library: 'mtkruto',
  label: 'MTKruto in Deno KV',
  help: 'The key-value store of Deno that MTKruto keeps its session in. It is read; to use the session elsewhere export it as a string.',
  medium: 'tables',
  extension: '.sqlite3',
  variants: [
    {
      id: 'A',
      label: 'A (up to 0.69)',
      library: 'mtkruto',
      carries: new Set([...CARRIES, 'peer-dates']),
      requires: ['auth-key', 'dc'],
      writable: false,
    },
    {
      id: 'B',
      label: 'B (0.70 and later)',
      library: 'mtkruto',
      carries: new Set([...CARRIES, 'min-contexts']),
      requires: ['auth-key', 'dc'],
      writable: false,
    },
  ],
  defaultVariant: 'B',
  detection:
    'The tables `kv` and `data_version` of Deno. Other programs have them too: it is sure only once an `auth` entry is found.',
  secretColumns: new Set(['kv.v']),
  detect(schema) {
    if (!hasColumns(schema, 'kv', ['k', 'v', 'v_encoding']) || !schema.tables.has('data_version')) return null
    // Any program can keep anything in such a store.
    return { certainty: 'plausible', reason: 'tables of Deno’s key-value store, as MTKruto uses one', variant: null }
  },
  async list(tables) {
    const stored: StoredSession[] = []
    for (const branch of await branchesOf(tables)) {
      const set = keySetOf(branch.entries)
      if (set !== null) stored.push(await storedSession(branch, set))
    }
    if (stored.length > 0) return stored
    throw new AppError('format.unrecognized', {
      kind: 'a key-value store of Deno',
      reason: 'MTKruto keeps nothing in it: no key in it begins with “auth”',
    })
  },
}

async function storedSession(branch: Branch, set: KeySet): Promise<StoredSession> {
  const info = { formatId: ID, variant: set, library: 'mtkruto', formatVersion: null }
  try {
    return { key: branch.id, name: branch.id === '' ? null : branch.id, decoded: await readBranch(branch, info) }
  } catch (error) {
    if (!isAppError(error, 'format.malformed')) throw error
    throw new AppError('format.malformed', { ...error.details, format: ID })
  }
}

async function branchesOf(tables: TablesReader): Promise<readonly Branch[]> {
  const columns = ['k', 'v', 'v_encoding']
  const branches = new Map<string, StoreEntry[]>()
  for (const [k, v, encoding] of await tables.scan({ table: 'kv', columns, limit: MAX_ROWS })) {
    const keyBytes = bytesOf(k)
    const parts = keyBytes === null ? null : kvKeyOf(keyBytes)
    const value = bytesOf(v)
    if (keyBytes === null || parts === null || value === null || integerOf(encoding) !== V8) continue
    const { id, key } = branchAndKey(parts)
    const isLarge = key[0] === 'peers' || key[0] === 'cache.peer'
    // Of peers, which can be many, the keys alone are held.
    const entry = isLarge ? entryOf(key, () => valueOf(tables, keyBytes)) : entryOf(key, async () => value)
    const known = branches.get(id)
    if (known) known.push(entry)
    else branches.set(id, [entry])
  }
  return [...branches].map(([id, entries]) => ({ id, entries })).toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

function branchAndKey(parts: readonly KeyPart[]): { readonly id: string; readonly key: readonly KeyPart[] } {
  const [first, ...rest] = parts
  if (typeof first === 'string' && first.startsWith(BRANCH) && first.length > BRANCH.length) {
    return { id: first.slice(BRANCH.length), key: rest }
  }
  return { id: '', key: parts }
}

function entryOf(key: readonly KeyPart[], bytes: () => Promise<Uint8Array>): StoreEntry {
  return {
    key,
    read: async () => readV8Value(await bytes()),
    async readPair() {
      const value = readV8Value(await bytes())
      if (!Array.isArray(value) || value.length < 2) throw new AppError('format.malformed', { reason: 'no pair' })
      return value as unknown as readonly [Coded, Coded]
    },
  }
}

async function valueOf(tables: TablesReader, key: Cell): Promise<Uint8Array> {
  const [row] = await tables.query('SELECT v FROM kv WHERE k = ?', [key])
  const value = bytesOf(row?.[0])
  if (value === null) throw new AppError('format.malformed', { reason: 'a value is gone' })
  return value
}
