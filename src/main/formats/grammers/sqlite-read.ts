import { normalizeIp, parseIp } from '../../bytes/ip.ts'
import type { Problem } from '../../domain/problem.ts'
import { type Account, type ChannelState, emptySession, type UpdateState } from '../../domain/session.ts'
import { bytesOf, columnsOf, integerOf, textOf, wholeNumberOf } from '../cells.ts'
import type { StoredSession } from '../format.ts'
import type { Row, TablesReader, TablesSchema } from '../media.ts'
import { pagedCollection } from '../paged.ts'
import { storedKeyFrom } from '../stored-key.ts'
import { isCarrier } from './address-bytes.ts'
import { type DcEntry, dataCentersOf, type Endpoint, listProblems, testOf } from './data-centers.ts'
import { BOT, peerFromRow, SELF } from './peers.ts'
import { expectedColumns, USER_VERSION } from './schema.ts'

export const ID = 'grammers.sqlite'

/** Where the library begins that was told no home. */
const DEFAULT_DC = 2
/** More rows than there are data centres mean nothing. */
const MAX_DC_ROWS = 64
/** Rows of two numbers that may be held for a moment. */
const MAX_SCANNED_PEERS = 100_000

/** The one session of a file. */
export async function readGrammers(tables: TablesReader): Promise<StoredSession> {
  const schema = await tables.schema()
  const problems: Problem[] = schemaProblems(schema)
  const rows = await tables.scan({
    table: 'dc_option',
    columns: ['dc_id', 'ipv4', 'ipv6', 'auth_key'],
    limit: MAX_DC_ROWS,
  })
  const entries = rows.flatMap((row) => entryFrom(row, problems) ?? [])
  const homeId = await homeIdOf(tables, entries, problems)
  const dataCenters = dataCentersOf(entries, homeId)
  listProblems(dataCenters, problems)
  const peerCount = await tables.count('peer_info')
  const account = await accountOf(tables, peerCount, problems)
  const channelCount = await tables.count('channel_state')
  const peerSource = { columns: 'hash, subtype', table: 'peer_info', key: 'peer_id' }
  const channelSource = { columns: 'pts', table: 'channel_state', key: 'peer_id' }
  return {
    key: '',
    name: null,
    decoded: {
      info: {
        formatId: ID,
        variant: '1',
        library: 'grammers',
        formatVersion: schema.userVersion ?? USER_VERSION,
      },
      problems,
      session: {
        ...emptySession(),
        dataCenters,
        test: testOf(dataCenters),
        account,
        updateState: await stateOf(tables),
        channelStates: pagedCollection(tables, channelCount, channelSource, (page) => page.flatMap(channelFrom)),
        peers: pagedCollection(tables, peerCount, peerSource, (page) => page.flatMap((row) => peerFromRow(row) ?? [])),
      },
    },
  }
}

function schemaProblems(schema: TablesSchema): Problem[] {
  const problems: Problem[] = []
  const { userVersion = USER_VERSION } = schema
  if (userVersion > USER_VERSION) {
    problems.push({
      code: 'grammers.newer-version',
      message: `The file was made by a newer grammers: it says version ${userVersion}, this app knows up to ${USER_VERSION}. What it knows was read; check it before you rely on it.`,
    })
  } else if (userVersion < USER_VERSION) {
    problems.push({
      code: 'grammers.no-version',
      message: `The file says version ${userVersion}, so grammers would try to create its tables again and fail. Export the session as grammers SQLite to repair it.`,
    })
  }
  for (const [table, expected] of expectedColumns) {
    const found = columnsOf(schema, table)
    if (found.length === expected.length && found.every((name, index) => name === expected[index])) continue
    problems.push({
      code: 'grammers.columns',
      message: `The table “${table}” has other columns than grammers reads by position (${found.join(', ')}). Export the session as grammers SQLite to repair it.`,
    })
  }
  return problems
}

