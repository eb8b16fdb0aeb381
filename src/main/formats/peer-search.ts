import type { Cell } from './media.ts'

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
  /** A table of further usernames: SQL up to the condition on its column. */
  readonly moreUsernames?: { readonly column: string; readonly idsWhere: (condition: string) => string }
}

/** The SQL condition for a needle. At least one part always applies. */
export function whereNeedle(needle: Needle, columns: SearchColumns): SqlCondition {
  const parts: string[] = []
  const parameters: Cell[] = []
  const contains = (column: string, text: string): string => {
    const match = containsText(column, text)
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

/**
 * A substring without regard to case. LIKE folds ASCII by itself and is the quickest; for other letters it does not, so
 * there each letter becomes a GLOB class of its cases (`[иИ]`).
 */
function containsText(column: string, text: string): SqlCondition {
  // oxlint-disable-next-line no-control-regex
  if (/^[\x00-\x7f]*$/.test(text)) {
    const plain = !/[%_\\]/.test(text)
    return {
      sql: plain ? `${column} LIKE ?` : `${column} LIKE ? ESCAPE '\\'`,
      parameters: [`%${plain ? text : text.replaceAll(/[%_\\]/g, String.raw`\$&`)}%`],
    }
  }
  const classes = Array.from(text, (character) => {
    const cases = new Set(
      [character, character.toLowerCase(), character.toUpperCase()].filter((one) => Array.from(one).length === 1),
    )
    return cases.size > 1 || '*?['.includes(character) ? `[${[...cases].join('')}]` : character
  })
  return { sql: `${column} GLOB ?`, parameters: [`*${classes.join('')}*`] }
}
