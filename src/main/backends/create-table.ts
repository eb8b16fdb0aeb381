import type { ColumnInfo, TableInfo } from '../formats/media.ts'
import { UnusualDatabase } from './unusual-database.ts'

/** A table as its stored CREATE statement describes it, with what a page reader needs to find a cell. */
export interface TableLayout extends TableInfo {
  /** Index of the column that is the rowid itself, -1 when none is. */
  readonly rowidColumn: number
  /** Column index to its position in a stored record. */
  readonly positions: readonly number[]
  /** Columns whose whole numbers are stored as integers and read as fractions. */
  readonly real: readonly boolean[]
  /** Columns with a default: a row written before such a column was added does not hold its value. */
  readonly defaults: readonly boolean[]
}

type Column = { -readonly [K in keyof ColumnInfo]: ColumnInfo[K] }

const CONSTRAINTS = new Set([
  'CONSTRAINT',
  'PRIMARY',
  'NOT',
  'NULL',
  'UNIQUE',
  'CHECK',
  'DEFAULT',
  'COLLATE',
  'REFERENCES',
  'GENERATED',
  'AS',
])
const TABLE_CONSTRAINTS = new Set(['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'CHECK', 'FOREIGN'])

interface Token {
  /** Upper case for bare words, '' for quoted ones: a quoted word is never a keyword. */
  readonly word: string
  readonly text: string
  readonly kind: 'name' | 'string' | 'sign'
}

/**
 * Reads a CREATE TABLE statement as SQLite stores it.
 * @throws UnusualDatabase for anything beyond plain columns and keys (generated columns, defaults that are expressions)
 */
export function parseCreateTable(name: string, sql: string): TableLayout {
  const tokens = tokenize(sql)
  let at = 0
  const word = (offset = 0): string => tokens[at + offset]?.word ?? ''
  const expect = (wanted: string): void => {
    if (word() !== wanted) throw new UnusualDatabase(`expected ${wanted}`)
    at += 1
  }
  expect('CREATE')
  expect('TABLE')
  while (at < tokens.length && word() !== '(') at += 1
  expect('(')

  const columns: Column[] = []
  const defaults = new Set<Column>()
  let tableKey: string[] = []
  let inlineKeyDescends = false
  const skipParens = (): void => {
    let depth = 0
    do {
      if (word() === '(') depth += 1
      if (word() === ')') depth -= 1
      at += 1
    } while (depth > 0 && at < tokens.length)
  }
  const atEnd = (): boolean => at >= tokens.length || word() === ',' || word() === ')'

  const readTableConstraint = (): void => {
    while (!atEnd()) {
      if (word() === 'PRIMARY') {
        at += 2
        const start = at
        skipParens()
        tableKey = keyColumns(tokens.slice(start + 1, at - 1))
      } else if (word() === '(') skipParens()
      else at += 1
    }
  }

  const readColumn = (): void => {
    const column: Column = { name: tokens[at]?.text ?? '', type: '', notNull: false, primaryKey: 0 }
    at += 1
    const typeParts: string[] = []
    while (!atEnd() && !CONSTRAINTS.has(word())) {
      if (word() === '(') {
        const start = at
        skipParens()
        typeParts.push(
          tokens
            .slice(start, at)
            .map((token) => token.text)
            .join(''),
        )
      } else {
        typeParts.push(tokens[at]?.text ?? '')
        at += 1
      }
    }
    column.type = typeParts.join(' ').replaceAll(' (', '(').toUpperCase()
    while (!atEnd()) {
      const constraint = word()
      at += 1
      if (constraint === 'GENERATED' || constraint === 'AS') throw new UnusualDatabase('generated column')
      if (constraint === 'DEFAULT' && word() !== 'NULL') defaults.add(column)
      if (constraint === 'NOT' && word() === 'NULL') column.notNull = true
      if (constraint === 'PRIMARY') {
        column.primaryKey = 1
        inlineKeyDescends = word(1) === 'DESC'
      }
      if (constraint === '(') {
        at -= 1
        skipParens()
      }
    }
    columns.push(column)
  }

  while (at < tokens.length && word() !== ')') {
    if (word() === ',') at += 1
    else if (TABLE_CONSTRAINTS.has(word())) readTableConstraint()
    else readColumn()
  }
  expect(')')
  const withoutRowid = tokens.slice(at).some((token, index, rest) => token.word === 'WITHOUT' && rest[index + 1])
  if (tokens.slice(at).some((token) => token.word === 'STRICT')) throw new UnusualDatabase('strict table')

  tableKey.forEach((keyName, index) => {
    const column = columns.find((candidate) => candidate.name.toLowerCase() === keyName.toLowerCase())
    if (!column || column.primaryKey > 0) throw new UnusualDatabase('primary key')
    column.primaryKey = index + 1
  })
  return layoutOf(name, columns, defaults, withoutRowid, inlineKeyDescends)
}

function layoutOf(
  name: string,
  columns: Column[],
  defaults: ReadonlySet<Column>,
  withoutRowid: boolean,
  keyDescends: boolean,
): TableLayout {
  const key = columns.filter((column) => column.primaryKey > 0).sort((a, b) => a.primaryKey - b.primaryKey)
  let rowidColumn = -1
  if (!withoutRowid && key.length === 1 && key[0]?.type === 'INTEGER') {
    // A quirk of SQLite: "INTEGER PRIMARY KEY DESC" is not the rowid.
    if (keyDescends) throw new UnusualDatabase('descending key')
    rowidColumn = columns.indexOf(key[0])
  }
  if (withoutRowid) {
    if (key.length === 0) throw new UnusualDatabase('no primary key')
    for (const column of key) column.notNull = true
  }
  const stored = withoutRowid ? [...key, ...columns.filter((column) => column.primaryKey === 0)] : columns
  return {
    name,
    columns,
    withoutRowid,
    rowidColumn,
    positions: columns.map((column) => stored.indexOf(column)),
    real: columns.map((column) => isReal(column.type)),
    defaults: columns.map((column) => defaults.has(column)),
  }
}

/** SQLite's affinity rules, as far as they change what is read. */
function isReal(type: string): boolean {
  if (/INT|CHAR|CLOB|TEXT|BLOB/.test(type)) return false
  return /REAL|FLOA|DOUB/.test(type)
}

function keyColumns(tokens: readonly Token[]): string[] {
  const names: string[] = []
  let isNext = true
  for (const token of tokens) {
    if (token.word === ',') isNext = true
    else if (isNext) {
      names.push(token.text)
      isNext = false
    } else if (token.word === 'DESC' || token.word === '(') throw new UnusualDatabase('primary key')
  }
  return names
}

const TOKEN =
  /\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$)|"((?:[^"]|"")*)"|\[([^\]]*)\]|`((?:[^`]|``)*)`|'((?:[^']|'')*)'|([^\s"'`[\](),;]+)|([(),;])/gy

function tokenize(sql: string): Token[] {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < sql.length) {
    const match = TOKEN.exec(sql)
    if (!match) throw new UnusualDatabase('statement')
    const [, double, square, back, single, bare, sign] = match
    if (double !== undefined) tokens.push({ word: '', text: double.replaceAll('""', '"'), kind: 'name' })
    else if (square !== undefined) tokens.push({ word: '', text: square, kind: 'name' })
    else if (back !== undefined) tokens.push({ word: '', text: back.replaceAll('``', '`'), kind: 'name' })
    else if (single !== undefined) tokens.push({ word: '', text: single.replaceAll("''", "'"), kind: 'string' })
    else if (bare !== undefined) tokens.push({ word: bare.toUpperCase(), text: bare, kind: 'name' })
    else if (sign !== undefined) tokens.push({ word: sign, text: sign, kind: 'sign' })
  }
  return tokens
}
