import type { MongoClientOptions } from 'mongodb'
import type { ConnectOptions, StoreLocation, StoreSecrets } from '../store.ts'
import { READ_OPTIONS } from './values.ts'

export const DEFAULT_PORT = 27_017
/** Few at a time: the server is others' too. */
const MAX_CONNECTIONS = 8

/** The address for the driver, without login: that is handed over beside it. */
export function addressOf(location: StoreLocation): string {
  const [first = ''] = location.hosts
  if (first.startsWith('mongodb+srv://')) return `${first.replace(/\/+$/, '')}/`
  return `mongodb://${location.hosts.map(withPort).join(',')}/`
}

function withPort(host: string): string {
  if (/^\[.*\]$/.test(host)) return `${host}:${DEFAULT_PORT}`
  if (/^[^:]+$/.test(host)) return `${host}:${DEFAULT_PORT}`
  // An IPv6 address without brackets has more than one colon.
  return /^[^[\]]*:[^[\]]*:/.test(host) ? `[${host}]:${DEFAULT_PORT}` : host
}

export function clientOptions(
  location: StoreLocation,
  secrets: StoreSecrets,
  options: ConnectOptions,
): MongoClientOptions {
  const { connectTimeoutMs, commandTimeoutMs } = options
  const more = location.options ?? {}
  const isSrv = location.hosts[0]?.startsWith('mongodb+srv://') === true
  const isSet = location.topology.kind === 'replica-set'
  const password = secrets.password?.openText()
  const mechanism = more['authMechanism']
  const readPreference = more['readPreference']
  const isDirect = more['directConnection'] ?? (isSet || isSrv || location.hosts.length > 1 ? 'false' : 'true')
  return {
    ...READ_OPTIONS,
    appName: 'Session Deck',
    connectTimeoutMS: connectTimeoutMs,
    serverSelectionTimeoutMS: connectTimeoutMs,
    socketTimeoutMS: commandTimeoutMs,
    waitQueueTimeoutMS: commandTimeoutMs,
    maxPoolSize: MAX_CONNECTIONS,
    // Never sent twice behind our back: the writer finds out itself what arrived.
    retryWrites: false,
    ...(isDirect === 'true' && !isSrv && { directConnection: true }),
    ...(location.topology.kind === 'replica-set' &&
      location.topology.name !== '' && { replicaSet: location.topology.name }),
    ...(readPreference !== undefined && { readPreference: readPreference as 'primary' }),
    ...(location.user !== '' && {
      auth: { username: location.user, ...(password !== undefined && { password }) },
      authSource: more['authSource'] ?? (location.database === '' ? 'admin' : location.database),
      ...(mechanism !== undefined && { authMechanism: mechanism as 'SCRAM-SHA-256' }),
    }),
    ...tlsOptions(location.tls),
  }
}

function tlsOptions({ mode, ca }: StoreLocation['tls']): MongoClientOptions {
  if (mode === 'off') return { tls: false }
  return {
    tls: true,
    ...(ca !== '' && { ca }),
    ...(mode === 'any' && { tlsAllowInvalidCertificates: true, tlsAllowInvalidHostnames: true }),
  }
}
