import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { everything } from '../../../test/support/app/list-entries.ts'
import { isFinalStatus, type LoginStatus, loginStatuses } from '../../shared/login-statuses.ts'
import type { LoginResult } from '../domain/login.ts'
import { type AppDatabase, openAppDatabase } from './app-database.ts'
import { type CatalogStore, openCatalog } from './catalog.ts'
import type { CatalogQuery } from './catalog-types.ts'
import { MEMORY_ID } from './interfaces.ts'
import { FIRST_FINAL_CODE, loginCode, loginOfCode } from './login-codes.ts'
import { openLoginStore } from './login-store.ts'
import type { ScannedFile } from './scan-types.ts'
import { unreadableSummary } from './session-reader.ts'

const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
const format = { formatId: 'telethon.sqlite', variant: '7', library: 'telethon', formatVersion: 7 }

let folder: string
let database: AppDatabase
let catalog: CatalogStore
let logins: ReturnType<typeof openLoginStore>

function open(): void {
  database = openAppDatabase(folder, log, 0)
  catalog = openCatalog(database, { now: () => 1000, nameOf: (id) => id, onChange: () => undefined })
  logins = openLoginStore(database, () => catalog.touch())
}
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deck-logins-'))
  open()
})
afterEach(async () => {
  database.close()
  await rm(folder, { recursive: true })
})

function file(key: string, keyId: string | null): ScannedFile {
  const summary = { ...unreadableSummary({ key, name: key, path: `/x/${key}` }, []), format, keyId }
  const facts = { path: `/x/${key}`, sizeBytes: 1, modifiedAtMs: 1, mode: 0o600, companions: [] }
  return { key, signature: key, facts, summaries: [summary] }
}

function result(status: LoginStatus, more: Partial<LoginResult> = {}): LoginResult {
  return {
    status,
    atMs: 5,
    wayOut: 'direct',
    dcId: 2,
    test: false,
    evidence: `evidence of ${status}`,
    untilMs: null,
    newDcId: null,
    account: null,
    ...more,
  }
}

function keys(
  change: Partial<Omit<CatalogQuery, 'filters'>>,
  logins: CatalogQuery['filters']['logins'] = [],
): string[] {
  const query = { ...everything, ...change, filters: { ...everything.filters, logins } }
  return catalog.page(query, { offset: 0, limit: 100 }).entries.map(({ ref }) => ref.key)
}

const account = { id: 2n ** 62n + 1n, isBot: false, name: 'Ada L', username: 'ada', phone: '4915112345678' }

describe('what is known about a key', () => {
  it('is kept whole, between starts, too', () => {
    const seen = result('alive', { account, test: true, wayOut: 'Home proxy' })
    logins.add('k', seen)
    database.close()
    open()
    expect(logins.get('k')).toEqual({ latest: seen, final: null })
    expect(logins.get('other')).toBeNull()
  })

  it('is what came last, yet what is not final never hides that a login is dead', () => {
    const dead = result('revoked')
    logins.add('k', result('network'))
    logins.add('k', dead)
    expect(logins.get('k')).toEqual({ latest: dead, final: null })
    for (const status of ['network', 'rate-limited', 'password-pending'] as const) {
      logins.add('k', result(status))
      expect(logins.get('k')).toEqual({ latest: result(status), final: dead })
    }
    logins.add('k', result('account-banned'))
    expect(logins.get('k')).toEqual({ latest: result('account-banned'), final: null })
    logins.add('k', result('network'))
    for (const status of ['frozen', 'network', 'alive'] as const) {
      logins.add('k', result(status))
      expect(logins.get('k')).toEqual({ latest: result(status), final: null })
    }
  })

  it('takes words of a later release for an unexpected answer', () => {
    logins.add('k', result('alive'))
    database.exec(`UPDATE logins SET latest = json_set(latest, '$.status', 'blissful'), shown = 9999`)
    expect(logins.get('k')?.latest.status).toBe('unknown')
    expect(loginOfCode(9999)).toBe('unknown')
  })

  it('has a code for every status: those of the dead above the others', () => {
    expect(new Set(loginStatuses.map(loginCode)).size).toBe(loginStatuses.length)
    for (const status of loginStatuses) {
      expect(loginOfCode(loginCode(status))).toBe(status)
      expect(loginCode(status) >= FIRST_FINAL_CODE, status).toBe(isFinalStatus(status))
    }
  })

  it('keeps no member that it does not know', () => {
    const more = { ...result('alive', { account: { ...account, token: 'canary' } as never }), key: 'canary' }
    logins.add('k', more)
    expect(JSON.stringify(database.prepare('SELECT * FROM logins').all())).not.toContain('canary')
  })
})

