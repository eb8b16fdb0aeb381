import { isAliveStatus, isFinalStatus, shownLogin } from '../../shared/login-statuses.ts'
import type { KnownLogin, LoginResult } from '../domain/login.ts'
import type { AppDatabase } from './app-database.ts'
import { kinds } from './catalog-row.ts'
import { knownStatus, loginCode } from './login-codes.ts'
import type { LoginResults } from './login-results.ts'

/** Results by key id, and their place in the lists, for the library alone. */
interface LoginStore extends LoginResults {
  /** Forgets what was said before `beforeMs` about keys that no session holds any more. */
  expire(beforeMs: number): void
}

/**
 * Results are kept by key id, and what is shown of them beside every session with that key, so that filters and sorts
 * need not look further. `onChange` is called once a result is written.
 */
export function openLoginStore(database: AppDatabase, onChange: () => void): LoginStore {
  const get = findsLogins(database)
  const upsert = database.prepare<[string, string, string | null, number]>(`
    INSERT INTO logins (key_id, latest, final, shown) VALUES (?, ?, ?, ?)
    ON CONFLICT (key_id) DO UPDATE SET latest = excluded.latest, final = excluded.final, shown = excluded.shown`)
  const mark = database.prepare('UPDATE sessions SET login = ? WHERE key_id = ?')
  const name = takesKinds(database, 'key_id')
  const expire = database.prepare<[number]>(`
    DELETE FROM logins WHERE latest ->> '$.atMs' < ?
    AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.key_id = logins.key_id)`)

  const add = database.transaction((keyId: string, result: LoginResult) => {
    const known = withResult(get(keyId), result)
    const code = loginCode(shownLogin(known).status)
    upsert.run(keyId, textOf(known.latest), known.final && textOf(known.final), code)
    mark.run(code, keyId)
    name(keyId)
  })
  return {
    get,
    add(keyId, result) {
      add(keyId, result)
      onChange()
    },
    expire: (beforeMs) => void expire.run(beforeMs),
  }
}

/** What was said about a key, by its id. */
export function findsLogins(database: AppDatabase): (keyId: string) => KnownLogin | null {
  const select = database.prepare<[string], { latest: string; final: string | null }>(
    'SELECT latest, final FROM logins WHERE key_id = ?',
  )
  return (keyId) => {
    const row = select.get(keyId)
    return row ? { latest: resultFrom(row.latest), final: row.final === null ? null : resultFrom(row.final) } : null
  }
}

/**
 * A session that does not say what its account is takes it from the account that Telegram named for its key. By the id of
 * its row, or by its key for all of them.
 */
export function takesKinds(database: AppDatabase, by: 'id' | 'key_id'): (value: number | string) => void {
  const [user, bot, unknown] = [kinds.indexOf('user'), kinds.indexOf('bot'), kinds.indexOf('unknown')]
  const take = database.prepare<[number | string]>(`
    UPDATE sessions SET kind = (
      SELECT CASE coalesce(latest ->> '$.account.isBot', final ->> '$.account.isBot')
        WHEN 1 THEN ${bot} WHEN 0 THEN ${user} ELSE ${unknown} END
      FROM logins WHERE key_id = sessions.key_id)
    WHERE ${by} = ? AND kind = ${unknown} AND login IS NOT NULL`)
  return (value) => void take.run(value)
}

/** Forgets what was said about a key that no session holds any more. */
export function forgetsLogins(database: AppDatabase): (keyId: string) => void {
  const forget = database.prepare<[string]>(`
    DELETE FROM logins WHERE key_id = ? AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.key_id = logins.key_id)`)
  return (keyId) => void forget.run(keyId)
}

/** The later result replaces; silence and troubles never hide that a login is dead, and only a living one takes it back. */
function withResult(before: KnownLogin | null, latest: LoginResult): KnownLogin {
  if (before === null || isFinalStatus(latest.status) || isAliveStatus(latest.status)) return { latest, final: null }
  const shown = shownLogin(before)
  return { latest, final: isFinalStatus(shown.status) ? shown : null }
}

type StoredResult = Omit<LoginResult, 'account'> & {
  readonly account: (Omit<NonNullable<LoginResult['account']>, 'id'> & { readonly id: string }) | null
}

/** Member by member: nothing else that an answer carries gets into the database. */
function textOf({ status, atMs, wayOut, dcId, test, evidence, untilMs, newDcId, account }: LoginResult): string {
  const stored: StoredResult = {
    status,
    atMs,
    wayOut,
    dcId,
    test,
    evidence,
    untilMs,
    newDcId,
    account: account && {
      id: String(account.id),
      isBot: account.isBot,
      name: account.name,
      username: account.username,
      phone: account.phone,
    },
  }
  return JSON.stringify(stored)
}

function resultFrom(text: string): LoginResult {
  const stored = JSON.parse(text) as StoredResult
  const { account } = stored
  return {
    ...stored,
    status: knownStatus(stored.status),
    account: account && { ...account, id: BigInt(account.id) },
  }
}
