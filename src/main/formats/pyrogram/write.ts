import { AppError } from '../../domain/errors.ts'
import { markedId, type Peer } from '../../domain/peer.ts'
import { homeOf, type Session, type UpdateState } from '../../domain/session.ts'
import { endpointOf } from '../address.ts'
import type { EncodeOptions } from '../format.ts'
import type { Cell, TablesWriter } from '../media.ts'
import { testModeOf } from '../test-mode.ts'
import { refuseExistingTables, requireKey, requirePlace } from '../write-checks.ts'
import { flagOf } from '../write-options.ts'
import { storedIdOf, typeWordOf } from './peer-types.ts'
import { createStatements, type PyrogramShape, type PyrogramVariant, shapes } from './schema.ts'

const ID = 'pyrogram.sqlite'

/** Creates a file of the given variant. Rows are inserted once: an UPDATE would set their date to now by trigger. */
export async function writePyrogram(tables: TablesWriter, session: Session, options: EncodeOptions): Promise<void> {
  const variant = options.variant as PyrogramVariant
  const shape = shapes[variant]
  const home = homeOf(session)
  const authKey = requireKey(home)
  const dc = requirePlace(home, ID)
  if (session.account === null) throw new AppError('format.missing-field', { format: ID, field: 'user-id' })
  if (session.account.isBot === null) throw new AppError('format.missing-field', { format: ID, field: 'is-bot' })
  const endpoint = endpointOf(dc, session.test, flagOf(options, 'ipv6') ? 'ipv6' : 'as-stored')
  if (shape.address && endpoint === null) {
    throw new AppError('format.missing-field', { format: ID, field: 'address' })
  }
  await refuseExistingTables(tables, ['version', 'sessions', 'peers', 'usernames', 'update_state'])

  for (const statement of createStatements(variant)) await tables.run(statement)
  await tables.run('INSERT INTO version VALUES (?)', [BigInt(shape.number)])
  const cells: [column: string, cell: Cell][] = [
    ['dc_id', BigInt(dc.id)],
    ['test_mode', testModeOf(session) ? 1n : 0n],
    ['auth_key', authKey.open()],
    ['date', session.savedAt === null ? 0n : wholeOrReal(session.savedAt)],
    ['user_id', session.account.id],
    ['is_bot', session.account.isBot ? 1n : 0n],
  ]
  if (shape.apiId) cells.push(['api_id', session.apiId === null ? null : BigInt(session.apiId)])
  if (shape.address && endpoint !== null) {
    cells.push(['server_address', endpoint.address], ['port', BigInt(endpoint.port)])
  }
  const columns = cells.map(([column]) => column).join(', ')
  const values = cells.map(([, cell]) => cell)
  await tables.run(`INSERT INTO sessions (${columns}) VALUES (${values.map(() => '?').join(', ')})`, values)
  await writePeers(tables, session, shape)
  if (shape.updateState) await writeStates(tables, session)
}

async function writePeers(tables: TablesWriter, session: Session, shape: PyrogramShape): Promise<void> {
  const withUsername = shape.usernames !== 'kurigram'
  const columns = ['id', 'access_hash', 'type', ...(withUsername ? ['username'] : []), 'phone_number', 'last_update_on']
  // Not REPLACE: it would delete a peer whose usernames are written already, which their foreign key forbids.
  const sql = `INSERT OR IGNORE INTO peers (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
  for await (const peers of session.peers.batches()) {
    await tables.runMany(
      sql,
      peers.map((peer) => {
        const id = storedIdOf(peer.kind, peer.id, shape.marking)
        // Basic groups have no hash: the libraries write 0.
        const hash = peer.kind === 'chat' ? (peer.accessHash ?? 0n) : peer.accessHash
        const username = withUsername ? [peer.usernames[0] ?? null] : []
        return [id, hash, typeWordOf(peer, shape), ...username, peer.phone, dateOf(peer)]
      }),
    )
    const names = peers.flatMap((peer) => usernameRows(peer, shape))
    if (names.length > 0) await tables.runMany(usernamesSql(shape), names)
  }
}

function usernamesSql(shape: PyrogramShape): string {
  return shape.usernames === 'pyrofork'
    ? 'REPLACE INTO usernames (id, peer_id, last_update_on) VALUES (?, ?, ?)'
    : 'INSERT INTO usernames (id, username) VALUES (?, ?)'
}

function usernameRows(peer: Peer, shape: PyrogramShape): Cell[][] {
  const id = storedIdOf(peer.kind, peer.id, shape.marking)
  if (shape.usernames === 'kurigram') return peer.usernames.map((username) => [id, username])
  // Pyrofork fills its table only for peers with two usernames or more.
  if (shape.usernames === 'pyrofork' && peer.usernames.length > 1) {
    return peer.usernames.map((username) => [username, id, dateOf(peer)])
  }
  return []
}

/** Unknown dates become 0, which the libraries take for expired: they ask Telegram again before using a username. */
function dateOf(peer: Peer): bigint | number {
  return wholeOrReal(peer.updatedAt ?? 0)
}

async function writeStates(tables: TablesWriter, session: Session): Promise<void> {
  const sql = 'REPLACE INTO update_state (id, pts, qts, date, seq) VALUES (?, ?, ?, ?, ?)'
  if (session.updateState !== null) await tables.run(sql, [0n, ...stateCells(session.updateState)])
  for await (const states of session.channelStates.batches()) {
    await tables.runMany(
      sql,
      states.map((state) => [markedId('channel', state.channelId), ...stateCells(state)]),
    )
  }
}

/** NULL stays NULL: the libraries know it as "never told". */
function stateCells(state: UpdateState): Cell[] {
  return [state.pts, state.qts, state.date, state.seq].map((value) => (value === null ? null : wholeOrReal(value)))
}

function wholeOrReal(value: number): bigint | number {
  return Number.isSafeInteger(value) ? BigInt(value) : value
}
