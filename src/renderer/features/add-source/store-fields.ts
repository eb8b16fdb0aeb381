import type { AnyStoreKind, StoreKind } from '../../../shared/contract/common.ts'
import type { CustomBackend } from '../../../shared/contract/extensions.ts'
import type { StoreLocation } from '../../../shared/contract/sources.ts'
import { isOwnKind } from '../../lib/store-kinds.ts'

/** Where a store is, as the form has it. */
export interface StoreFields {
  readonly kind: AnyStoreKind
  /** One or several, with commas between. */
  readonly hosts: string
  readonly database: string
  readonly user: string
  readonly tls: StoreLocation['tls']['mode']
  readonly ca: string
  readonly topology: StoreLocation['topology']['kind']
  /** Of the master or the replica set. */
  readonly topologyName: string
  readonly prefix: string
  readonly options: Readonly<Record<string, string>>
}

export type FieldName = 'hosts' | 'database' | 'user' | 'password' | 'tls' | 'ca' | 'topologyName'
export type FieldProblems = Partial<Record<FieldName, string>>

type Topology = StoreFields['topology']

interface KindFacts {
  /** What stands above the address, and an example in it. */
  readonly address: string
  readonly hosts: string
  readonly database: { readonly label: string; readonly placeholder: string } | null
  readonly user: string | null
  readonly password: string | null
  readonly tls: boolean
  readonly topologies: readonly { readonly value: Topology; readonly label: string; readonly name?: string }[]
  readonly prefix: string | null
}

interface BuiltInFacts extends KindFacts {
  /** Added to a host that says none; null where the address is an URL. */
  readonly port: number | null
  /** A whole connection string. */
  readonly example: string
}

const SINGLE = { value: 'single', label: 'One server' } as const

/** What differs from kind to kind. */
export const KIND_FACTS: Readonly<Record<StoreKind, BuiltInFacts>> = {
  redis: {
    port: 6379,
    address: 'Host and port',
    hosts: 'redis.example.com:6379',
    example: 'redis://user:password@redis.example.com:6379/0',
    database: { label: 'Database', placeholder: '0' },
    user: 'User',
    password: 'Password',
    tls: true,
    topologies: [
      SINGLE,
      { value: 'sentinel', label: 'Sentinel', name: 'Name of the master' },
      { value: 'cluster', label: 'Cluster' },
    ],
    prefix: 'Keys that begin otherwise are left alone. Empty: looks for all there are.',
  },
  mongodb: {
    port: 27_017,
    address: 'Host and port',
    hosts: 'mongo.example.com:27017',
    example: 'mongodb://user:password@mongo.example.com:27017/bots',
    database: { label: 'Database', placeholder: 'all' },
    user: 'User',
    password: 'Password',
    tls: true,
    topologies: [SINGLE, { value: 'replica-set', label: 'Replica set', name: 'Name of the set' }],
    prefix: 'Looks only where names begin like this. Empty: looks for all there are.',
  },
  postgres: {
    port: 5432,
    address: 'Host and port',
    hosts: 'db.example.com:5432',
    example: 'postgresql://user:password@db.example.com:5432/bots',
    database: { label: 'Database', placeholder: 'named like the user' },
    user: 'User',
    password: 'Password',
    tls: true,
    topologies: [SINGLE],
    prefix: 'Of the tables’ names. Empty: looks for all there are.',
  },
  mysql: {
    port: 3306,
    address: 'Host and port',
    hosts: 'db.example.com:3306',
    example: 'mysql://user:password@db.example.com:3306/bots',
    database: { label: 'Database', placeholder: '' },
    user: 'User',
    password: 'Password',
    tls: true,
    topologies: [SINGLE],
    prefix: 'Of the tables’ names. Empty: looks for all there are.',
  },
  libsql: {
    port: null,
    address: 'Address of the database',
    hosts: 'bots-me.turso.io',
    example: 'libsql://bots-me.turso.io?authToken=…',
    database: null,
    user: null,
    password: 'Auth token',
    tls: true,
    topologies: [SINGLE],
    prefix: 'Of the tables’ names. Empty: looks for all there are.',
  },
}

/** While the module is off that knows what its store wants, everything is shown. */
const UNKNOWN: CustomBackend['fields'] = {
  address: { label: 'Address' },
  database: { label: 'Database' },
  user: { label: 'User' },
  password: { label: 'Password' },
  tls: true,
}

/** What the form asks for; `own` are the backends of the person's own that are on. */
export function factsOf(kind: AnyStoreKind, own: readonly CustomBackend[]): KindFacts {
  if (!isOwnKind(kind)) return KIND_FACTS[kind]
  const { address, database, user, password, tls, prefix } = own.find((one) => one.kind === kind)?.fields ?? UNKNOWN
  return {
    address: address.label,
    hosts: address.placeholder ?? '',
    database: database ? { label: database.label, placeholder: database.placeholder ?? '' } : null,
    user: user?.label ?? null,
    password: password?.label ?? null,
    tls: tls ?? false,
    topologies: [SINGLE],
    prefix: prefix ?? null,
  }
}

const SENTINEL_PORT = 26_379
const SRV = 'mongodb+srv://'

export function emptyFields(kind: AnyStoreKind): StoreFields {
  return {
    kind,
    hosts: '',
    database: '',
    user: '',
    tls: kind === 'libsql' ? 'verify' : 'off',
    ca: '',
    topology: 'single',
    topologyName: '',
    prefix: '',
    options: {},
  }
}

