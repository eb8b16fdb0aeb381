import type { RawTable } from './session-store.ts'

/** What is different between the tables of a file and those of its clean copy, a sentence each. */
export function tableChanges(before: readonly RawTable[], after: readonly RawTable[]): readonly string[] {
  const clean = new Map(after.map((table) => [table.name, table]))
  const known = new Set(before.map(({ name }) => name))
  // A text or binary file has no tables to compare.
  if (before.length === 0) return []
  return [
    ...before.flatMap((table) => {
      const copy = clean.get(table.name)
      return copy === undefined ? [leftOut(table)] : columnChanges(table, copy)
    }),
    ...after.filter(({ name }) => !known.has(name)).map(({ name }) => `Table “${name}” is added.`),
  ]
}

function leftOut({ name, rows }: RawTable): string {
  return `Table “${name}” is left out${rows === 0 ? '' : ` (${rowsText(rows)})`}.`
}

function columnChanges(table: RawTable, copy: RawTable): string[] {
  const names = table.columns.map(({ name }) => name)
  const wanted = copy.columns.map(({ name }) => name)
  const extra = names.filter((name) => !wanted.includes(name))
  const missing = wanted.filter((name) => !names.includes(name))
  const both = names.filter((name) => wanted.includes(name))
  const inOrder = both.join('\n') === wanted.filter((name) => names.includes(name)).join('\n')
  const place = `Table “${table.name}”`
  return [
    ...(extra.length > 0 ? [`${place}: ${columnsText(extra)} left out.`] : []),
    ...(missing.length > 0 ? [`${place}: ${columnsText(missing)} added.`] : []),
    ...(inOrder ? [] : [`${place}: its columns get the order the library expects.`]),
    ...(copy.rows < table.rows ? [`${place}: ${rowsText(copy.rows)} of ${table.rows} are kept.`] : []),
    ...(copy.rows > table.rows ? [`${place}: ${rowsText(copy.rows - table.rows)} added.`] : []),
  ]
}

function columnsText(names: readonly string[]): string {
  const list = names.map((name) => `“${name}”`).join(', ')
  return names.length === 1 ? `column ${list} is` : `columns ${list} are`
}

function rowsText(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'row' : 'rows'}`
}
