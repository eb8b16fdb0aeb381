import { dcOfAddress } from '../../domain/data-centers.ts'
import { AppError } from '../../domain/errors.ts'
import type { Problem } from '../../domain/problem.ts'
import {
  type Account,
  type ChannelState,
  collectionOf,
  type DataCenter,
  type UpdateState,
} from '../../domain/session.ts'
import { bytesOf, columnsOf, integerOf, scanNamed, textOf } from '../cells.ts'
import type { StoredSession } from '../format.ts'
import type { TablesReader, TablesSchema } from '../media.ts'
import { dataCenterFrom, type DcOption, readBasicDcOption } from './dc-option.ts'
import { dataCentersOf, noKeyProblem, readKeys, readTemporaryKey } from './keys.ts'
import { orNull, readCurrentUser, readInt, readSalt } from './key-value.ts'
import { isLegacy, readLegacy } from './legacy-read.ts'
import { messageRefs } from './message-refs.ts'
import { peersCollection, peerTableOf } from './peers.ts'
import { NEWEST } from './schema.ts'

export type KeyValues = ReadonlyMap<string, Uint8Array>

/** One row for each channel with updates, and about ten others: a file with more is no session. */
const MAX_ROWS = 200_000

/** The one session of a file. @throws AppError format.unsupported-version */
export async function readMtcute(tables: TablesReader): Promise<StoredSession> {
  const schema = await tables.schema()
  const versions = await readVersions(tables, schema)
  const values = await readValues(tables, schema)
  const variant = columnsOf(schema, 'peers').includes('isMin') || !schema.tables.has('peers') ? '2' : '1'
  const info = {
    formatId: 'mtcute.sqlite',
    variant,
    library: 'mtcute',
    formatVersion: versions.get('peers') ?? Number(variant),
  }
  if (await isLegacyInside(tables, schema, values)) {
    const stored = await readLegacy(tables, schema, info)
    return { ...stored, decoded: { ...stored.decoded, problems: [bothSets, ...stored.decoded.problems] } }
  }
  const problems: Problem[] = []
  const keys = await readKeys(tables, schema, problems)
  const main = optionOf(values, 'dc_main', problems)
  const media = optionOf(values, 'dc_media', problems)
  const places = {
    main: main && dataCenterFrom(main, { home: true, authKey: null }),
    media: media && dataCenterFrom(media, { home: false, authKey: null }),
  }
  const dataCenters = dataCentersOf(places, keys, problems).map((dc) => withSalt(dc, values))
  const home = dataCenters.find((dc) => dc.home)
  if (home === undefined ? keys.size === 0 : home.authKey === null) problems.push(noKeyProblem(schema))
  return {
    key: '',
    name: null,
    decoded: {
      info,
      problems,
      session: {
        dataCenters,
        test: main?.test ?? (home?.address == null ? null : (dcOfAddress(home.address)?.test ?? null)),
        account: await accountOf(tables, schema, values),
        apiId: null,
        updateState: updateStateOf(values),
        takeoutId: null,
        temporaryKey: await readTemporaryKey(tables, schema, home?.id ?? null),
        savedAt: null,
        channelStates: collectionOf(channelStatesOf(values)),
        peers: await peersCollection(tables, peerTableOf(schema, 'new')),
        sentFiles: collectionOf([]),
        minContexts: await messageRefs(tables, schema),
      },
    },
  }
}

const bothSets: Problem = {
  code: 'mtcute.both-sets',
  message:
    'The file is of an early mtcute and was opened with release 0.29 or later, which does not convert it and has forgotten where the account lives. The old tables were read. Export it as mtcute SQLite to repair it.',
}

/** Releases from 0.29 on make their tables beside the old ones and know nothing of what is in those. */
export async function isLegacyInside(
  tables: TablesReader,
  schema: TablesSchema,
  values: KeyValues | null = null,
): Promise<boolean> {
  if (!isLegacy(schema)) return false
  return !(values ?? (await readValues(tables, schema))).has('dc_main')
}

async function readVersions(tables: TablesReader, schema: TablesSchema): Promise<ReadonlyMap<string, number>> {
  const versions = new Map<string, number>()
  const request = { table: 'mtcute_migrations', columns: ['repo', 'version'], limit: 100 }
  for (const row of await scanNamed(tables, schema, request)) {
    const repo = textOf(row['repo'])
    const version = integerOf(row['version'])
    if (repo === null || version === null || !Object.hasOwn(NEWEST, repo)) continue
    const newest = NEWEST[repo as keyof typeof NEWEST]
    if (version > newest) {
      const found = `tables of ${repo} in version ${version}`
      throw new AppError('format.unsupported-version', { format: 'mtcute.sqlite', found, known: String(newest) })
    }
    versions.set(repo, Number(version))
  }
  return versions
}

async function readValues(tables: TablesReader, schema: TablesSchema): Promise<KeyValues> {
  const request = { table: 'key_value', columns: ['key', 'value'], limit: MAX_ROWS }
  const values = new Map<string, Uint8Array>()
  for (const row of await scanNamed(tables, schema, request)) {
    const key = textOf(row['key'])
    const value = bytesOf(row['value'])
    if (key !== null && value !== null) values.set(key, value)
  }
  return values
}

function optionOf(values: KeyValues, key: 'dc_main' | 'dc_media', problems: Problem[]): DcOption | null {
  const bytes = values.get(key)
  if (bytes === undefined) return null
  const option = orNull(() => readBasicDcOption(bytes))
  if (option === null) {
    problems.push({
      code: 'mtcute.damaged-address',
      message: `The ${key === 'dc_main' ? 'home' : 'media'} address in the file (${key}) cannot be read and is left out. An export writes the usual one.`,
    })
  }
  return option
}

function withSalt(dc: DataCenter, values: KeyValues): DataCenter {
  const bytes = dc.authKey === null ? undefined : values.get(`salts:${dc.id}`)
  const salt = bytes === undefined ? null : orNull(() => readSalt(bytes, Date.now() / 1000))
  return salt === null ? dc : { ...dc, salt }
}

/** The account; its phone lies in its own row of `peers`. */
async function accountOf(tables: TablesReader, schema: TablesSchema, values: KeyValues): Promise<Account | null> {
  const bytes = values.get('current_user')
  const account = bytes === undefined ? null : orNull(() => readCurrentUser(bytes))
  if (account === null) return null
  const request = { table: 'peers', columns: ['phone'], whereKey: account.id, limit: 1 }
  const [own] = await scanNamed(tables, schema, request)
  return { ...account, phone: textOf(own?.['phone']) }
}

/** The library counts the four together or not at all. */
function updateStateOf(values: KeyValues): UpdateState | null {
  const [pts, qts, date, seq] = ['pts', 'qts', 'date', 'seq'].map((name) => readInt(values.get(`updates_${name}`)))
  if (pts == null || qts == null || date == null || seq == null) return null
  return { pts, qts, date, seq }
}

function channelStatesOf(values: KeyValues): readonly ChannelState[] {
  const states: ChannelState[] = []
  for (const [key, value] of values) {
    const id = /^updates_channel:(\d{1,16})$/.exec(key)?.[1]
    const pts = readInt(value)
    if (id !== undefined && pts !== null) {
      states.push({ channelId: BigInt(id), pts: pts >>> 0, date: null, seq: null, qts: null })
    }
  }
  return states
}
