import { type ChannelState, type Collection, collectionOf, type UpdateState } from '../domain/session.ts'
import { hasColumns, integerOf, numberOf } from './cells.ts'
import type { Row, TablesReader, TablesSchema } from './media.ts'
import { pagedCollection } from './paged.ts'

const COLUMNS = ['pts', 'qts', 'date', 'seq']

/**
 * The table `update_state`, which Telethon and the Pyrogram family share: row 0 is the account's state, every other that of
 * a channel. `channelIdOf` makes the bare id of what stands in its id column.
 */
export async function readUpdateStates(
  tables: TablesReader,
  schema: TablesSchema,
  channelIdOf: (stored: bigint) => bigint,
): Promise<{ account: UpdateState | null; channels: Collection<ChannelState> }> {
  if (!hasColumns(schema, 'update_state', ['id', ...COLUMNS])) return { account: null, channels: collectionOf([]) }
  const count = await tables.count('update_state')
  if (count === 0) return { account: null, channels: collectionOf([]) }
  const [account] = await tables.scan({ table: 'update_state', columns: COLUMNS, whereKey: 0n, limit: 1 })
  const source = { columns: COLUMNS.join(', '), table: 'update_state', key: 'id', where: 'id <> 0' }
  const channels = pagedCollection(tables, account ? count - 1 : count, source, (rows) =>
    rows.flatMap((row) => {
      const stored = integerOf(row[0])
      return stored === null ? [] : [{ channelId: channelIdOf(stored), ...stateFrom(row.slice(1)) }]
    }),
  )
  return { account: account ? stateFrom(account) : null, channels }
}

/** @param cells pts, qts, date, seq */
function stateFrom(cells: Row): UpdateState {
  return { pts: numberOf(cells[0]), qts: numberOf(cells[1]), date: numberOf(cells[2]), seq: numberOf(cells[3]) }
}
