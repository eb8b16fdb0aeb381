import { decodeBase64 } from '../../bytes/base64.ts'
import { dcOfAddress, isPlausibleDcId } from '../../domain/data-centers.ts'
import type { Peer } from '../../domain/peer.ts'
import type { Problem } from '../../domain/problem.ts'
import { type Account, type Collection, type DataCenter, emptySession, type SentFile } from '../../domain/session.ts'
import { integerOf, numberOf, textOf } from '../cells.ts'
import type { StoredSession } from '../format.ts'
import type { KeyValue, KeyValueReader } from '../media.ts'
import { userIdFrom } from '../stored-place.ts'
import { dataCenterOf, type SessionCells } from './data-centers.ts'
import { peerFromRow } from './peers.ts'
import type { RedisSessionKeys } from './redis-index.ts'
import { DEFAULT_HIVE, keyOfBase } from './redis-keys.ts'
import { rowKeys } from './redis-rows.ts'
import { type RedisValue, redisValue } from './redis-value.ts'
import { digestFrom } from './redis-digest.ts'
import { sentFileFrom } from './sent-files.ts'

export const REDIS_ID = 'telethon.redis'

/** Sessions in the order of the given ones, two rounds for all; what turns out to be somebody else's is left out. */
export async function readRedisSessions(
  reader: KeyValueReader,
  found: readonly RedisSessionKeys[],
): Promise<readonly StoredSession[]> {
  const keys: string[] = []
  for (const { base, dcs, hasSelf } of found) {
    for (const dc of dcs) keys.push(`${base}:sessions:${dc}`)
    if (hasSelf) keys.push(`${base}:entities:0`)
  }
  const values = await reader.get(keys)
  let at = 0
  const sessions = found.map((keysOfOne): FoundValues => {
    const { dcs, hasSelf } = keysOfOne
    const rows = values.slice(at, at + dcs.length)
    at += dcs.length + (hasSelf ? 1 : 0)
    return { keys: keysOfOne, rows, self: hasSelf ? (values[at - 1] ?? null) : null }
  })
  const accounts = await accountsOf(reader, sessions)
  return sessions.flatMap((one) => storedSession(reader, one, accounts.get(one.keys.base) ?? null) ?? [])
}

interface FoundValues {
  readonly keys: RedisSessionKeys
  /** In the order of the data centres. */
  readonly rows: readonly KeyValue[]
  readonly self: KeyValue
}

function storedSession(
  reader: KeyValueReader,
  { keys: found, rows: values }: FoundValues,
  account: Account | null,
): StoredSession | null {
  const { base } = found
  const problems: Problem[] = []
  const rows = found.dcs.flatMap((dc, index): Row[] => {
    const value = redisValue(values[index] ?? null)
    return value === null || !isOurs(found, dc, value) ? [] : [rowOf(dc, value, problems)]
  })
  if (rows.length === 0) return null
  const home = homeRow(rows, problems)
  const dataCenters = rows.map((row): DataCenter => ({ ...row.dataCenter, home: row === home }))
  return {
    key: keyOfBase(base),
    name: found.name,
    decoded: {
      info: { formatId: REDIS_ID, variant: home.variant, library: 'telethon', formatVersion: null },
      problems,
      session: {
        ...emptySession(),
        dataCenters,
        test: home.dataCenter.address === null ? null : (dcOfAddress(home.dataCenter.address)?.test ?? null),
        account,
        savedAt: home.savedAt,
        ...(found.entities > 0 && { peers: entitiesOf(reader, base, found.entities) }),
        ...(found.sentFiles > 0 && { sentFiles: sentFilesOf(reader, base, found.sentFiles) }),
      },
    },
  }
}

interface Row {
  readonly dataCenter: DataCenter
  readonly variant: string
  readonly savedAt: number | null
}

/** Other programs have keys of such names, too: what holds none of our members is theirs, unless the place is ours. */
function isOurs(found: RedisSessionKeys, dc: string, value: RedisValue): boolean {
  if (value.encoding !== 'none') return ['auth_key', 'server_address'].some((name) => Object.hasOwn(value.cells, name))
  if (!isPlausibleDcId(Number(dc))) return false
  return found.entities > 0 || found.hasSelf || found.base.startsWith(`${DEFAULT_HIVE}:`)
}

