import { fromMarkedId } from '../../domain/peer.ts'
import type { PeerPage, PeerQuery, PeerSort } from '../format.ts'
import type { Cell, TablesReader } from '../media.ts'
import { PEER_COLUMNS, peerFrom } from './rows.ts'

/** Text of a peer as searches compare it, in every script. */
export function foldPeerText(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

const ORDER: Readonly<Record<PeerSort, string>> = { id: 'id', name: 'name_sort', updated: 'updated_at' }

export async function peerPage(tables: TablesReader, session: bigint, query: PeerQuery): Promise<PeerPage> {
  const conditions = ['session = ?']
  const values: Cell[] = [session]
  if (query.kind === 'bot') conditions.push(`type = 'bot'`)
  else if (query.kind !== null) {
    conditions.push('kind = ?')
    values.push(query.kind)
  }
  const search = searchCondition(query.search)
  if (search) {
    conditions.push(search.sql)
    values.push(...search.values)
  }
  const where = conditions.join(' AND ')
  const direction = query.direction === 'desc' ? 'DESC' : 'ASC'
  const rows = await tables.query(
    `SELECT ${PEER_COLUMNS} FROM deck_peers WHERE ${where}
     ORDER BY ${ORDER[query.sort]} ${direction} NULLS LAST, position LIMIT ? OFFSET ?`,
    [...values, BigInt(query.limit), BigInt(query.offset)],
  )
  const [[total] = []] = await tables.query(`SELECT count(*) FROM deck_peers WHERE ${where}`, values)
  const count = Number(total ?? 0n)
  return { peers: rows.map(peerFrom), total: count, more: query.offset + rows.length < count }
}

/** A part of the name, a username or the phone, or the whole of any form of id. */
function searchCondition(search: string): { sql: string; values: Cell[] } | null {
  const trimmed = search.trim()
  if (trimmed === '') return null
  const conditions = ['instr(search, ?) > 0']
  const values: Cell[] = [foldPeerText(trimmed).replace(/^[@+]/, '')]
  if (/^\+?[\d\s()-]{5,}$/.test(trimmed)) {
    conditions.push('instr(phone, ?) > 0')
    values.push(trimmed.replaceAll(/\D/g, ''))
  }
  if (/^-?\d{1,19}$/.test(trimmed)) {
    const id = BigInt(trimmed)
    if (BigInt.asIntN(64, id) === id) {
      const marked = fromMarkedId(id)
      conditions.push(id < 0n ? '(kind = ? AND id = ?)' : 'id = ?')
      values.push(...(id < 0n ? [marked.kind, marked.id] : [id]))
    }
  }
  return { sql: `(${conditions.join(' OR ')})`, values }
}
