import { authKeyFrom } from '../../domain/key-id.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Account } from '../../domain/session.ts'
import { bytesOf, hasColumns, integerOf, textOf } from '../cells.ts'
import type { StoredSession } from '../format.ts'
import type { Cell, Row, TablesReader, TablesSchema } from '../media.ts'
import { foreignSession, idProblem, keyIdFromBigint } from './key.ts'

export const ID = 'mtpylon.sqlite'

/** Every key of the server, and logins whose key is gone. The passwords beside the nicknames are never read. */
export async function listMtpylon(tables: TablesReader): Promise<readonly StoredSession[]> {
  const schema = await tables.schema()
  const items = await tables.scan({ table: 'auth_key_items', columns: ['auth_key_id', 'auth_key'] })
  const logins = await tables.scan({ table: 'auth_keys', columns: ['auth_key_id', 'user_id'] })
  const users = hasColumns(schema, 'users', ['id', 'nickname'])
    ? await tables.scan({ table: 'users', columns: ['id', 'nickname'] })
    : []
  const nicknames = new Map(users.map(([id, nickname]) => [String(integerOf(id)), textOf(nickname)]))
  const accounts = new Map(logins.map((row) => [keyIdOfRow(row), accountFrom(row, nicknames)]))
  const known = new Set<string>()
  const sessions = items.flatMap((row): StoredSession[] => {
    const keyId = keyIdOfRow(row)
    if (keyId === null || known.has(keyId)) return []
    known.add(keyId)
    return [storedSession(keyId, row, accounts.get(keyId) ?? null)]
  })
  const orphans = [...accounts].flatMap(([keyId, account]) =>
    keyId === null || known.has(keyId) ? [] : [storedSession(keyId, null, account)],
  )
  return [...sessions, ...orphans]
}

export function isMtpylon(schema: TablesSchema): boolean {
  return (
    hasColumns(schema, 'auth_key_items', ['id', 'auth_key_id', 'auth_key']) &&
    hasColumns(schema, 'auth_keys', ['id', 'auth_key_id', 'user_id'])
  )
}

export interface MtpylonCells {
  readonly keyId: Cell | undefined
  /** Null for a login whose key is gone. */
  readonly authKey: Cell | undefined
  readonly userId: Cell | undefined
  readonly nickname: Cell | undefined
}

/** A session from cells of a joined row; null where the key id is none. */
export function sessionFromCells({ keyId, authKey, userId, nickname }: MtpylonCells): StoredSession | null {
  const id = keyIdOfRow([keyId ?? null])
  if (id === null) return null
  const names = new Map([[String(integerOf(userId)), textOf(nickname)]])
  const account = userId == null ? null : accountFrom([keyId ?? null, userId], names)
  return storedSession(id, authKey == null ? null : [keyId ?? null, authKey], account)
}

/** @param row auth_key_id, auth_key; null for a login without key */
function storedSession(keyId: string, row: Row | null, account: Account | null): StoredSession {
  const problems: Problem[] = []
  const key = authKeyFrom(bytesOf(row?.[1]))
  const authKey = key === 'damaged' ? null : key
  if (key === 'damaged') {
    problems.push({
      code: 'session.damaged-key',
      message: `The key has ${bytesOf(row?.[1])?.byteLength ?? 0} bytes instead of 256 and is of no use. Delete it; its client logs in again.`,
    })
  } else if (authKey === null) {
    problems.push({
      code: 'session.no-key',
      message: 'A login is there, but its key is gone: nobody can use it any more. Delete it.',
    })
  } else {
    const problem = idProblem(keyId, authKey)
    if (problem !== null) problems.push(problem)
  }
  return {
    key: keyId,
    name: account?.username ?? null,
    decoded: {
      info: { formatId: ID, variant: '1', library: 'mtpylon', formatVersion: null },
      problems,
      session: { ...foreignSession(authKey), account },
    },
  }
}

/** @param row auth_key_id, user_id */
function accountFrom(row: Row, nicknames: ReadonlyMap<string, string | null>): Account | null {
  const id = integerOf(row[1])
  if (id === null || id === 0n) return null
  return { id, isBot: null, username: nicknames.get(String(id)) ?? null, phone: null }
}

function keyIdOfRow(row: Row): string | null {
  const stored = integerOf(row[0])
  return stored === null ? null : keyIdFromBigint(stored)
}
