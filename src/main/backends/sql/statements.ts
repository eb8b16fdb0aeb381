import type { Cell } from '../../formats/media.ts'

/** Quoted text and names, in which a `?` is one, and placeholders. */
const PARTS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\?/g

const known = new Map<string, string>()

/** `?` placeholders as PostgreSQL numbers them. */
export function numbered(sql: string): string {
  const before = known.get(sql)
  if (before !== undefined) return before
  let count = 0
  const text = sql.replaceAll(PARTS, (part) => {
    if (part !== '?') return part
    count += 1
    return `$${count}`
  })
  if (known.size >= 256) known.clear()
  known.set(sql, text)
  return text
}

const ONE_ROW = /\bVALUES\s*(\((?:\s*\?\s*,)*\s*\?\s*\))/i

/** Servers take no more than 65,535 parameters; fewer are quicker to parse. */
const MOST_PARAMETERS = 10_000

/** An INSERT of one row made into few of many rows: each statement is a way to the server and back. */
export function* manyRows(
  sql: string,
  rows: readonly (readonly Cell[])[],
): Iterable<readonly [sql: string, parameters: readonly Cell[]]> {
  const values = ONE_ROW.exec(sql)?.[1]
  const width = rows[0]?.length ?? 0
  if (values === undefined || width === 0) {
    for (const row of rows) yield [sql, row]
    return
  }
  const step = Math.max(1, Math.floor(MOST_PARAMETERS / width))
  for (let at = 0; at < rows.length; at += step) {
    const some = rows.slice(at, at + step)
    yield [sql.replace(values, () => Array.from(some, () => values).join(', ')), some.flat()]
  }
}
