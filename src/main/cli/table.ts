import { columnsOf, plain, shorten } from './terminal-text.ts'

export interface Column {
  readonly title: string
  readonly align?: 'right'
  /** Longer cells are shortened; 40 when left out. */
  readonly maxColumns?: number
}

/** Lines of a table with two spaces between columns. Cells are made safe here; an empty cell shows as `–`. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => columns.map((column, at) => cell(row[at] ?? '', column)))
  const lines = [columns.map((column) => column.title), ...cells]
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => columnsOf(line[at] ?? ''))))
  return lines.map((line) => `${lineOf(line, columns, widths)}\n`).join('')
}

function cell(text: string, column: Column): string {
  return text === '' ? '–' : shorten(plain(text), column.maxColumns ?? 40)
}

function lineOf(line: readonly string[], columns: readonly Column[], widths: readonly number[]): string {
  return line
    .map((text, at) => {
      const gap = ' '.repeat(Math.max(0, (widths[at] ?? 0) - columnsOf(text)))
      return columns[at]?.align === 'right' ? gap + text : text + gap
    })
    .join('  ')
    .trimEnd()
}

/** Named values below each other: `DC   2 at 149.154.167.51:443`. Null values are left out. */
export function facts(rows: readonly (readonly [name: string, value: string | null])[]): string {
  const shown = rows.flatMap(([name, value]) => (value === null ? [] : [[name, plain(value)] as const]))
  const width = Math.max(0, ...shown.map(([name]) => name.length))
  return shown.map(([name, value]) => `  ${name.padEnd(width)}  ${value}\n`).join('')
}
