import { fold, searchWords } from './catalog-fold.ts'
import { kinds, statuses } from './catalog-row.ts'
import type { CatalogQuery } from './catalog-types.ts'
import { FIRST_FINAL_CODE, loginCode } from './login-codes.ts'

type Value = string | number

export interface BuiltQuery {
  /** `FROM … WHERE … ORDER BY …` over `sessions s`. */
  readonly sql: string
  readonly values: readonly Value[]
}

/** One key with several rows: walks the key id index alone. */
export const DUPLICATED_KEYS =
  'SELECT key_id FROM sessions WHERE key_id IS NOT NULL GROUP BY key_id HAVING count(*) > 1'

/** Could not be read without problems, or is dead at Telegram. */
const NEEDS_ATTENTION = `(status <> ${statuses.indexOf('ok')} OR login >= ${FIRST_FINAL_CODE})`

/** Has a key, and Telegram was never asked about it. */
const UNCHECKED = '(key_id IS NOT NULL AND login IS NULL)'

/** Sort terms per column; rows without a value come last in either direction. */
const SORT_TERMS: Readonly<Record<CatalogQuery['sort']['column'], readonly string[]>> = {
  status: ['s.status'],
  name: ['s.name_sort'],
  account: ['s.user_id'],
  kind: ['s.kind'],
  format: ['s.library', 's.format_id', 's.variant'],
  dc: ['s.dc_id', 's.test'],
  key: ['s.key_id'],
  peers: ['s.peers'],
  updated: ['s.updated_at'],
  modified: ['s.modified_at'],
  tags: ['s.tags_sort'],
  source: ['(SELECT name_sort FROM sources WHERE id = s.source_id)'],
  login: ['s.login'],
}

/** Turns what the list asks for into SQL. Every value is bound; columns come from the table above alone. */
export function buildQuery(query: CatalogQuery): BuiltQuery {
  const conditions: string[] = []
  const values: Value[] = []
  const add = (condition: string, ...bound: readonly Value[]): void => {
    conditions.push(condition)
    values.push(...bound)
  }
  const addAny = (expression: string, any: readonly Value[]): void => {
    if (any.length > 0) add(`${expression} IN (${any.map(() => '?').join(', ')})`, ...any)
  }

  addView(query.view, add)
  for (const word of searchWords(query.search)) add('instr(s.search, ?) > 0', word)
  const { filters } = query
  addAny(
    's.kind',
    filters.kinds.map((kind) => kinds.indexOf(kind)),
  )
  addAny('s.library', filters.libraries)
  addAny('s.dc_id', filters.dcs)
  addAny('s.source_id', filters.sources)
  addAny(
    's.status',
    filters.statuses.map((status) => statuses.indexOf(status)),
  )
  if (filters.tags.length > 0) {
    const marks = filters.tags.map(() => '?').join(', ')
    add(tagCondition(`IN (${marks})`), ...filters.tags.map(fold))
  }
  if (filters.logins.length > 0) {
    const codes = filters.logins.filter((login) => login !== 'unchecked').map(loginCode)
    const marks = codes.map(() => '?').join(', ')
    const unchecked = codes.length < filters.logins.length ? ` OR ${UNCHECKED}` : ''
    add(`(s.login IN (${marks})${unchecked})`, ...codes)
  }
  if (filters.test !== null) add('s.test = ?', Number(filters.test))
  if (filters.inUse !== null) add('s.in_use = ?', Number(filters.inUse))

  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''
  return { sql: `FROM sessions s ${where} ORDER BY ${orderOf(query.sort)}`, values }
}

function addView(view: CatalogQuery['view'], add: (condition: string, ...bound: readonly Value[]) => void): void {
  switch (view.kind) {
    case 'all':
      return
    case 'users':
      return add('s.kind = ?', kinds.indexOf('user'))
    case 'bots':
      return add('s.kind = ?', kinds.indexOf('bot'))
    case 'attention':
      return add(NEEDS_ATTENTION)
    case 'duplicates':
      return add(`s.key_id IN (${DUPLICATED_KEYS})`)
    case 'source':
      return add('s.source_id = ?', view.sourceId)
    case 'tag':
      return add(tagCondition('= ?'), fold(view.tag))
    case 'key':
      return add('s.key_id = ?', view.keyId)
  }
}

function tagCondition(test: string): string {
  return `EXISTS (SELECT 1 FROM tags t WHERE t.source_id = s.source_id AND t.key = s.key AND t.tag_folded ${test})`
}

function orderOf({ column, direction }: CatalogQuery['sort']): string {
  const way = direction === 'desc' ? 'DESC' : 'ASC'
  const terms = SORT_TERMS[column].map((term) => `${term} ${way} NULLS LAST`)
  // Ties in the order a person reads them, and always the same.
  return [...terms, 's.name_sort', 's.source_id', 's.key'].join(', ')
}
