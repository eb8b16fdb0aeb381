import { dcOfAddress } from '../../domain/data-centers.ts'
import type { Problem } from '../../domain/problem.ts'
import {
  type Account,
  type ChannelState,
  type Collection,
  collectionOf,
  type DataCenter,
  emptySession,
  homeOf,
  type Session,
  type UpdateState,
} from '../../domain/session.ts'
import { booleanOf, bytesOf, hasColumns, integerOf, numberOf, scanNamed, textOf } from '../cells.ts'
import type { StoredSession } from '../format.ts'
import type { TablesReader, TablesSchema } from '../media.ts'
import { pagedCollection } from '../paged.ts'
import { dcIdOf, userIdFrom } from '../stored-place.ts'
import { dataCentersFrom, parseEndpoint, type StoredDataCenter } from './addresses.ts'
import { readDevelopment } from './dev-read.ts'
import { isDevelopment, layoutProblems, type V2Variant, variantOf } from './layout.ts'

/** More data centres than there are mean nothing. */
const MAX_DATA_CENTERS = 64

/** The one session of a file. */
export async function readTelethonV2(tables: TablesReader): Promise<StoredSession> {
  const schema = await tables.schema()
  const variant = variantOf(schema) ?? '10'
  const versionRows = await tables.scan({ table: 'version', columns: ['version'], limit: 2 })
  const layout = layoutProblems(schema, variant, versionRows)
  const problems: Problem[] = [...layout.problems]
  const session = isDevelopment(variant)
    ? await readDevelopment(tables, schema, variant, problems)
    : await readCurrent(tables, schema, problems)
  if (!session.dataCenters.some((dc) => dc.authKey !== null)) problems.push(noKeyProblem(schema))
  const address = homeOf(session)?.address
  const test = address == null ? null : (dcOfAddress(address)?.test ?? null)
  return {
    key: '',
    name: null,
    decoded: {
      info: infoOf(variant, layout.number),
      problems,
      session: { ...session, test },
    },
  }
}

function infoOf(variant: V2Variant, number: number | null): StoredSession['decoded']['info'] {
  return { formatId: 'telethon-v2.sqlite', variant, library: 'telethon', formatVersion: number }
}

async function readCurrent(tables: TablesReader, schema: TablesSchema, problems: Problem[]): Promise<Session> {
  const users = await scanNamed(tables, schema, { table: 'user', columns: ['id', 'dc', 'bot', 'username'], limit: 2 })
  if (users.length > 1) {
    problems.push({
      code: 'telethon.several-users',
      message: 'The file names more than one account, and the library takes the first. The others are left out.',
    })
  }
  const [user] = users
  const userId = userIdFrom(integerOf(user?.['id']))
  const account: Account | null =
    userId === null
      ? null
      : { id: userId, isBot: booleanOf(user?.['bot']), username: textOf(user?.['username']), phone: null }
  const homeId = user === undefined ? null : dcIdOf(user['dc'])

  const columns = ['id', 'ipv4_addr', 'ipv6_addr', 'addr', 'auth']
  const rows = await scanNamed(tables, schema, { table: 'datacenter', columns, limit: MAX_DATA_CENTERS })
  const stored = rows.flatMap((row): StoredDataCenter[] => {
    const id = dcIdOf(row['id'])
    if (id === null) return []
    const endpoints = [row['ipv4_addr'], row['addr'], row['ipv6_addr']].flatMap(
      (cell) => parseEndpoint(textOf(cell)) ?? [],
    )
    return [{ id, endpoints, auth: bytesOf(row['auth']) }]
  })
  const dataCenters = dataCentersFrom(stored, homeId, problems)
  homeProblems(dataCenters, account, homeId, problems)

  const states = await readStates(tables, schema, problems)
  return {
    ...emptySession(),
    // A home without a key would hide the key of another DC.
    dataCenters: dataCenters.some((dc) => dc.home && dc.authKey !== null)
      ? dataCenters
      : dataCenters.map((dc) => ({ ...dc, home: false })),
    account,
    updateState: states.account,
    channelStates: states.channels,
  }
}

function homeProblems(
  dataCenters: readonly DataCenter[],
  account: Account | null,
  homeId: number | null,
  problems: Problem[],
): void {
  const keys = dataCenters.filter((dc) => dc.authKey !== null)
  const [first] = keys
  if (first === undefined) return
  if (account === null) {
    problems.push({
      code: 'telethon.no-user',
      message: `The file holds a key (of DC ${first.id}) but names no account: Telethon 2 leaves a file so when it logs out, or when it took the file over from Telethon 1, and then always goes to DC 2. Export it with the user id and whether it is a bot to use the key again.`,
    })
  } else if (!keys.some((dc) => dc.id === homeId)) {
    problems.push({
      code: 'telethon.home-without-key',
      message: `The account is at home in DC ${homeId ?? 0}, but the file holds no key for it, only one of DC ${first.id}. The client would log in anew; check which one is right before you export it.`,
    })
  }
}

async function readStates(
  tables: TablesReader,
  schema: TablesSchema,
  problems: Problem[],
): Promise<{ account: UpdateState | null; channels: Collection<ChannelState> }> {
  const cells = await scanNamed(tables, schema, { table: 'state', columns: ['pts', 'qts', 'date', 'seq'], limit: 1 })
  const [row] = cells
  const account = row === undefined ? null : stateFrom(row)
  const count = hasColumns(schema, 'channelstate', ['id', 'pts']) ? await tables.count('channelstate') : 0
  if (count > 0 && account === null) {
    problems.push({
      code: 'telethon.orphan-channel-states',
      message:
        'The file holds states of channels but none of the account, so Telethon 2 overlooks them. An export writes an empty state of the account beside them.',
    })
  }
  const source = { columns: 'pts', table: 'channelstate', key: 'id' }
  const channels =
    count === 0
      ? collectionOf<ChannelState>([])
      : pagedCollection(tables, count, source, (rows) =>
          rows.flatMap(([id, pts]) => {
            const channelId = integerOf(id)
            return channelId === null ? [] : [{ channelId, pts: numberOf(pts), qts: null, date: null, seq: null }]
          }),
        )
  return { account, channels }
}

/** @param row pts, qts, date and seq by name */
function stateFrom(row: Readonly<Record<string, Parameters<typeof numberOf>[0]>>): UpdateState {
  return {
    pts: numberOf(row['pts']),
    qts: numberOf(row['qts']),
    date: numberOf(row['date']),
    seq: numberOf(row['seq']),
  }
}

function noKeyProblem(schema: TablesSchema): Problem {
  return {
    code: 'session.no-key',
    message: schema.wal
      ? 'The file holds no login. It is in WAL mode: if its “-wal” file was left behind when it was copied, the login is in there.'
      : 'The file holds no login: a client made it but never logged in. Nothing can be exported from it.',
  }
}
