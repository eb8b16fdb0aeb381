import type { Cell, PageRequest, Row, TablesReader } from '../formats/media.ts'

export interface PagedReader {
  page(request: PageRequest): Promise<readonly Row[]>
}

/** Orders remembered for one database: another search or sort is another order. 8 MB for a million rows. */
const KEPT_ORDERS = 4
/** Up to here SQLite skips rows quicker than we find their keys. */
const DIRECT_OFFSET = 2_000

interface Order {
  readonly keys: BigInt64Array
}

/**
 * Deep pages of a long list. SQLite reads and drops every row before an offset; here the keys of the whole order are read
 * once, and a page then fetches its rows by key. For an order by the key itself only every n-th is needed.
 */
export function orderedPages(tables: TablesReader): PagedReader {
  const orders = new Map<string, Order>()

  const orderOf = async (request: PageRequest): Promise<Order> => {
    const name = JSON.stringify([request.from, request.where, request.orderBy, request.parameters.map(String)])
    let order = orders.get(name)
    if (order) {
      orders.delete(name)
    } else {
      const rows = await tables.query(
        `SELECT ${request.key} FROM ${request.from}${whereOf(request)} ORDER BY ${request.orderBy}`,
        request.parameters,
      )
      const keys = new BigInt64Array(rows.length)
      for (let index = 0; index < rows.length; index += 1) keys[index] = asKey(rows[index]?.[0])
      order = { keys }
    }
    orders.set(name, order)
    for (const oldest of orders.keys()) {
      if (orders.size <= KEPT_ORDERS) break
      orders.delete(oldest)
    }
    return order
  }

  return {
    page: async (request) => {
      if (request.offset <= DIRECT_OFFSET) {
        return tables.query(
          `SELECT ${request.columns} FROM ${request.from}${whereOf(request)} ORDER BY ${request.orderBy} LIMIT ? OFFSET ?`,
          [...request.parameters, BigInt(request.limit), BigInt(request.offset)],
        )
      }
      const { keys } = await orderOf(request)
      const wanted = keys.slice(request.offset, request.offset + request.limit)
      if (wanted.length === 0) return []
      const rows = await tables.query(
        `SELECT ${request.key}, ${request.columns} FROM ${request.from} WHERE ${request.key} IN (${[...wanted].map(() => '?').join(', ')})`,
        [...wanted],
      )
      const byKey = new Map(rows.map((row) => [row[0], row.slice(1)]))
      return [...wanted].flatMap((key) => {
        const row = byKey.get(key)
        return row ? [row] : []
      })
    },
  }
}

function whereOf(request: PageRequest): string {
  return request.where === '' ? '' : ` WHERE ${request.where}`
}

function asKey(cell: Cell | undefined): bigint {
  return typeof cell === 'bigint' ? cell : 0n
}