/** @param row dc_id, ipv4, ipv6, auth_key */
function entryFrom(row: Row, problems: Problem[]): DcEntry | null {
  const id = wholeNumberOf(row[0])
  if (id === null || id < 0 || id > 10_000) return null
  const ipv4 = endpointFrom(textOf(row[1]), 4)
  const ipv6 = endpointFrom(textOf(row[2]), 16)
  if (ipv4 === null || ipv6 === null) {
    problems.push({
      code: 'grammers.bad-address',
      message: `An address of DC ${id} is none, and grammers breaks off at such a file. Export the session as grammers SQLite to repair it.`,
    })
  }
  const authKey = storedKeyFrom(bytesOf(row[3]), problems, { dcId: id })
  const mapped = ipv6 !== null && isCarrier(parseIp(ipv6.address) ?? new Uint8Array())
  return { id, ipv4, ipv6: mapped ? null : ipv6, authKey }
}

/** `1.2.3.4:443` or `[2001:db8::1]:443` */
function endpointFrom(text: string | null, byteLength: 4 | 16): Endpoint | null {
  const [, host = '', digits = ''] = /^(.*):(\d{1,5})$/.exec(text ?? '') ?? []
  const address = normalizeIp(host)
  const port = Number(digits)
  if (address === null || host.startsWith('[') !== (byteLength === 16) || port > 0xffff) return null
  return parseIp(address)?.byteLength === byteLength ? { address, port } : null
}

async function homeIdOf(
  tables: TablesReader,
  entries: readonly DcEntry[],
  problems: Problem[],
): Promise<number | null> {
  const [row] = await tables.scan({ table: 'dc_home', columns: ['dc_id'], limit: 1 })
  const stored = wholeNumberOf(row?.[0])
  const keys = entries.filter(({ authKey }) => authKey !== null)
  const id = stored ?? DEFAULT_DC
  if (entries.some((entry) => entry.id === id)) {
    // A default that nobody chose: it counts only where the login can be there.
    return stored !== null || keys.length === 0 || keys.some((entry) => entry.id === id) ? id : null
  }
  if (stored !== null && keys.length > 0) {
    problems.push({
      code: 'grammers.home-missing',
      message: `The account lives in DC ${stored}, but the file holds no key of it, only those of others. Log in again, or restore the file from a backup.`,
    })
  }
  return null
}

/** The row marked as oneself. Nothing leads to it: a short table is looked through, in a long one SQLite searches. */
async function accountOf(tables: TablesReader, count: number, problems: Problem[]): Promise<Account | null> {
  const rows = count <= MAX_SCANNED_PEERS ? await tables.scan(ACCOUNT_SCAN) : await searchAccount(tables, problems)
  for (const row of rows) {
    const id = integerOf(row[0])
    const subtype = integerOf(row[1])
    if (id !== null && id > 0n && (subtype === SELF || subtype === (SELF | BOT))) {
      return { id, isBot: subtype !== SELF, username: null, phone: null }
    }
  }
  return null
}

const ACCOUNT_SCAN = { table: 'peer_info', columns: ['peer_id', 'subtype'] }

async function searchAccount(tables: TablesReader, problems: Problem[]): Promise<readonly Row[]> {
  try {
    return await tables.query(`SELECT peer_id, subtype FROM peer_info WHERE peer_id > 0 AND subtype IN (1, 3) LIMIT 1`)
  } catch {
    problems.push({
      code: 'grammers.account-not-searched',
      message:
        'The file is too large to look through for the account: its user id is not shown. It is there all the same, and grammers finds it.',
    })
    return []
  }
}

async function stateOf(tables: TablesReader): Promise<UpdateState | null> {
  const [row] = await tables.scan({ table: 'update_state', columns: ['pts', 'qts', 'date', 'seq'], limit: 1 })
  if (row === undefined) return null
  const [pts = null, qts = null, date = null, seq = null] = row.map(wholeNumberOf)
  return { pts, qts, date, seq }
}

/** @param row peer_id (which is the bare id of the channel), pts */
function channelFrom(row: Row): ChannelState[] {
  const channelId = integerOf(row[0])
  if (channelId === null || channelId <= 0n) return []
  return [{ channelId, pts: wholeNumberOf(row[1]), date: null, seq: null, qts: null }]
}
