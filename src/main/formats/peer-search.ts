import type { Cell, TablesReader } from './media.ts'

export interface SqlCondition {
  readonly sql: string
  readonly parameters: readonly Cell[]
}

/** What a person typed into the peer search, understood. */
export interface Needle {
  /** Substring of names (and of usernames, unless `username` says more). Null when the text can only be an id. */
  readonly text: string | null
  /** Substring of usernames alone: `@name`, a t.me link. */
  readonly username: string | null
  /** Substring of phones: digits only. */
  readonly phone: string | null
  /** Stored forms of the id: all of them for a bare one, one for a marked one. */
  readonly ids: readonly bigint[]
}

const CHANNEL_MARK = 1_000_000_000_000n
const INT64_MAX = 2n ** 63n - 1n

/**
 * Understands names, `@username`, `t.me/username`, phones (`+49 170 …`) and ids: bare, `-100…` of a channel, negative
 * of a basic group.
 * @returns null for an empty search
 */
export function needleOf(search: string): Needle | null {
  const text = search.trim().replaceAll(/[\u200b-\u200f\u2060\ufeff]/g, '')
  if (text === '') return null
  const link = /^(?:https?:\/\/)?(?:www\.)?(?:t\.me|telegram\.me)\/@?([A-Za-z0-9_]+)\/?$/.exec(text)?.[1]
  const username = link ?? (/^@(.+)$/.exec(text)?.[1] || undefined)
  if (username !== undefined) return { text: null, username, phone: null, ids: [] }
  if (/^[-\u2212]\d{1,19}$/.test(text)) {
    const marked = -BigInt(text.slice(1))
    return { text, username: null, phone: null, ids: -marked <= INT64_MAX ? [marked] : [] }
  }
  const phone = /^\+?[\d\s().-]*\d[\d\s().-]*$/.test(text) ? text.replaceAll(/\D/g, '') : null
  return { text, username: null, phone, ids: /^\d{1,18}$/.test(text) ? idsOf(BigInt(text)) : [] }
}

function idsOf(id: bigint): bigint[] {
  return id === 0n ? [] : [id, -id, -(CHANNEL_MARK + id)]
}

export interface SearchColumns {
  readonly id: string
  /** Columns a plain text is looked for in. */
  readonly names: readonly string[]
  /** Columns a username is looked for in. */
  readonly usernames: readonly string[]
  readonly phone: string
  /** SQLite where it is not given. */
  readonly dialect?: TablesReader['dialect']
  /** A table of further usernames: SQL up to the condition on its column. */
  readonly moreUsernames?: { readonly column: string; readonly idsWhere: (condition: string) => string }
}

/** The SQL condition for a needle. At least one part always applies. */
export function whereNeedle(needle: Needle, columns: SearchColumns): SqlCondition {
  const parts: string[] = []
  const parameters: Cell[] = []
  const contains = (column: string, text: string): string => {
    const match = containsText(column, text, columns.dialect ?? 'sqlite')
    parameters.push(...match.parameters)
    return match.sql
  }
  if (needle.text !== null) {
    for (const column of columns.names) parts.push(contains(column, needle.text))
  }
  if (needle.username !== null) {
    for (const column of columns.usernames) parts.push(contains(column, needle.username))
  }
  const wanted = needle.username ?? needle.text
  if (columns.moreUsernames && wanted !== null) {
    parts.push(columns.moreUsernames.idsWhere(contains(columns.moreUsernames.column, wanted)))
  }
  if (needle.phone !== null) parts.push(contains(columns.phone, needle.phone))
  if (needle.ids.length > 0) {
    parts.push(`${columns.id} IN (${needle.ids.map(() => '?').join(', ')})`)
    parameters.push(...needle.ids)
  }
  return { sql: `(${parts.join(' OR ')})`, parameters }
}

type Dialect = TablesReader['dialect']

function containsText(column: string, text: string, dialect: Dialect): SqlCondition {
  switch (dialect) {
    case 'sqlite':
      return sqliteContains(column, text)
    case 'postgres':
      return postgresContains(column, text)
    case 'mysql':
      return mysqlContains(column, text)
  }
}

/**
 * ILIKE folds whole texts by the rules of the database, which takes twice as long as folding ASCII, and has the planner
 * expect too few rows to look in the order of the ids. Those rules may know ASCII alone: other letters become a class of
 * their cases in a regular expression.
 */
function postgresContains(column: string, text: string): SqlCondition {
  if (isAscii(text)) return likeOf(`lower(${column} COLLATE "C") LIKE ?`, text.toLowerCase())
  const classes = Array.from(text, (character) => {
    const cases = casesOf(character)
    if (cases.length > 1) return `[${cases.join('')}]`
    return /[\\^$.*+?()[\]{}|]/.test(character) ? `\\${character}` : character
  })
  return { sql: `${column} ~ ?`, parameters: [classes.join('')] }
}

/** The column may be of any character set, and of a collation that tells cases apart. */
function mysqlContains(column: string, text: string): SqlCondition {
  // The usual collation takes all characters beyond the basic plane for one.
  const collation = /[\u{10000}-\u{10ffff}]/u.test(text) ? 'utf8mb4_unicode_520_ci' : 'utf8mb4_general_ci'
  return likeOf(`CONVERT(${column} USING utf8mb4) COLLATE ${collation} LIKE ?`, text)
}

/** With an escape that is no special character in a string of any dialect. */
function likeOf(sql: string, text: string): SqlCondition {
  return { sql: `${sql} ESCAPE '!'`, parameters: [`%${text.replaceAll(/[%_!]/g, '!$&')}%`] }
}

function isAscii(text: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return /^[\x00-\x7f]*$/.test(text)
}

function casesOf(character: string): readonly string[] {
  const cases = [character, character.toLowerCase(), character.toUpperCase()]
  return [...new Set(cases.filter((one) => Array.from(one).length === 1))]
}

/**
 * A substring without regard to case. LIKE folds ASCII by itself and is the quickest; for other letters it does not, so
 * there each letter becomes a GLOB class of its cases (`[иИ]`).
 */
function sqliteContains(column: string, text: string): SqlCondition {
  if (isAscii(text)) {
    const plain = !/[%_\\]/.test(text)
    return {
      sql: plain ? `${column} LIKE ?` : `${column} LIKE ? ESCAPE '\\'`,
      parameters: [`%${plain ? text : text.replaceAll(/[%_\\]/g, String.raw`\$&`)}%`],
    }
  }
  const classes = Array.from(text, (character) => {
    const cases = casesOf(character)
    return cases.length > 1 || '*?['.includes(character) ? `[${cases.join('')}]` : character
  })
  return { sql: `${column} GLOB ?`, parameters: [`*${classes.join('')}*`] }
}
