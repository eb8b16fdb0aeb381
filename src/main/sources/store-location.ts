import { AppError } from '../domain/errors.ts'
import { Secret } from '../domain/secret.ts'
import type { StoreKind, StoreLocation } from './interfaces.ts'
import { libsqlConfigOf } from './store-config.ts'

/** What a pasted connection string says. */
export interface StoreAddress {
  readonly location: StoreLocation
  readonly password: Secret | null
  /** Names of parameters that were left out of account. */
  readonly ignored: readonly string[]
}

interface Parts {
  readonly scheme: string
  readonly user: string
  readonly password: string
  /** As written, without the userinfo: `a:1,b:2`. */
  readonly hosts: readonly string[]
  /** Decoded, without the leading slash. */
  readonly path: string
  readonly parameters: Map<string, string>
}

const DEFAULT_PORTS: Readonly<Record<Exclude<StoreKind, 'libsql'>, number>> = {
  redis: 6379,
  mongodb: 27_017,
  postgres: 5432,
  mysql: 3306,
}
const SENTINEL_PORT = 26_379

const A_FILE = 'this is a file: add it as a file or folder'

const KINDS: Readonly<Record<string, StoreKind>> = {
  redis: 'redis',
  rediss: 'redis',
  valkey: 'redis',
  valkeys: 'redis',
  'redis+sentinel': 'redis',
  'rediss+sentinel': 'redis',
  'redis-sentinel': 'redis',
  'redis+cluster': 'redis',
  'rediss+cluster': 'redis',
  mongodb: 'mongodb',
  'mongodb+srv': 'mongodb',
  postgres: 'postgres',
  postgresql: 'postgres',
  mysql: 'mysql',
  mariadb: 'mysql',
  libsql: 'libsql',
  'sqlite+libsql': 'libsql',
  wss: 'libsql',
  ws: 'libsql',
  https: 'libsql',
  http: 'libsql',
}

/**
 * Understands connection strings as they stand in configurations: with a name and quotes around them, of SQLAlchemy
 * (`postgresql+psycopg2://`), of libSQL's clients (with a local copy, too), of libpq (`host=… user=…`), with several hosts, with characters in the password that should
 * have been escaped.
 * @throws AppError request.invalid; no part of the text gets into it
 */
