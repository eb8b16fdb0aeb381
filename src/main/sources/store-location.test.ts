import { describe, expect, it } from 'vitest'
import { isAppError } from '../domain/errors.ts'
import { parseStoreAddress } from './store-location.ts'

const parsed = (text: string) => {
  const { location, password, ignored } = parseStoreAddress(text)
  return { ...location, password: password?.openText() ?? null, ignored }
}

describe('connection strings', () => {
  it.each([
    ['redis://localhost', { kind: 'redis', hosts: ['localhost:6379'], database: '', user: '', password: null }],
    ['redis://:p%40ss@db:6380/3', { hosts: ['db:6380'], database: '3', password: 'p@ss', user: '' }],
    ['rediss://bot:word@db/0?ssl_cert_reqs=none', { tls: { mode: 'any', ca: '' }, user: 'bot', database: '' }],
    ['rediss://db', { tls: { mode: 'verify', ca: '' } }],
    [
      'redis+sentinel://:word@one,two:5000/mymaster/2',
      { hosts: ['one:26379', 'two:5000'], topology: { kind: 'sentinel', name: 'mymaster' }, database: '2' },
    ],
    ['redis://a:7000,b:7001', { hosts: ['a:7000', 'b:7001'], topology: { kind: 'cluster' } }],
    ['redis://[::1]:6380', { hosts: ['[::1]:6380'] }],
    [
      'mongodb://bot:word@one,two:27018/sessions?replicaSet=rs0&authSource=admin&tls=true&retryWrites=true',
      {
        kind: 'mongodb',
        hosts: ['one:27017', 'two:27018'],
        database: 'sessions',
        topology: { kind: 'replica-set', name: 'rs0' },
        tls: { mode: 'verify', ca: '' },
        options: { authSource: 'admin' },
        ignored: ['retrywrites'],
      },
    ],
    [
      'mongodb+srv://bot:word@cluster0.example/db',
      { hosts: ['mongodb+srv://cluster0.example'], tls: { mode: 'verify', ca: '' }, password: 'word' },
    ],
    [
      'postgresql+psycopg2://bot:word@db.example/sessions?sslmode=verify-full',
      { kind: 'postgres', hosts: ['db.example:5432'], database: 'sessions', tls: { mode: 'verify', ca: '' } },
    ],
    ['postgres://bot@db?sslmode=require', { tls: { mode: 'any', ca: '' }, password: null, user: 'bot' }],
    [
      "host=db port=5433 user=bot password='a b\\'c' dbname=sessions",
      { kind: 'postgres', hosts: ['db:5433'], user: 'bot', password: "a b'c", database: 'sessions' },
    ],
    [
      'mysql+pymysql://bot:word@db/x',
      { kind: 'mysql', hosts: ['db:3306'], database: 'x', tls: { mode: 'off', ca: '' } },
    ],
    ['mariadb://db/x?ssl-mode=REQUIRED', { kind: 'mysql', tls: { mode: 'any', ca: '' } }],
    ['jdbc:postgresql://db:5432/x?user=bot&password=word', { user: 'bot', password: 'word', ignored: [] }],
    ['libsql://name.turso.io?authToken=abc', { kind: 'libsql', hosts: ['libsql://name.turso.io'], password: 'abc' }],
    [
      "createClient({ url: 'file:local.db', syncUrl: 'libsql://bots-me.turso.io', authToken: 'abc=d', syncInterval: 60 })",
      {
        kind: 'libsql',
        hosts: ['libsql://bots-me.turso.io'],
        password: 'abc=d',
        ignored: ['url', 'syncInterval'],
      },
    ],
    [
      '{"url": "file:local.db?mode=rw", "syncUrl": "http://127.0.0.1:8080", "encryptionKey": "x", "authToken": "abc"}',
      { hosts: ['http://127.0.0.1:8080'], tls: { mode: 'off', ca: '' }, password: 'abc' },
    ],
    [
      "libsql.connect('local.db', sync_url='libsql://bots-me.turso.io', auth_token=os.environ['TURSO_AUTH_TOKEN'])",
      { hosts: ['libsql://bots-me.turso.io'], password: null },
    ],
    [
      'TURSO_DATABASE_URL=libsql://bots-me.turso.io\nTURSO_AUTH_TOKEN=eyJ.abc-_d',
      { kind: 'libsql', hosts: ['libsql://bots-me.turso.io'], password: 'eyJ.abc-_d', ignored: [] },
    ],
    [
      'const db = createClient({\n  url: "file:local.db",\n  syncUrl: process.env.SYNC_URL ?? "libsql://bots-me.turso.io",\n})',
      { hosts: ['libsql://bots-me.turso.io'], password: null, ignored: ['url'] },
    ],
    [
      'sqlite+libsql://bots-me.turso.io?secure=true&authToken=abc',
      { kind: 'libsql', hosts: ['libsql://bots-me.turso.io'], password: 'abc', ignored: [] },
    ],
    ['sqlite+libsql://127.0.0.1:8080?secure=false', { hosts: ['http://127.0.0.1:8080'], tls: { mode: 'off', ca: '' } }],
    ['http://127.0.0.1:8080', { hosts: ['http://127.0.0.1:8080'], tls: { mode: 'off', ca: '' } }],
    ['export REDIS_URL="redis://:word@db"', { hosts: ['db:6379'], password: 'word' }],
    ['DATABASE_URL=postgres://bot:word@db/x', { user: 'bot', database: 'x' }],
    ['postgres://db/x?user=bot&password=a@b', { hosts: ['db:5432'], password: 'a@b', database: 'x' }],
    ['postgres://bot:a?b=c@db/x', { hosts: ['db:5432'], password: 'a?b=c', database: 'x' }],
    ['postgres://bot:a/b#c?d@e%zz@db:5432/x', { hosts: ['db:5432'], password: 'a/b#c?d@e%zz', database: 'x' }],
  ])('%s', (text, expected) => {
    expect(parsed(text)).toMatchObject(expected)
  })

  it.each([
    'sqlite:////home/bot/sessions.db',
    'sqlite+libsql:////home/bot/sessions.db',
    "{ url: 'file:local.db', syncUrl: 'redis://:topsecret@', authToken: 'topsecret' }",
    "{ url: 'file:local.db', authToken: 'topsecret' }",
    'amqp://user:topsecret@db',
    'redis://:topsecret@',
    'redis://:topsecret@db/not-a-number',
    'db.example:6379',
    'topsecret',
    'postgres://bot:topsecret/x',
    'redis://:topsecret',
    'host=/var/run/topsecret user=bot',
  ])('refuses %s without repeating it', (text) => {
    try {
      parseStoreAddress(text)
      expect.unreachable()
    } catch (error) {
      if (!isAppError(error, 'request.invalid')) throw error
      expect(JSON.stringify(error.details)).not.toMatch(/topsecret|amqp:|db\.example|home/)
    }
  })
})
