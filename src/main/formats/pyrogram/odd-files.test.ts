import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { readSqliteBytes, sqliteBytes } from '../../backends/sqlite.ts'
import { Secret } from '../../domain/secret.ts'
import { collect, collectionOf, emptySession, homeOf, type Session } from '../../domain/session.ts'
import type { StoredSession } from '../format.ts'
import type { Cell } from '../media.ts'
import { peerIdOf, storedIdOf, typeWordOf } from './peer-types.ts'
import { createStatements, type PyrogramVariant, shapes } from './schema.ts'
import { pyrogramSqlite } from './sqlite.ts'
import { partsOf } from './string-layouts.ts'
import { pyrogramString } from './string.ts'

const key = randomBytes(256)

interface Odd {
  readonly variant?: PyrogramVariant
  readonly number?: bigint | null
  readonly row?: Readonly<Record<string, Cell>> | null
  readonly extra?: readonly string[]
  readonly wal?: boolean
}

/** A file as no library leaves it, read. */
async function read({
  variant = '3',
  number,
  row = {},
  extra = [],
  wal = false,
}: Odd): Promise<StoredSession['decoded']> {
  const bytes = await sqliteBytes(async (tables) => {
    for (const statement of createStatements(variant)) await tables.run(statement)
    const stored = number === undefined ? BigInt(shapes[variant].number) : number
    if (stored !== null) await tables.run('INSERT INTO version VALUES (?)', [stored])
    if (row !== null) {
      const whole = { dc_id: 2n, test_mode: 0n, auth_key: key, date: 5n, user_id: 77n, is_bot: 0n, ...row }
      const names = Object.keys(whole)
      await tables.run(
        `INSERT INTO sessions (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
        Object.values(whole),
      )
    }
    for (const statement of extra) await tables.run(statement)
  })
  if (wal) bytes.set([2, 2], 18)
  const tables = readSqliteBytes(bytes)
  const [stored] = await pyrogramSqlite.list(tables)
  await collect(stored!.decoded.session.peers)
  tables.close()
  return stored!.decoded
}

function codes(decoded: StoredSession['decoded']): string[] {
  for (const { message } of decoded.problems) expect(message).toMatch(/^[A-Z].*\.$/)
  return decoded.problems.map((problem) => problem.code)
}

test.each(Object.keys(shapes) as PyrogramVariant[])('a sound file of %s has no problems', async (variant) => {
  const decoded = await read({ variant })
  expect(codes(decoded)).toEqual([])
  expect(decoded.info.variant).toBe(variant)
})

describe('login', () => {
  const fernet = new TextEncoder().encode(`gAAAA${'B'.repeat(400)}`)
  test.each([
    ['no key', { row: { auth_key: null } }, ['session.no-key']],
    ['no row', { row: null }, ['session.no-key']],
    ['no account', { row: { user_id: null } }, ['pyrogram.unfinished-login']],
    ['no bot flag', { row: { is_bot: null } }, ['pyrogram.unfinished-login']],
    ['a damaged key', { row: { auth_key: key.subarray(1) } }, ['session.damaged-key']],
    ['an encrypted key', { row: { auth_key: fernet } }, ['session.encrypted-key']],
    ['an encrypted key as text', { row: { auth_key: `gAAAA${'B'.repeat(400)}` } }, ['session.encrypted-key']],
  ] as const)('%s', async (_name, odd, problems) => {
    expect(codes(await read(odd))).toEqual(problems)
  })

  test('an empty file in WAL mode has left its log behind', async () => {
    const [problem] = (await read({ row: null, wal: true })).problems
    expect(problem?.message).toMatch(/“-wal” file was probably left behind/)
  })
})

describe('address of K7', () => {
  test.each([
    ['its own', { dc_id: 4n, server_address: '149.154.167.91', port: 443n }, []],
    ['of another DC', { dc_id: 4n, server_address: '149.154.167.51', port: 443n }, ['pyrogram.stale-address']],
    [
      'of production in test mode',
      { test_mode: 1n, server_address: '149.154.167.51', port: 443n },
      ['pyrogram.stale-address'],
    ],
    ['unknown', { server_address: '10.0.0.1', port: 443n }, []],
    ['none', {}, []],
  ] as const)('%s', async (_name, row, problems) => {
    const decoded = await read({ variant: 'K7', row })
    expect(codes(decoded)).toEqual(problems)
    // What the file says is shown; an export puts it right.
    expect(homeOf(decoded.session)?.address ?? null).toBe((row as Record<string, Cell>)['server_address'] ?? null)
  })

  test('a stale one is replaced on writing', async () => {
    const { session } = await read({ variant: 'K7', row: { dc_id: 4n, server_address: '149.154.167.51', port: 443n } })
    const options = { variant: 'K7', options: new Map<string, string>(), nowSeconds: 0 }
    const bytes = await sqliteBytes((tables) => pyrogramSqlite.write!(tables, '', session, options))
    const tables = readSqliteBytes(bytes)
    expect(await tables.query('SELECT server_address, port FROM sessions')).toEqual([['149.154.167.91', 443n]])
    tables.close()
  })
})

describe('number', () => {
  test.each([
    ['none', { number: null }, ['pyrogram.no-version']],
    ['one that does not fit', { number: 9n }, ['pyrogram.unknown-number']],
    ['3 in the shape of Pyrofork 4', { variant: 'F4', number: 3n }, ['pyrogram.unknown-number']],
  ] as const)('%s', async (_name, odd, problems) => {
    expect(codes(await read(odd))).toEqual(problems)
  })
})

describe('tables', () => {
  const nameOf = (variant: PyrogramVariant): string => (shapes[variant].usernames === 'kurigram' ? 'K7' : '3')
  test.each([
    ['one too many', { extra: ['CREATE TABLE mine (a)'] }, ['pyrogram.stray-table']],
    [
      'four too many',
      { extra: ['a', 'b', 'c', 'd'].map((name) => `CREATE TABLE ${name} (a)`) },
      ['pyrogram.stray-table'],
    ],
    ['no peers', { extra: ['DROP TABLE peers'] }, ['pyrogram.missing-table']],
    ['no version', { extra: ['DROP TABLE version'] }, ['pyrogram.no-version', 'pyrogram.missing-table']],
    ['two versions', { extra: ['INSERT INTO version VALUES (4)'] }, ['pyrogram.two-version-rows']],
    [
      'no column for phones',
      { extra: ['DROP INDEX idx_peers_phone_number', 'ALTER TABLE peers DROP COLUMN phone_number'] },
      ['pyrogram.missing-column'],
    ],
    ['no states', { variant: 'K7', extra: ['DROP TABLE update_state'] }, ['pyrogram.missing-table']],
    ['no usernames', { variant: 'K7', extra: ['DROP TABLE usernames'] }, ['pyrogram.missing-table']],
    ['a column too many', { extra: ['ALTER TABLE sessions ADD COLUMN note TEXT'] }, []],
    ['a key as text', { row: { auth_key: Buffer.from(key).toString('hex') } }, ['pyrogram.key-as-text']],
  ] as [string, Odd, string[]][])('%s', async (_name, odd, problems) => {
    const decoded = await read(odd)
    expect(codes(decoded)).toEqual(problems)
    expect(decoded.info.variant).toBe(nameOf(odd.variant ?? '3'))
    const { session } = decoded
    expect(homeOf(session)?.authKey?.equals(new Secret(key))).toBe(true)
    // The cure that is offered: written again in the same shape, nothing is left to say.
    const { variant } = decoded.info
    const bytes = await sqliteBytes((tables) =>
      pyrogramSqlite.write!(
        tables,
        '',
        { ...session, peers: collectionOf([]) },
        { variant, options: new Map(), nowSeconds: 1 },
      ),
    )
    const tables = readSqliteBytes(bytes)
    expect((await pyrogramSqlite.list(tables))[0]!.decoded.problems).toEqual([])
    tables.close()
  })
})

describe('peers', () => {
  test('in schema 1 the type tells channels from groups', () => {
    expect(peerIdOf(-10038997n, 'channel', 'concatenated')).toEqual({ kind: 'channel', id: 38_997n })
    expect(peerIdOf(-10038997n, 'group', 'concatenated')).toEqual({ kind: 'chat', id: 10_038_997n })
    expect(peerIdOf(-1003074357805n, 'supergroup', 'concatenated')).toEqual({ kind: 'channel', id: 3_074_357_805n })
    expect(peerIdOf(-10012345678901n, 'channel', 'concatenated')).toEqual({ kind: 'channel', id: 12_345_678_901n })
    expect(storedIdOf('channel', 38_997n, 'concatenated')).toBe(-10038997n)
    expect(storedIdOf('channel', 38_997n, 'arithmetic')).toBe(-1_000_000_038_997n)
  })

  test('words that a library does not know are not written for it', () => {
    expect(typeWordOf({ kind: 'channel', type: 'forum' }, shapes['3'])).toBe('supergroup')
    expect(typeWordOf({ kind: 'channel', type: 'direct' }, shapes.K6)).toBe('channel')
    expect(typeWordOf({ kind: 'channel', type: 'forum' }, shapes.K7)).toBe('forum')
    expect(typeWordOf({ kind: 'user', type: null }, shapes['3'])).toBe('user')
    expect(typeWordOf({ kind: 'chat', type: null }, shapes['3'])).toBe('group')
    expect(typeWordOf({ kind: 'channel', type: null }, shapes['3'])).toBe('channel')
  })

  test('odd rows do no harm', async () => {
    const decoded = await read({
      variant: 'K6',
      extra: [
        `INSERT INTO peers VALUES (5, NULL, 'elephant', NULL, 'soon')`,
        `INSERT INTO usernames VALUES (5, NULL), (5, 'b'), (5, 'a'), (NULL, 'x')`,
      ],
    })
    expect(codes(decoded)).toEqual([])
    expect(decoded.session.peers.count).toBe(1)
  })

  test('a peer that comes twice is written once', async () => {
    const peer = { kind: 'user', type: 'user', id: 5n, accessHash: 1n, phone: null, name: null, updatedAt: 1 } as const
    const { session } = await read({})
    const twice = collectionOf([
      { ...peer, usernames: ['a', 'b'] },
      { ...peer, usernames: ['a'] },
    ])
    for (const variant of Object.keys(shapes)) {
      const options = { variant, options: new Map<string, string>(), nowSeconds: 0 }
      const bytes = await sqliteBytes((tables) =>
        pyrogramSqlite.write!(tables, '', { ...session, peers: twice, apiId: 1 }, options),
      )
      const tables = readSqliteBytes(bytes)
      expect(await tables.count('peers')).toBe(1)
      tables.close()
    }
  })
})

describe('strings', () => {
  const authKey = new Secret(key)
  const session: Session = {
    ...emptySession(),
    dataCenters: [{ id: 5, address: null, port: null, authKey, home: true }],
    test: false,
    account: { id: 77n, isBot: true, username: null, phone: null },
    apiId: 6,
  }
  const encode = (variant: string, of: Session = session): string =>
    pyrogramString.encode!(of, { variant, options: new Map(), nowSeconds: 0 }) as string

  test.each([
    ['S1', 351],
    ['S2', 356],
    ['S3', 362],
    ['W2', 387],
    ['W2c', 395],
    ['W3', 430],
    ['W3c', 438],
  ])('%s has %d characters', (variant, characters) => {
    expect(encode(variant)).toHaveLength(characters)
  })

  test('wzgram strings work without an api id, and take the default address', () => {
    const parts = partsOf(encode('W3c', { ...session, apiId: null }))
    expect(parts).toMatchObject({ apiId: null, address: '91.108.56.130', port: 443 })
  })

  test('an IPv6 address that W2 would cut becomes the IPv4 one', () => {
    const dataCenters = [{ ...session.dataCenters[0]!, address: '2001:b28:f23f:f005::a', port: 443 }]
    expect(partsOf(encode('W2', { ...session, dataCenters }))).toMatchObject({ address: '91.108.56.130' })
    expect(partsOf(encode('W3', { ...session, dataCenters }))).toMatchObject({ address: '2001:b28:f23f:f005::a' })
    const unknown = [{ ...session.dataCenters[0]!, address: '2001:db8:1234:5678::1', port: 443 }]
    expect(partsOf(encode('W2', { ...session, dataCenters: unknown }))).toMatchObject({ address: null, port: null })
  })

  test('a changed byte breaks the checksum, and is told', () => {
    const text = encode('W3c')
    const changed = `${text.slice(0, 40)}${text[40] === 'A' ? 'B' : 'A'}${text.slice(41)}`
    expect(pyrogramString.detect(changed)).toBeNull()
    expect(() => pyrogramString.decode(changed)).toThrowError(
      expect.objectContaining({ details: expect.objectContaining({ reason: expect.stringContaining('checksum') }) }),
    )
  })

  test('a DC that Telegram does not have is refused', () => {
    const bytes = Buffer.from(encode('S3'), 'base64url')
    bytes[0] = 9
    const text = bytes.toString('base64url')
    expect(pyrogramString.detect(text)).toBeNull()
    expect(() => pyrogramString.decode(text)).toThrowError(expect.objectContaining({ code: 'format.malformed' }))
  })
})