describe('the list', () => {
  beforeEach(() => {
    catalog.putFiles('a', [file('one', 'k1'), file('two', 'k2'), file('three', 'k3')])
    catalog.putFiles('b', [file('copy', 'k1'), file('empty', null)])
  })
  const find = (sourceId: string, key: string) => catalog.find({ sourceId, key })?.login?.latest.status

  it('shows the same for every copy of a key, whatever source it lies in and whenever it came', () => {
    logins.add('k1', result('logged-out'))
    catalog.putFiles('c', [file('later', 'k1')])
    expect([find('a', 'one'), find('b', 'copy'), find('c', 'later')]).toEqual(Array(3).fill('logged-out'))
    expect(keys({}, ['logged-out'])).toEqual(['copy', 'later', 'one'])
    expect(find('a', 'two')).toBeUndefined()
  })

  it('follows a session that got another key', () => {
    logins.add('k1', result('logged-out'))
    catalog.putFiles('a', [file('one', 'new')])
    expect(find('a', 'one')).toBeUndefined()
    expect(keys({}, ['logged-out'])).toEqual(['copy'])
    catalog.putFiles('a', [file('one', 'k1')])
    expect(keys({}, ['logged-out'])).toEqual(['copy', 'one'])
  })

  it('filters by what is shown: a dead login stays dead when a later check got no answer', () => {
    logins.add('k1', result('expired'))
    logins.add('k1', result('network'))
    logins.add('k2', result('network'))
    expect(keys({}, ['expired'])).toEqual(['copy', 'one'])
    expect(keys({}, ['network'])).toEqual(['two'])
    expect(keys({}, ['network', 'expired'])).toEqual(['copy', 'one', 'two'])
    expect(keys({}, ['unchecked'])).toEqual(['three'])
    expect(keys({}, ['unchecked', 'network'])).toEqual(['three', 'two'])
    expect(keys({ view: { kind: 'source', sourceId: 'b' } }, ['expired', 'unchecked'])).toEqual(['copy'])
    expect(catalog.refs({ ...everything, filters: { ...everything.filters, logins: ['unchecked'] } })).toHaveLength(1)
  })

  it('counts and shows dead logins among what needs attention', () => {
    expect(catalog.counts().attention).toBe(1)
    logins.add('k1', result('duplicated'))
    logins.add('k1', result('server-error'))
    logins.add('k2', result('alive'))
    expect(catalog.counts()).toMatchObject({
      attention: 3,
      logins: [
        { value: 'alive', count: 1 },
        { value: 'duplicated', count: 2 },
        { value: 'unchecked', count: 1 },
      ],
    })
    expect(keys({ view: { kind: 'attention' } })).toEqual(['copy', 'empty', 'one'])
    logins.add('k1', result('alive'))
    expect(catalog.counts().attention).toBe(1)
  })

  it('sorts the living first and what was never asked last', () => {
    logins.add('k2', result('alive'))
    logins.add('k1', result('revoked'))
    const by = (direction: 'asc' | 'desc') => keys({ sort: { column: 'login', direction } })
    expect(by('asc')).toEqual(['two', 'copy', 'one', 'empty', 'three'])
    expect(by('desc')).toEqual(['copy', 'one', 'two', 'empty', 'three'])
  })

  it('is told of a new result by its revision', () => {
    const before = catalog.revision()
    logins.add('k1', result('alive'))
    expect(catalog.revision()).toBeGreaterThan(before)
  })

  it('finds filters and copies by index', () => {
    const plan = (sql: string) => JSON.stringify(database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all())
    expect(plan('SELECT login, sum(status = 0) FROM sessions WHERE login IS NOT NULL GROUP BY login')).toContain(
      'COVERING INDEX sessions_login',
    )
    expect(plan("UPDATE sessions SET login = 1 WHERE key_id = 'x'")).toContain('sessions_key_id')
  })
})

describe('forgetting', () => {
  const held = () => database.prepare<[], string>('SELECT key_id FROM logins ORDER BY key_id').pluck().all()

  it('goes with a source that is removed, unless another holds the key', async () => {
    catalog.putFiles('a', [file('one', 'k1'), file('two', 'k2')])
    catalog.putFiles('b', [file('copy', 'k1')])
    for (const key of ['k1', 'k2']) logins.add(key, result('revoked'))
    await catalog.removeSource('a')
    expect(held()).toEqual(['k1'])
  })

  it('stays with a file that is deleted and comes back; not with memory', () => {
    catalog.putFiles('a', [file('one', 'k1')])
    catalog.putFiles(MEMORY_ID, [file('two', 'k2')])
    for (const key of ['k1', 'k2']) logins.add(key, result('revoked'))
    catalog.removeFiles('a', ['one'], 0)
    catalog.removeFiles(MEMORY_ID, ['two'], 0)
    expect(held()).toEqual(['k1'])
    catalog.putFiles('a', [file('one', 'k1')])
    expect(keys({}, ['revoked'])).toEqual(['one'])
  })

  it('comes after a while for keys that nobody holds any more', () => {
    catalog.putFiles('a', [file('one', 'k1')])
    logins.add('k1', result('alive', { atMs: 10 }))
    logins.add('gone', result('alive', { atMs: 10 }))
    logins.add('lately', result('alive', { atMs: 20 }))
    logins.expire(15)
    expect(held()).toEqual(['k1', 'lately'])
  })
})

describe('what an account is', () => {
  const bot = { ...account, isBot: true }

  it('is taken from Telegram where the session does not say, before and after it was read', () => {
    catalog.putFiles('a', [file('one', 'k1'), file('two', 'k2'), file('three', 'k3')])
    logins.add('k1', result('alive', { account: bot }))
    logins.add('k2', result('alive', { account }))
    logins.add('k3', result('network'))
    catalog.putFiles('b', [file('copy', 'k1')])
    // Read anew, the file still does not say.
    catalog.putFiles('a', [file('one', 'k1')])
    expect(keys({ view: { kind: 'bots' } })).toEqual(['copy', 'one'])
    expect(keys({ view: { kind: 'users' } })).toEqual(['two'])
    expect(catalog.counts()).toMatchObject({ bots: 2, users: 1 })
  })

  it('is what the session says where it does', () => {
    const said = file('one', 'k1')
    const [summary] = said.summaries
    const mine = { id: '7', isBot: false, username: null, phone: null }
    catalog.putFiles('a', [{ ...said, summaries: summary ? [{ ...summary, account: mine }] : [] }])
    logins.add('k1', result('alive', { account: bot }))
    expect(keys({ view: { kind: 'users' } })).toEqual(['one'])
  })
})