export function parseStoreAddress(text: string): StoreAddress {
  const config = libsqlConfigOf(text)
  if (config) {
    const { password, ignored, ...server } = parseStoreAddress(config.url)
    return {
      ...server,
      password: secretOf(config.token) ?? password,
      ignored: [...ignored, ...config.others],
    }
  }
  const bare = stripped(text)
  const parts = /^[a-z][a-z0-9+.-]*:\/\//i.test(bare) ? partsOfUrl(bare) : partsOfWords(bare)
  const kind = kindOf(parts.scheme)
  const take = (...names: string[]): string | null => {
    for (const name of names) {
      const value = parts.parameters.get(name)
      if (value === undefined) continue
      parts.parameters.delete(name)
      return value
    }
    return null
  }
  const built = builders[kind](parts, take)
  if (built.hosts.length === 0) throw invalid('it names no server')
  // What cannot be a host may be part of a password: it must not be shown as one.
  if (!built.hosts.every((host) => HOSTS.test(host.replace(/^[a-z+]+:\/\//, '').replace(/\/.*$/s, '')))) {
    throw invalid('the name of the server cannot be made out; escape / ? # and @ in the password')
  }
  const password = take('password', 'authtoken') ?? parts.password
  const user = take('user', 'username') ?? parts.user
  const prefix = take('prefix') ?? ''
  return {
    location: { kind, user: kind === 'libsql' ? '' : user, prefix, ...built },
    // A token may stand where the user name does.
    password: secretOf(kind === 'libsql' && password === '' ? user : password),
    ignored: [...parts.parameters.keys()].filter((name) => /^[a-z0-9_.-]{1,40}$/.test(name)),
  }
}

type Built = Pick<StoreLocation, 'hosts' | 'database' | 'tls' | 'topology' | 'options'>
type Take = (...names: string[]) => string | null

const SINGLE = { kind: 'single' } as const

const builders: Readonly<Record<StoreKind, (parts: Parts, take: Take) => Built>> = {
  redis({ scheme, hosts, path }, take) {
    const isTls = /^(rediss|valkeys)/.test(scheme) || isOn(take('ssl', 'tls'))
    const isSentinel = scheme.includes('sentinel')
    const [first = '', second = ''] = path.split('/')
    const master = take('mastername', 'master_name', 'service_name', 'sentinelmasterid') ?? (isSentinel ? first : '')
    const database = take('db', 'database') ?? (isSentinel ? second : first)
    if (!/^\d{0,5}$/.test(database)) throw invalid('the database of a Redis server is a number')
    const checks = take('ssl_cert_reqs', 'tls_cert_reqs')
    const mode = !isTls ? 'off' : checks !== null && /none/i.test(checks) ? 'any' : 'verify'
    const sentinel = isSentinel || master !== ''
    if (sentinel && master === '') throw invalid('the name of the master is missing')
    return {
      hosts: withPorts(hosts, sentinel ? SENTINEL_PORT : DEFAULT_PORTS.redis),
      database: database === '0' ? '' : database,
      tls: { mode, ca: '' },
      topology: sentinel
        ? { kind: 'sentinel', name: master }
        : hosts.length > 1 || scheme.includes('cluster')
          ? { kind: 'cluster' }
          : SINGLE,
    }
  },

  mongodb({ scheme, hosts, path }, take) {
    const isSrv = scheme === 'mongodb+srv'
    const set = take('replicaset')
    const asked = take('tls', 'ssl')
    const isTls = asked === null ? isSrv : isOn(asked)
    const trusts = [take('tlsinsecure'), take('tlsallowinvalidcertificates')].some(isOn)
    const options = Object.fromEntries(
      ['authSource', 'authMechanism', 'readPreference', 'directConnection'].flatMap((name) => {
        const value = take(name.toLowerCase())
        return value === null ? [] : [[name, value]]
      }),
    )
    return {
      hosts: isSrv ? hosts.slice(0, 1).map((host) => `mongodb+srv://${host}`) : withPorts(hosts, DEFAULT_PORTS.mongodb),
      database: path,
      tls: { mode: !isTls ? 'off' : trusts ? 'any' : 'verify', ca: '' },
      topology: set === null ? SINGLE : { kind: 'replica-set', name: set },
      ...(Object.keys(options).length > 0 && { options }),
    }
  },

  postgres({ hosts, path }, take) {
    const host = take('host')
    const port = take('port')
    const named = host === null ? hosts : host.split(',')
    const all = port === null ? named : named.map((one) => (hasPort(one) ? one : `${one}:${port}`))
    if (all.some((one) => one.startsWith('/'))) throw invalid('a socket file is not supported, a host name is')
    return {
      hosts: withPorts(all.length === 0 ? ['localhost'] : all, DEFAULT_PORTS.postgres),
      database: take('dbname', 'database') ?? path,
      tls: { mode: tlsOfMode(take('sslmode')), ca: '' },
      topology: SINGLE,
    }
  },

  mysql({ hosts, path }, take) {
    const mode = take('ssl-mode', 'sslmode', 'ssl_mode')
    const on = isOn(take('ssl', 'tls', 'usessl'))
    return {
      hosts: withPorts(hosts, DEFAULT_PORTS.mysql),
      database: path,
      tls: { mode: mode === null ? (on ? 'verify' : 'off') : tlsOfMode(mode), ca: '' },
      topology: SINGLE,
    }
  },

  libsql({ scheme: said, hosts, path }, take) {
    // SQLAlchemy's dialect for libSQL says so before the kind of the address.
    const scheme = said.replace(/^sqlite\+/, '')
    if (hosts.length === 0 && scheme !== said) throw invalid(A_FILE)
    const secure = take('secure')
    const isPlain = scheme === 'http' || scheme === 'ws' || take('tls') === '0' || (secure !== null && !isOn(secure))
    const rest = path === '' ? '' : `/${path}`
    const written = scheme === 'libsql' ? (isPlain ? 'http' : 'libsql') : scheme
    return {
      hosts: hosts.slice(0, 1).map((host) => `${written}://${host}${rest}`),
      database: '',
      tls: { mode: isPlain ? 'off' : 'verify', ca: '' },
      topology: SINGLE,
    }
  },
}

/** Without what stands around it in a shell or a configuration: `export REDIS_URL="…"`. */
function stripped(text: string): string {
  const line = text.trim().replace(/^(export\s+)?[A-Za-z_][A-Za-z0-9_]*\s*[=:]\s*(?=["'`]|[a-z][a-z0-9+.-]*:\/\/)/i, '')
  const bare = line.replace(/[;,]$/, '').replace(/^(["'`<])(.*?)["'`>]$/s, '$2')
  return bare.trim().replace(/^jdbc:/i, '')
}

function kindOf(scheme: string): StoreKind {
  // SQLAlchemy names its driver behind a plus: postgresql+psycopg2.
  const kind = KINDS[scheme] ?? KINDS[scheme.split('+')[0] ?? '']
  if (kind) return kind
  if (/^(sqlite|file)/.test(scheme)) throw invalid(A_FILE)
  throw invalid('this kind of server is not known; Redis, MongoDB, PostgreSQL, MySQL, MariaDB and libSQL are')
}

function partsOfUrl(text: string): Parts {
  const end = text.indexOf('://')
  const scheme = text.slice(0, end).toLowerCase()
  const rest = text.slice(end + 3)
  const question = parametersStart(rest)
  const address = question === -1 ? rest : rest.slice(0, question)
  const parameters = parametersOf(question === -1 ? '' : rest.slice(question + 1))
  const at = address.lastIndexOf('@')
  const login = at === -1 ? '' : address.slice(0, at)
  const place = address.slice(at + 1)
  const slash = place.indexOf('/')
  const colon = login.indexOf(':')
  return {
    scheme,
    user: decoded(colon === -1 ? login : login.slice(0, colon)),
    password: decoded(colon === -1 ? '' : login.slice(colon + 1)),
    hosts: (slash === -1 ? place : place.slice(0, slash)).split(',').filter((host) => host !== ''),
    path: decoded(slash === -1 ? '' : place.slice(slash + 1)).replace(/\/+$/, ''),
    parameters,
  }
}

/**
 * Where the parameters begin, -1 when there are none. A password may hold any character that nobody escaped, `?` too: a
 * question mark before the last @ counts where a name and an equals sign follow it.
 */
function parametersStart(rest: string): number {
  const named = rest.search(/\?[a-z][a-z0-9_.-]*=/i)
  if (named !== -1 && HOSTS.test(placeBefore(rest, named))) return named
  return rest.indexOf('?', rest.lastIndexOf('@') + 1)
}

/** The hosts that would be left of a question mark. */
function placeBefore(rest: string, question: number): string {
  const address = rest.slice(0, question)
  return address.slice(address.lastIndexOf('@') + 1).replace(/\/.*$/s, '')
}

const HOST = String.raw`(\[[0-9a-f:.%]+\]|[\p{L}\p{N}._-]+|[0-9a-f:]+)(:\d{1,5})?`
const HOSTS = new RegExp(`^${HOST}(,${HOST})*$`, 'iu')

/** `host=db port=5432 user=bot password='a b' dbname=sessions`, as libpq takes it. */
function partsOfWords(text: string): Parts {
  const parameters = new Map<string, string>()
  for (const [, name = '', quoted, plain = ''] of text.matchAll(/([a-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|(\S*))/gi)) {
    parameters.set(name.toLowerCase(), (quoted ?? plain).replaceAll(/\\(.)/g, '$1'))
  }
  if (!parameters.has('host') && !parameters.has('dbname')) {
    const host = /^([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d+)?$/i.test(text)
    throw invalid(
      host ? 'the kind of server is missing: begin with redis:// or the like' : 'this is no address of a server',
    )
  }
  return { scheme: 'postgresql', user: '', password: '', hosts: [], path: '', parameters }
}

function parametersOf(text: string): Map<string, string> {
  const pairs = text.split('&').filter((pair) => pair !== '')
  return new Map(
    pairs.map((pair) => {
      const equals = pair.indexOf('=')
      const name = equals === -1 ? pair : pair.slice(0, equals)
      return [decoded(name).toLowerCase(), equals === -1 ? '' : decoded(pair.slice(equals + 1))]
    }),
  )
}

/** Text with a lone percent sign was never encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function hasPort(host: string): boolean {
  return /^(\[[^\]]*\]|[^:]*):\d+$/.test(host)
}

function withPorts(hosts: readonly string[], port: number): string[] {
  return hosts.map((host) => {
    const lower = host.toLowerCase()
    if (hasPort(lower)) return lower
    return lower.includes(':') && !lower.startsWith('[') ? `[${lower}]:${port}` : `${lower.replace(/:$/, '')}:${port}`
  })
}

function isOn(value: string | null): boolean {
  return value !== null && !/^(0|false|no|off|disabled?)$/i.test(value)
}

/** What libpq and MySQL call it. `require` encrypts without looking at the certificate. */
function tlsOfMode(mode: string | null): StoreLocation['tls']['mode'] {
  if (mode === null || /^(disable|disabled|allow|prefer|preferred)$/i.test(mode)) return 'off'
  return /^require/i.test(mode) ? 'any' : 'verify'
}

function secretOf(text: string): Secret | null {
  return text === '' ? null : Secret.fromText(text)
}

function invalid(reason: string): AppError<'request.invalid'> {
  return new AppError('request.invalid', { field: 'address', reason })
}
