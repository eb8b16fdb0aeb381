import { authKeyFrom } from '../../domain/key-id.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Secret } from '../../domain/secret.ts'
import type { DataCenter } from '../../domain/session.ts'
import { bytesOf, scanNamed, wholeNumberOf } from '../cells.ts'
import type { TablesReader, TablesSchema } from '../media.ts'
import { isPlausibleDcId } from '../../domain/data-centers.ts'
import { DC_FLAGS } from '../../domain/session.ts'
import { storedKeyFrom } from '../stored-key.ts'

/** More rows than there are data centres mean nothing. */
const MAX_KEYS = 64

/** `auth_keys` by data centre; a damaged one is named and left out. */
export async function readKeys(
  tables: TablesReader,
  schema: TablesSchema,
  problems: Problem[],
): Promise<ReadonlyMap<number, Secret>> {
  const keys = new Map<number, Secret>()
  const rows = await scanNamed(tables, schema, { table: 'auth_keys', columns: ['dc', 'key'], limit: MAX_KEYS })
  for (const row of rows) {
    const dc = wholeNumberOf(row['dc'])
    if (dc === null || !isPlausibleDcId(dc)) continue
    const key = storedKeyFrom(bytesOf(row['key']), problems, { dcId: dc })
    if (key !== null) keys.set(dc, key)
  }
  return keys
}

/** The key of a short-lived connection to the home DC; its end is not kept. */
export async function readTemporaryKey(
  tables: TablesReader,
  schema: TablesSchema,
  homeId: number | null,
): Promise<Secret | null> {
  const request = { table: 'temp_auth_keys', columns: ['dc', 'idx', 'key'], limit: MAX_KEYS }
  for (const row of await scanNamed(tables, schema, request)) {
    if (wholeNumberOf(row['dc']) !== homeId || wholeNumberOf(row['idx']) !== 0) continue
    const key = authKeyFrom(bytesOf(row['key']))
    if (key !== null && key !== 'damaged') return key
  }
  return null
}

/** What the file says of its main and media data centres. */
export interface Places {
  readonly main: DataCenter | null
  readonly media: DataCenter | null
}

/** Home (with its key), media address and the keys of all others. A file that names no home has one if it has one key. */
export function dataCentersOf(
  places: Places,
  keys: ReadonlyMap<number, Secret>,
  problems: Problem[],
): readonly DataCenter[] {
  const [only] = keys
  let home = places.main
  if (home === null && only !== undefined && keys.size === 1) {
    home = { id: only[0], address: null, port: null, authKey: only[1], home: true }
    problems.push({
      code: 'mtcute.no-home',
      message: `The file does not say where the account lives. Its only key is of DC ${only[0]}, which is taken; an export writes it.`,
    })
  } else if (home === null && keys.size > 1) {
    problems.push({
      code: 'mtcute.home-unknown',
      message: `The file has keys of ${keys.size} data centres and does not say where the account lives. Give the DC when you export the session.`,
    })
  }
  const homeId = home?.id ?? null
  const media = places.media === null ? [] : [places.media]
  const others = [...keys]
    .filter(([id]) => id !== homeId)
    .map(([id, authKey]): DataCenter => ({ id, address: null, port: null, authKey, home: false }))
  if (home === null) return others
  const authKey = keys.get(home.id) ?? null
  return [{ ...home, authKey }, ...media.map((dc) => ({ ...dc, flags: (dc.flags ?? 0) | DC_FLAGS.media })), ...others]
}

export function noKeyProblem(schema: TablesSchema): Problem {
  return {
    code: 'session.no-key',
    message: schema.wal
      ? 'The file holds no login. It is in WAL mode: if its “-wal” file was left behind when it was copied, the login is in there.'
      : 'The file holds no login: a client made it but never logged in, or logged out. Nothing can be exported from it.',
  }
}