function rowOf(dc: string, value: RedisValue, problems: Problem[]): Row {
  if (value.encoding === 'none') {
    problems.push({
      code: 'telethon.damaged-row',
      message: `The key of DC ${dc} cannot be read: ${value.reason}. Nothing of it is used; restore it from a backup, or log in again.`,
    })
    const dataCenter = { id: Number(dc), address: null, port: null, authKey: null, home: false }
    return { dataCenter, variant: 'json', savedAt: null }
  }
  const { cells } = value
  const text = cells['auth_key']
  const authKey = typeof text === 'string' ? (decodeBase64(text) ?? text) : (text ?? null)
  const row: SessionCells = { ...cells, dc_id: cells['dc_id'] ?? BigInt(dc), auth_key: authKey }
  return {
    dataCenter: dataCenterOf(row, false, problems),
    variant: value.encoding === 'pickle' ? 'pickle' : value.isStamped ? 'json-stamped' : 'json',
    savedAt: numberOf(cells['ts_ts']),
  }
}

/** The library takes whichever key the server tells last; here it is the one saved last, else the first with a login. */
function homeRow(rows: readonly Row[], problems: Problem[]): Row {
  const [only] = rows
  if (rows.length === 1 && only !== undefined) {
    if (only.dataCenter.authKey === null) noteNoKey(problems)
    return only
  }
  const withKey = rows.filter(({ dataCenter }) => dataCenter.authKey !== null)
  const candidates = withKey.length > 0 ? withKey : rows
  const stamped = candidates.filter(({ savedAt }) => savedAt !== null)
  const newest = stamped.toSorted((a, b) => (b.savedAt ?? 0) - (a.savedAt ?? 0))
  const isTie = newest[0]?.savedAt === newest[1]?.savedAt
  const home = (isTie ? candidates[0] : newest[0]) ?? (rows[0] as Row)
  const why = isTie ? 'The first with a key' : 'The one saved last'
  problems.push({
    code: 'telethon.several-sessions',
    message: `The store holds ${rows.length} data centres for this session, and the library takes any of them. ${why} (DC ${home.dataCenter.id}) is taken as home; check it before you rely on it.`,
  })
  if (home.dataCenter.authKey === null) noteNoKey(problems)
  return home
}

function noteNoKey(problems: Problem[]): void {
  if (problems.some(({ code }) => code === 'session.damaged-key')) return
  problems.push({
    code: 'session.no-key',
    message: 'The session holds no login: a client made it but never logged in. Nothing can be exported from it.',
  })
}

/** The account that an entity 0 names: its id in the hash, the rest in the entity of that id. */
async function accountsOf(
  reader: KeyValueReader,
  found: readonly FoundValues[],
): Promise<ReadonlyMap<string, Account>> {
  const ids: [base: string, id: bigint][] = []
  for (const { keys, self } of found) {
    if (self === null) continue
    const marker = redisValue(self)
    const id = marker === null || marker.encoding === 'none' ? null : userIdFrom(integerOf(marker.cells['hash']))
    if (id !== null) ids.push([keys.base, id])
  }
  const rows = ids.length === 0 ? [] : await reader.get(ids.map(([base, id]) => `${base}:entities:${id}`))
  return new Map(
    ids.map(([base, id], index) => {
      const row = redisValue(rows[index] ?? null)
      const cells = row === null || row.encoding === 'none' ? {} : row.cells
      return [base, { id, isBot: null, username: textOf(cells['username']), phone: textOf(cells['phone']) }]
    }),
  )
}

/** Peer of an entity's value; null for the row 0 and for what is none. */
export function peerOfValue(value: KeyValue): Peer | null {
  const row = redisValue(value)
  if (row === null || row.encoding === 'none') return null
  const { id, hash, username, phone, name, ts_ts } = row.cells
  if (integerOf(id) === 0n) return null
  return peerFromRow([id ?? null, hash ?? null, username ?? null, phone ?? null, name ?? null, ts_ts ?? null])
}

function entitiesOf(reader: KeyValueReader, base: string, count: number): Collection<Peer> {
  return collectionBy(reader, base, 'entities', count, peerOfValue)
}

function sentFilesOf(reader: KeyValueReader, base: string, count: number): Collection<SentFile> {
  return collectionBy(reader, base, 'sent_files', count, (value) => {
    const row = redisValue(value)
    if (row === null || row.encoding === 'none') return null
    const { md5_digest, file_size, type, id, hash } = row.cells
    return sentFileFrom([digestFrom(md5_digest), file_size ?? null, type ?? null, id ?? null, hash ?? null])
  })
}

/** Rows by pages of a scan, in no order. What cannot be read is left out. */
function collectionBy<T>(
  reader: KeyValueReader,
  base: string,
  kind: 'entities' | 'sent_files',
  count: number,
  from: (value: KeyValue) => T | null,
): Collection<T> {
  return {
    count,
    async *batches() {
      for await (const keys of rowKeys(reader, base, kind)) {
        const rows = (await reader.get(keys)).flatMap((value) => from(value) ?? [])
        if (rows.length > 0) yield rows
      }
    },
  }
}
