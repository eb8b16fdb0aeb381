import { normalizeIp } from '../../bytes/ip.ts'
import { dcOfAddress, isPlausibleDcId } from '../../domain/data-centers.ts'
import { AppError } from '../../domain/errors.ts'
import type { Problem } from '../../domain/problem.ts'
import {
  type Account,
  type ChannelState,
  type Collection,
  collectionOf,
  DC_FLAGS,
  type DataCenter,
} from '../../domain/session.ts'
import { hasColumns, integerOf, scanNamed, textOf, wholeNumberOf } from '../cells.ts'
import type { FormatInfo, StoredSession } from '../format.ts'
import type { TablesReader, TablesSchema } from '../media.ts'
import { pagedCollection } from '../paged.ts'
import { dataCentersOf, noKeyProblem, type Places, readKeys, readTemporaryKey } from './keys.ts'
import { messageRefs } from './message-refs.ts'
import { peersCollection, peerTableOf } from './peers.ts'

const NEWEST_LEGACY = 5
const OLDEST_LEGACY = 2

export function isLegacy(schema: TablesSchema): boolean {
  return hasColumns(schema, 'kv', ['key', 'value']) && schema.tables.has('auth_keys') && schema.tables.has('entities')
}

/**
 * The session in the tables of `@mtcute/sqlite` up to 0.6.
 * @param info what to call it, when the tables are not alone in the file
 * @throws AppError format.unsupported-version
 */
export async function readLegacy(
  tables: TablesReader,
  schema: TablesSchema,
  info: FormatInfo | null = null,
): Promise<StoredSession> {
  const values = await readValues(tables, schema)
  const version = wholeNumberOf(numberLike(values.get('ver')))
  if (version !== null && (version < OLDEST_LEGACY || version > NEWEST_LEGACY)) {
    const known = String(NEWEST_LEGACY)
    throw new AppError('format.unsupported-version', { format: 'mtcute.legacy', found: String(version), known })
  }
  const problems: Problem[] = []
  if (version === null) {
    problems.push({
      code: 'mtcute.no-version',
      message:
        'The file holds no schema number, so its library would take it for a new one. Export it as mtcute SQLite to repair it.',
    })
  }
  const keys = await readKeys(tables, schema, problems)
  const dataCenters = dataCentersOf(placesOf(values.get('def_dc')), keys, problems)
  const home = dataCenters.find((dc) => dc.home)
  if (home === undefined ? keys.size === 0 : home.authKey === null) problems.push(noKeyProblem(schema))
  const [pts, qts, date, seq] = ['pts', 'qts', 'date', 'seq'].map((name) => wholeNumberOf(numberLike(values.get(name))))
  return {
    key: '',
    name: null,
    decoded: {
      info: info ?? {
        formatId: 'mtcute.legacy',
        variant: String(version ?? NEWEST_LEGACY),
        library: 'mtcute',
        formatVersion: version,
      },
      problems,
      session: {
        dataCenters,
        test: home?.address == null ? null : (dcOfAddress(home.address)?.test ?? null),
        account: accountOf(values.get('self')),
        apiId: null,
        updateState:
          pts == null && date == null
            ? null
            : { pts: pts ?? null, qts: qts ?? null, date: date ?? null, seq: seq ?? null },
        takeoutId: null,
        temporaryKey: await readTemporaryKey(tables, schema, home?.id ?? null),
        savedAt: null,
        channelStates: await channelStates(tables, schema),
        peers: await peersCollection(tables, peerTableOf(schema, 'legacy')),
        sentFiles: collectionOf([]),
        minContexts: await messageRefs(tables, schema),
      },
    },
  }
}

async function readValues(tables: TablesReader, schema: TablesSchema): Promise<ReadonlyMap<string, unknown>> {
  const values = new Map<string, unknown>()
  for (const row of await scanNamed(tables, schema, { table: 'kv', columns: ['key', 'value'], limit: 1000 })) {
    const key = textOf(row['key'])
    const text = textOf(row['value'])
    if (key === null || text === null) continue
    try {
      values.set(key, JSON.parse(text))
    } catch {
      // A value that is no JSON is as good as none.
    }
  }
  return values
}

/** One option in schemas 2 and 3, `main` and `media` in 4 and 5. */
function placesOf(value: unknown): Places {
  const isPair = isRecord(value) && 'main' in value
  const main = placeOf(isPair ? value['main'] : value)
  const media = isPair ? placeOf(value['media']) : null
  const same = media !== null && media.address === main?.address && media.flags === main?.flags
  return { main: main && { ...main, home: true }, media: same ? null : media }
}

function placeOf(value: unknown): DataCenter | null {
  if (!isRecord(value)) return null
  const { id, ipAddress, port, ipv6, mediaOnly } = value
  if (typeof id !== 'number' || !isPlausibleDcId(id) || typeof ipAddress !== 'string') return null
  const flags = (ipv6 === true ? DC_FLAGS.ipv6 : 0) | (mediaOnly === true ? DC_FLAGS.media : 0)
  const isPort = typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536
  const address = normalizeIp(ipAddress) ?? ipAddress.trim()
  return { id, address, port: isPort ? port : null, authKey: null, home: false, flags }
}

function accountOf(value: unknown): Account | null {
  const id = isRecord(value) ? numberLike(value['userId']) : null
  if (!isRecord(value) || typeof id !== 'number' || !Number.isSafeInteger(id) || id < 1) return null
  const isBot = typeof value['isBot'] === 'boolean' ? value['isBot'] : null
  return { id: BigInt(id), isBot, username: null, phone: null }
}

async function channelStates(tables: TablesReader, schema: TablesSchema): Promise<Collection<ChannelState>> {
  if (!hasColumns(schema, 'pts', ['channel_id', 'pts'])) return collectionOf([])
  const source = { columns: 'pts', table: 'pts', key: 'channel_id' }
  return pagedCollection(tables, await tables.count('pts'), source, (rows) =>
    rows.flatMap((row) => {
      const channelId = integerOf(row[0])
      const pts = wholeNumberOf(row[1])
      return channelId === null ? [] : [{ channelId, pts, date: null, seq: null, qts: null }]
    }),
  )
}

function numberLike(value: unknown): number | null {
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : null
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
