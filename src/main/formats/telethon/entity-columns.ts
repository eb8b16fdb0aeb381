import type { Problem } from '../../domain/problem.ts'
import { columnsOf, hasColumns, integerOf } from '../cells.ts'
import type { Cell, TablesReader, TablesSchema } from '../media.ts'

/** Where the parts of an entity lie: SQL names of columns, `NULL` for those the table lacks. */
export interface EntityColumns {
  readonly id: 'id' | 'hash'
  readonly hash: 'id' | 'hash'
  readonly username: string
  readonly phone: string
  readonly name: string
  readonly date: string
}

const SAMPLE_ROWS = 16

/** Real ids, marked or not, stay far below; of random access hashes one in two thousand does. */
const ID_LIMIT = 2n ** 52n

/**
 * Looks at the first rows of `entities`: scripts that copy them from one file to another put hashes where the ids belong,
 * or phones where the usernames do. Null when there are no entities to read.
 */
export async function entityColumnsOf(tables: TablesReader, schema: TablesSchema): Promise<EntityColumns | null> {
  if (!hasColumns(schema, 'entities', ['id', 'hash'])) return null
  const found = columnsOf(schema, 'entities')
  const column = (name: string): string => (found.includes(name) ? name : 'NULL')
  const hasBoth = found.includes('username') && found.includes('phone')
  const rows = await tables.scan({
    table: 'entities',
    columns: ['id', 'hash', ...(hasBoth ? ['username', 'phone'] : [])],
    limit: SAMPLE_ROWS,
  })
  const peers = rows.filter(([id]) => id !== 0n)
  const strange = peers.filter(([id]) => !isId(id)).length
  const swappedHashes = strange * 2 > peers.length && peers.every(([, hash]) => isId(hash))
  const swappedPhones =
    hasBoth &&
    peers.some(([, , username]) => isPhone(username)) &&
    peers.some(([, , , phone]) => isName(phone)) &&
    !peers.some(([, , username, phone]) => isName(username) || isPhone(phone))
  return {
    id: swappedHashes ? 'hash' : 'id',
    hash: swappedHashes ? 'id' : 'hash',
    username: swappedPhones ? 'phone' : column('username'),
    phone: swappedPhones ? 'username' : column('phone'),
    name: column('name'),
    date: column('date'),
  }
}

export function entityProblems(columns: EntityColumns | null): Problem[] {
  const problems: Problem[] = []
  if (columns?.id === 'hash') {
    problems.push({
      code: 'telethon.swapped-hashes',
      message:
        'The entities have their ids where the access hashes belong and the other way round, so Telethon finds none of them. They were read the right way; export the session as Telethon SQLite to repair it.',
    })
  }
  if (columns?.username === 'phone') {
    problems.push({
      code: 'telethon.swapped-phones',
      message:
        'The entities have their phones where the usernames belong and the other way round. They were read the right way; export the session as Telethon SQLite to repair it.',
    })
  }
  return problems
}

function isId(cell: Cell | undefined): boolean {
  const id = integerOf(cell)
  return id !== null && id < ID_LIMIT && id > -ID_LIMIT
}

/** Digits: no username is made of them alone. */
function isPhone(cell: Cell | undefined): boolean {
  return typeof cell === 'bigint' || (typeof cell === 'string' && /^\d+$/.test(cell))
}

/** A username begins with a letter, a phone never does. */
function isName(cell: Cell | undefined): boolean {
  return typeof cell === 'string' && /^[A-Za-z]/.test(cell)
}
