import { authKeyFrom } from '../../domain/key-id.ts'
import { dcOfAddress } from '../../domain/data-centers.ts'
import type { Peer } from '../../domain/peer.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Secret } from '../../domain/secret.ts'
import { type Account, type Collection, collectionOf } from '../../domain/session.ts'
import { bytesOf, integerOf, scanNamed, textOf } from '../cells.ts'
import type { StoredSession } from '../format.ts'
import type { Row, TablesReader, TablesSchema } from '../media.ts'
import { pagedCollection } from '../paged.ts'
import { userIdFrom } from '../stored-place.ts'
import { readUpdateStates } from '../update-states.ts'
import { dataCenterOf, type SessionCells } from './data-centers.ts'
import { layoutOf } from './layout.ts'
import { entityColumnsOf, entityProblems } from './entity-columns.ts'
import { entityRow, isPeer, peerColumns, peerFromRow } from './peers.ts'
import { sentFilesOf } from './sent-files.ts'

const SESSION_COLUMNS = ['dc_id', 'server_address', 'port', 'auth_key', 'takeout_id', 'tmp_auth_key']

/** More rows than there are data centres mean nothing. */
const MAX_SESSION_ROWS = 32

/** The one session of a file. */
export async function readTelethon(tables: TablesReader): Promise<StoredSession> {
  const schema = await tables.schema()
  const versionRows = schema.tables.has('version')
    ? await tables.scan({ table: 'version', columns: ['version'], limit: 2 })
    : []
  const layout = layoutOf(schema, versionRows)
  const problems: Problem[] = [...layout.problems]

  const request = { table: 'sessions', columns: SESSION_COLUMNS, limit: MAX_SESSION_ROWS }
  const rows = await scanNamed(tables, schema, request)
  const dataCenters = rows.map((row, index) => dataCenterOf(row, index === 0, problems))
  const home = dataCenters[0]
  if (rows.length > 1) {
    problems.push({
      code: 'telethon.several-sessions',
      message: `The file holds ${rows.length} data centres where Telethon keeps one. The first (DC ${home?.id ?? 0}) is taken as home; the others are shown beside it.`,
    })
  }
  const first = rows[0] ?? {}
  const { takeoutId, temporaryKey } = lastCells(first, problems, layout.version === '8')
  if (!dataCenters.some((dc) => dc.authKey !== null)) problems.push(noKeyProblem(schema, rows.length))

  const entities = await readEntities(tables, schema, problems)
  const states = await readUpdateStates(tables, schema, (id) => id)
  const fileCount = schema.tables.has('sent_files') ? await tables.count('sent_files') : 0
  const sentFiles = sentFilesOf(tables, schema, fileCount)
  if (fileCount > 0 && sentFiles.count === 0) {
    problems.push({
      code: 'telethon.old-sent-files',
      message: `The file remembers ${fileCount} uploads in the way of release 0.16.1, which no later one understands. They are left out; nothing else depends on them.`,
    })
  }
  return {
    key: '',
    name: null,
    decoded: {
      info: { formatId: 'telethon.sqlite', variant: layout.version, library: 'telethon', formatVersion: layout.number },
      problems,
      session: {
        dataCenters,
        test: home?.address == null ? null : (dcOfAddress(home.address)?.test ?? null),
        account: entities.account,
        apiId: null,
        updateState: states.account,
        takeoutId,
        temporaryKey,
        savedAt: null,
        channelStates: states.channels,
        peers: entities.peers,
        sentFiles,
        minContexts: collectionOf([]),
      },
    },
  }
}

/**
 * Releases 1.43 and 1.44 write the last two columns in one order and read them in the other, so their names lie. What
 * counts is the storage class: an integer is a takeout id, 256 bytes are a temporary key, anything else is nothing.
 */
function lastCells(
  row: SessionCells,
  problems: Problem[],
  isVersion8: boolean,
): { takeoutId: bigint | null; temporaryKey: Secret | null } {
  let takeoutId: bigint | null = null
  let temporaryKey: Secret | null = null
  for (const cell of [row['takeout_id'], row['tmp_auth_key']]) {
    if (typeof cell === 'bigint') takeoutId ??= cell
    const key = authKeyFrom(bytesOf(cell))
    if (key !== null && key !== 'damaged') temporaryKey ??= key
  }
  // An empty one is how every file of those releases looks after its first save; it does no harm.
  if (bytesOf(row['takeout_id'])?.byteLength) {
    problems.push({
      code: 'telethon.takeout-blob',
      message:
        'Telethon 1.43 or 1.44 mixed up two columns and left a temporary key where the takeout id belongs. There is no takeout; export the session as Telethon SQLite to repair it.',
    })
  }
  if (isVersion8 && takeoutId !== null) {
    problems.push({
      code: 'telethon.takeout-blocks',
      message:
        'The file holds a takeout id, and Telethon 1.43 and 1.44 cannot open a file of version 8 that does. Export it without the takeout id to repair it.',
    })
  }
  return { takeoutId, temporaryKey }
}

function noKeyProblem(schema: TablesSchema, rows: number): Problem {
  if (schema.wal) {
    return {
      code: 'session.no-key',
      message:
        'The file holds no login. It is in WAL mode: if its “-wal” file was left behind when it was copied, the login is in there.',
    }
  }
  return rows === 0
    ? {
        code: 'session.no-key',
        message:
          'The file holds no login: its sessions table is empty, as it is before the first connection and after a failed upgrade from JSON. Nothing can be exported from it.',
      }
    : {
        code: 'session.no-key',
        message:
          'The file holds no login: a client made it but never logged in, or logged out. Nothing can be exported from it.',
      }
}

async function readEntities(
  tables: TablesReader,
  schema: TablesSchema,
  problems: Problem[],
): Promise<{ account: Account | null; peers: Collection<Peer> }> {
  const none = { account: null, peers: collectionOf<Peer>([]) }
  const columns = await entityColumnsOf(tables, schema)
  const count = columns === null ? 0 : await tables.count('entities')
  if (columns === null || count === 0) return none
  problems.push(...entityProblems(columns))
  const [marker] = await tables.scan({ table: 'entities', columns: ['hash'], whereKey: 0n, limit: 1 })
  const account = columns.id === 'id' ? await accountOf(tables, schema, marker, problems) : null
  const place = { columns: peerColumns(columns), table: 'entities', key: 'id' }
  const source = columns.id === 'id' ? { ...place, exceptKey: 0n } : { ...place, where: isPeer(columns) }
  return {
    account,
    peers: pagedCollection(tables, marker ? count - 1 : count, source, (rows) =>
      rows.flatMap((row) => peerFromRow(entityRow(row, columns)) ?? []),
    ),
  }
}

/** The account that row 0 names, with what its own row tells of it. */
async function accountOf(
  tables: TablesReader,
  schema: TablesSchema,
  marker: Row | undefined,
  problems: Problem[],
): Promise<Account | null> {
  if (marker === undefined) return null
  const id = userIdFrom(integerOf(marker[0]))
  if (id === null) {
    problems.push({
      code: 'telethon.self-marker',
      message:
        'Row 0 of the entities should name the account, but holds no user id. It is left out; an export writes it anew when the user id is given.',
    })
    return null
  }
  const columns = ['username', 'phone']
  const [own] = await scanNamed(tables, schema, { table: 'entities', columns, whereKey: id, limit: 1 })
  return { id, isBot: null, username: textOf(own?.['username']), phone: textOf(own?.['phone']) }
}
