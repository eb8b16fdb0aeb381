import type { Cell, PageRequest, Row, TablesReader } from '../formats/media.ts'

export interface PagedReader {
  page(request: PageRequest): Promise<readonly Row[]>
}

/** Orders remembered for one database: another search or sort is another order. 8 MB for a million rows. */
const KEPT_ORDERS = 4
/** Up to here SQLite skips rows quicker than an order is read. */
const DIRECT_OFFSET = 2_000

/** Every so many rows of an order by the key itself, a key is remembered. */
const ANCHOR_STEP = 2_000

/**
 * Deep pages of a long list. SQLite reads and drops every row before an offset. For an order by the key itself, keys along
 * the way are remembered, and a page starts from the nearest one; for any other order all keys are read once, and a page
 * fetches its rows by key.
 */
export function orderedPages(tables: TablesReader): PagedReader {
  const orders = new Map<string, BigInt64Array | Anchors>()

  const remembered = async <T extends BigInt64Array | Anchors>(
    request: PageRequest,
    make: () => T | Promise<T>,
  ): Promise<T> => {
    const name = JSON.stringify([request.from, request.where, request.orderBy, request.parameters.map(String)])
    const order = (orders.get(name) as T | undefined) ?? (await make())
    // The latest used last.
    orders.delete(name)
    orders.set(name, order)
    for (const oldest of orders.keys()) {
      if (orders.size <= KEPT_ORDERS) break
      orders.delete(oldest)
    }
    return order
  }

  return {
    page: async (request) => {
      if (request.offset <= DIRECT_OFFSET) return pageByOffset(tables, request)
      const step = keyStep(request)
      if (step) {
        return pageByAnchor(tables, request, step, await remembered(request, (): Anchors => ({ keys: [], end: null })))
      }
      return pageByOrder(tables, request, await remembered(request, () => readOrder(tables, request)))
    },
  }
}

/** `keys[n]` is the last key before row `(n + 1) * ANCHOR_STEP`; `end` is set when the order has no further row. */
interface Anchors {
  readonly keys: bigint[]
  end: true | null
}

/** How to go on after a key, for an order that is by the key alone. */
function keyStep({ key, orderBy }: PageRequest): '>' | '<' | null {
  if (orderBy === key || orderBy === `${key} ASC`) return '>'
  return orderBy === `${key} DESC` ? '<' : null
}

async function pageByAnchor(
  tables: TablesReader,
  request: PageRequest,
  step: '>' | '<',
  anchors: Anchors,
): Promise<readonly Row[]> {
  const { key, from, where, orderBy, parameters } = request
  const wanted = Math.floor(request.offset / ANCHOR_STEP)
  const after = (columns: string): string =>
    `SELECT ${columns} FROM ${from} WHERE ${where || '1'} AND ${key} ${step} ? ORDER BY ${orderBy} LIMIT ? OFFSET ?`
  const start = (columns: string): string =>
    `SELECT ${columns} FROM ${from} WHERE ${where || '1'} ORDER BY ${orderBy} LIMIT ? OFFSET ?`
  while (anchors.keys.length < wanted && !anchors.end) {
    const last = anchors.keys.at(-1)
    const window = [1n, BigInt(ANCHOR_STEP - 1)]
    const [row] =
      last === undefined
        ? await tables.query(start(key), [...parameters, ...window])
        : await tables.query(after(key), [...parameters, last, ...window])
    if (row) anchors.keys.push(asKey(row[0]))
    else anchors.end = true
  }
  const anchor = anchors.keys[wanted - 1]
  if (anchor === undefined) return []
  const skip = BigInt(request.offset - wanted * ANCHOR_STEP)
  return tables.query(after(request.columns), [...parameters, anchor, BigInt(request.limit), skip])
}

async function pageByOrder(tables: TablesReader, request: PageRequest, keys: BigInt64Array): Promise<readonly Row[]> {
  const wanted = [...keys.subarray(request.offset, request.offset + request.limit)]
  if (wanted.length === 0) return []
  const found = await tables.query(
    `SELECT ${request.key}, ${request.columns} FROM ${request.from} WHERE ${request.where || '1'}` +
      ` AND ${request.key} IN (${wanted.map(() => '?').join(', ')})`,
    [...request.parameters, ...wanted],
  )
  const byKey = new Map(found.map((row) => [row[0], row.slice(1)]))
  return wanted.flatMap((key) => {
    const row = byKey.get(key)
    return row ? [row] : []
  })
}

/** A page as SQL says it: every row before it is read and dropped. */
function pageByOffset(tables: TablesReader, page: PageRequest): Promise<readonly Row[]> {
  const sql = `SELECT ${page.columns} FROM ${page.from} WHERE ${page.where || '1'} ORDER BY ${page.orderBy} LIMIT ? OFFSET ?`
  return tables.query(sql, [...page.parameters, BigInt(page.limit), BigInt(page.offset)])
}

async function readOrder(tables: TablesReader, request: PageRequest): Promise<BigInt64Array> {
  const rows = await tables.query(
    `SELECT ${request.key} FROM ${request.from} WHERE ${request.where || '1'} ORDER BY ${request.orderBy}`,
    request.parameters,
  )
  return BigInt64Array.from(rows, (row) => asKey(row[0]))
}

function asKey(cell: Cell | undefined): bigint {
  return typeof cell === 'bigint' ? cell : 0n
}
