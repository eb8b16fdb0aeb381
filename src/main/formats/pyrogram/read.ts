import { normalizeIp } from '../../bytes/ip.ts'
import { dcOfAddress, defaultAddress } from '../../domain/data-centers.ts'
import { fromMarkedId } from '../../domain/peer.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Secret } from '../../domain/secret.ts'
import { type Account, collectionOf, type DataCenter } from '../../domain/session.ts'
import { booleanOf, columnsOf, hasColumns, integerOf, numberOf, scanNamed, textOf, wholeNumberOf } from '../cells.ts'
import type { StoredSession } from '../format.ts'
import type { Cell, TablesReader, TablesSchema } from '../media.ts'
import { storedKeyFrom } from '../stored-key.ts'
import { dcIdOf, keyBytesFrom, portOf, userIdFrom } from '../stored-place.ts'
import { readUpdateStates } from '../update-states.ts'
import { layoutOf } from './layout.ts'
import { peersCollection } from './peers.ts'
import { shapes } from './schema.ts'

const SESSION_COLUMNS = [
  'dc_id',
  'server_address',
  'port',
  'api_id',
  'test_mode',
  'auth_key',
  'date',
  'user_id',
  'is_bot',
]

export type Cells = Readonly<Record<string, Cell>>

/** The one session of a file: the libraries read the first row and no other. */
export async function readPyrogram(tables: TablesReader): Promise<StoredSession> {
  const schema = await tables.schema()
  const versionRows = hasColumns(schema, 'version', ['number'])
    ? await tables.scan({ table: 'version', columns: ['number'], limit: 2 })
    : []
  const layout = layoutOf(schema, versionRows)
  const shape = shapes[layout.variant]
  const problems: Problem[] = [...layout.problems]
  const rows = await scanNamed(tables, schema, { table: 'sessions', columns: SESSION_COLUMNS, limit: 2 })
  const row: Cells = rows[0] ?? {}
  if (rows.length > 1) {
    problems.push({
      code: 'pyrogram.several-sessions',
      message: 'The sessions table has more than one row, and the library reads the first. The others are left out.',
    })
  }
  const authKey = keyOf(row, problems)
  const test = booleanOf(row['test_mode'])
  const account = await accountOf(tables, schema, row)
  if (authKey === null && problems.every((problem) => !problem.code.startsWith('session.'))) {
    problems.push(noLoginProblem(schema, rows.length))
  } else if (authKey !== null && (account === null || account.isBot === null || test === null)) {
    problems.push({
      code: 'pyrogram.unfinished-login',
      message:
        'The login was never finished: the file has a key but not the account. The library throws such a key away; export it with the user id and whether it is a bot to keep it.',
    })
  }
  const dataCenter = dataCenterOf(row, authKey, test, problems)
  const states = await readUpdateStates(tables, schema, (marked) => fromMarkedId(marked).id)
  const savedAt = numberOf(row['date'])
  return {
    key: '',
    name: null,
    decoded: {
      info: {
        formatId: 'pyrogram.sqlite',
        variant: layout.variant,
        library: layout.library,
        formatVersion: layout.number,
      },
      problems,
      session: {
        dataCenters: dataCenter === null ? [] : [dataCenter],
        test,
        account,
        apiId: wholeNumberOf(row['api_id']),
        updateState: states.account,
        takeoutId: null,
        temporaryKey: null,
        savedAt: savedAt === 0 ? null : savedAt,
        channelStates: states.channels,
        peers: await peersCollection(tables, schema, shape.marking),
        sentFiles: collectionOf([]),
        minContexts: collectionOf([]),
      },
    },
  }
}

export function keyOf(row: Cells, problems: Problem[]): Secret | null {
  const cell = row['auth_key']
  const { bytes, wasText } = keyBytesFrom(cell)
  if (wasText) {
    problems.push({
      code: 'pyrogram.key-as-text',
      message:
        'The auth key stands in the file as text of hexadecimal digits, which the library cannot use. It was read all the same; export the session as Pyrogram SQLite to repair it.',
    })
  }
  if (bytes !== null && isFernet(bytes)) {
    problems.push({
      code: 'session.encrypted-key',
      message:
        'The key is encrypted by Kurigram’s “encrypted fernet” storage. Session Deck cannot open it: export a session string with the program that knows the secret, and import that.',
    })
    return null
  }
  return storedKeyFrom(bytes, problems)
}

/** A Fernet token: url-safe base64 whose first byte is 0x80 and the next ones the high bytes of a time. */
function isFernet(bytes: Uint8Array): boolean {
  return bytes.byteLength > 256 && new TextDecoder('latin1').decode(bytes.subarray(0, 5)) === 'gAAAA'
}

export function noLoginProblem(schema: TablesSchema, rows: number): Problem {
  if (schema.wal) {
    return {
      code: 'session.no-key',
      message:
        'The file holds no login. It is in WAL mode: its “-wal” file was probably left behind when it was copied, and the login is in there. Copy both.',
    }
  }
  return rows === 0
    ? { code: 'session.no-key', message: 'The file holds no session at all: its table is empty.' }
    : {
        code: 'session.no-key',
        message: 'The file holds no login: a client made it but never logged in. Nothing can be exported from it.',
      }
}

export function dataCenterOf(
  row: Cells,
  authKey: Secret | null,
  test: boolean | null,
  problems: Problem[],
): DataCenter | null {
  const id = dcIdOf(row['dc_id'])
  if (id === null) return null
  const stored = textOf(row['server_address'])
  const address = stored === null ? null : (normalizeIp(stored) ?? stored.trim())
  const owner = address === null ? null : dcOfAddress(address)
  if (owner !== null && (owner.dcId !== id || (test !== null && owner.test !== test))) {
    const own = defaultAddress(id, test ?? false)
    problems.push({
      code: 'pyrogram.stale-address',
      message: `The file holds a key of DC ${id} but the address of ${owner.test ? 'test ' : ''}DC ${owner.dcId}, so its client connects to the wrong place. An export writes ${own === null ? 'the right address if you give it' : own.address} instead.`,
    })
  }
  return { id, address, port: portOf(row['port']), authKey, home: true }
}

/** The account; its own username and phone lie in its row of `peers`, as far as that row alone holds them. */
async function accountOf(tables: TablesReader, schema: TablesSchema, row: Cells): Promise<Account | null> {
  const id = userIdFrom(integerOf(row['user_id']))
  if (id === null) return null
  const columns = ['username', 'phone_number'].filter((name) => columnsOf(schema, 'peers').includes(name))
  const own =
    columns.length === 0 ? [] : await scanNamed(tables, schema, { table: 'peers', columns, whereKey: id, limit: 1 })
  return {
    id,
    isBot: booleanOf(row['is_bot']),
    username: textOf(own[0]?.['username']),
    phone: textOf(own[0]?.['phone_number']),
  }
}