export function fieldsOf(location: StoreLocation): StoreFields {
  const { kind, hosts, database, user, tls, topology, prefix, options } = location
  return {
    kind,
    // TLS or not is asked for beside it.
    hosts: hosts.map((host) => (kind === 'libsql' ? host.replace(/^[a-z]+:\/\//, '') : host)).join(', '),
    database,
    user,
    tls: tls.mode,
    ca: tls.ca,
    topology: topology.kind,
    topologyName: 'name' in topology ? topology.name : '',
    prefix,
    options: options ?? {},
  }
}

export function locationOf(fields: StoreFields): StoreLocation {
  const { kind, topology, topologyName, options } = fields
  return {
    kind,
    hosts: hostsOf(fields),
    database: fields.database.trim(),
    user: fields.user.trim(),
    tls: { mode: fields.tls, ca: fields.tls === 'verify' ? fields.ca.trim() : '' },
    topology:
      topology === 'sentinel' || topology === 'replica-set'
        ? { kind: topology, name: topologyName.trim() }
        : { kind: topology },
    prefix: fields.prefix.trim(),
    ...(Object.keys(options).length > 0 && { options: { ...options } }),
  }
}

function hostsOf({ kind, hosts, topology, tls }: StoreFields): string[] {
  // What a module takes for an address may hold anything: a path, say.
  if (isOwnKind(kind)) return hosts.trim() === '' ? [] : [hosts.trim()]
  const written = hosts.split(/[\s,;]+/).filter((host) => host !== '')
  if (kind === 'libsql') {
    return written.map((host) => `${tls === 'off' ? 'http' : 'libsql'}://${host.replace(/^[a-z]+:\/\//i, '')}`)
  }
  const port = topology === 'sentinel' ? SENTINEL_PORT : (KIND_FACTS[kind].port ?? 0)
  return written.map((host) => withPort(host.toLowerCase(), port))
}

function withPort(host: string, port: number): string {
  if (host.startsWith(SRV) || /^(\[[^\]]*\]|[^:]*):\d+$/.test(host)) return host
  return host.includes(':') && !host.startsWith('[') ? `[${host}]:${port}` : `${host}:${port}`
}

/** What cannot be right, beside its field; hosts that are not written yet are no mistake. */
export function fieldProblems(fields: StoreFields): FieldProblems {
  const problems: FieldProblems = {}
  const hosts = hostsOf(fields)
  const odd = isOwnKind(fields.kind) ? undefined : hosts.find((host) => !isHost(host))
  if (odd !== undefined) problems.hosts = 'Write host:port, without a scheme, user or path.'
  else if (hosts.length > 1 && fields.kind === 'libsql') {
    problems.hosts = 'One address only.'
  }
  if (fields.kind === 'redis' && !/^\d{0,5}$/.test(fields.database.trim())) {
    problems.database = 'A number, usually 0 to 15.'
  }
  if (fields.tls === 'verify' && fields.ca.trim() !== '' && !/-----BEGIN CERTIFICATE-----/.test(fields.ca)) {
    problems.ca = 'It begins with -----BEGIN CERTIFICATE-----.'
  }
  return problems
}

/** Enough is filled in to connect. */
export function isFilled(fields: StoreFields): boolean {
  const named = fields.topology === 'sentinel' || fields.topology === 'replica-set'
  return (
    hostsOf(fields).length > 0 &&
    (!named || fields.topologyName.trim() !== '') &&
    Object.keys(fieldProblems(fields)).length === 0
  )
}

function isHost(host: string): boolean {
  const bare = host.startsWith(SRV) ? host.slice(SRV.length) : host.replace(/^(libsql|http):\/\//, '')
  const isUrl = bare.length < host.length
  return (isUrl ? /^[^\s@/?#:]+(:\d+)?(\/[^\s@?#]*)?$/ : /^(\[[0-9a-f:.]+(%\w+)?\]|[^\s@/?#:]+):\d{1,5}$/).test(bare)
}

/** Everything stays on this machine: nobody listens on the way. */
export function isLocal(fields: StoreFields): boolean {
  const hosts = hostsOf(fields).map((host) => host.replace(/^[a-z]+:\/\//, ''))
  return hosts.every((host) => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?(\/|$)/.test(host))
}

/** The server and login that a kept password was given for; it goes to no other. */
export function isSameServer(one: StoreLocation, other: StoreLocation): boolean {
  const facts = [one, other].map(({ kind, hosts, user, tls, topology }) =>
    JSON.stringify([kind, hosts.toSorted(), user, tls.mode, tls.ca, topology]),
  )
  return facts[0] === facts[1]
}

/** Text that is an address of a server, with whatever a configuration puts before it. */
export function looksLikeAddress(text: string): boolean {
  // The options of a libSQL client: its address stands among them.
  if (/\b(sync_?url|auth_?token)["'`]?\s*[:=]/i.test(text) && /\b(libsql|https?|wss?):\/\//i.test(text)) return true
  const bare = text.trim().replace(/^(export\s+)?[a-z_][a-z0-9_]*\s*[=:]\s*(?=["'`]|[a-z][a-z0-9+.-]*:\/\/)/i, '')
  return /^["'`<]?(jdbc:)?[a-z][a-z0-9+.-]*:\/\//i.test(bare) && !/^["'`<]?(file|sqlite)/i.test(bare)
}
