import { expect, test } from 'vitest'
import {
  emptyFields,
  fieldProblems,
  fieldsOf,
  isFilled,
  isLocal,
  locationOf,
  looksLikeAddress,
  type StoreFields,
} from './store-fields.ts'

const redis = (change: Partial<StoreFields> = {}): StoreFields => ({ ...emptyFields('redis'), ...change })

test('hosts get the port they leave out', () => {
  expect(locationOf(redis({ hosts: 'A.example, b.example:7000' })).hosts).toEqual(['a.example:6379', 'b.example:7000'])
  expect(locationOf(redis({ hosts: '::1 [::2]:9' })).hosts).toEqual(['[::1]:6379', '[::2]:9'])
  const sentinel = redis({ hosts: 'one', topology: 'sentinel', topologyName: 'main' })
  expect(locationOf(sentinel)).toMatchObject({ hosts: ['one:26379'], topology: { kind: 'sentinel', name: 'main' } })
})

test('the address of libSQL has the scheme that TLS asks for', () => {
  const libsql = { ...emptyFields('libsql'), hosts: 'libsql://bots.turso.io' }
  expect(locationOf(libsql).hosts).toEqual(['libsql://bots.turso.io'])
  expect(locationOf({ ...libsql, hosts: '127.0.0.1:8080', tls: 'off' }).hosts).toEqual(['http://127.0.0.1:8080'])
})

test('a location comes back as it was', () => {
  const location = {
    kind: 'mongodb',
    hosts: ['mongodb+srv://c.example'],
    database: 'bots',
    user: 'me',
    tls: { mode: 'verify', ca: '' },
    topology: { kind: 'replica-set', name: 'rs0' },
    prefix: 'telethon',
    options: { authSource: 'admin' },
  } as const
  const same = { ...location, hosts: [...location.hosts] }
  expect(locationOf(fieldsOf(same))).toEqual(location)
})

test.each(['user@host', 'host/0', 'redis://host', 'host:port'])('%s is no host', (hosts) => {
  expect(fieldProblems(redis({ hosts })).hosts).toBeDefined()
  expect(isFilled(redis({ hosts }))).toBe(false)
})

test('a sentinel needs the name of its master, Redis a number, a certificate its frame', () => {
  expect(isFilled(redis({ hosts: 'a', topology: 'sentinel' }))).toBe(false)
  expect(fieldProblems(redis({ database: 'bots' })).database).toMatch(/number/)
  expect(fieldProblems(redis({ tls: 'verify', ca: 'MIIB' })).ca).toMatch(/BEGIN/)
  expect(isFilled(redis({ hosts: 'a' }))).toBe(true)
})

test('what stays on this machine is told from what crosses a network', () => {
  expect(isLocal(redis({ hosts: 'localhost, 127.0.0.1:7000' }))).toBe(true)
  expect(isLocal(redis({ hosts: 'localhost, db.example' }))).toBe(false)
})

test('addresses are told from paths', () => {
  for (const text of ['redis://h', 'REDIS_URL="rediss://u:p@h/0"', 'export DB=postgresql+psycopg2://h', ' mysql://h '])
    expect(looksLikeAddress(text), text).toBe(true)
  expect(looksLikeAddress("{ url: 'file:local.db', syncUrl: 'libsql://bots-me.turso.io' }")).toBe(true)
  for (const text of ['/srv/bots', 'C:\\bots', 'file:///srv/bots', 'sqlite:///a.db', 'db.example:6379'])
    expect(looksLikeAddress(text), text).toBe(false)
})
