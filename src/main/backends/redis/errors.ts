import { AppError, isAppError } from '../../domain/errors.ts'
import { networkReason } from '../network-errors.ts'

/** Beginnings of what a server says when it refuses, and what a person reads. */
const REFUSALS: readonly (readonly [start: string, reason: string])[] = [
  ['LOADING', 'the server is still loading its data'],
  ['MASTERDOWN', 'the server has lost its master'],
  ['CLUSTERDOWN', 'the cluster is not whole at the moment'],
  ['TRYAGAIN', 'the cluster is being rearranged'],
  ['MOVED', 'the server is part of a cluster; say so in the source'],
  ['ASK', 'the cluster is being rearranged'],
  ['BUSY', 'the server is busy with a script'],
  ['OOM', 'its memory is full, so that it takes no changes'],
  ['MISCONF', 'it cannot save its data, so that it takes no changes'],
  ['NOREPLICAS', 'too few of its replicas are there, so that it takes no changes'],
  ['ERR max number of clients', 'the server takes no more clients'],
  ['ERR This instance has cluster support disabled', 'the server is no cluster'],
  ['DENIED', 'the server lets only programs of its own machine in'],
]

const LOGIN_REFUSALS = [
  'NOAUTH',
  'WRONGPASS',
  'ERR invalid password',
  'ERR AUTH',
  'ERR Client sent AUTH',
  "ERR wrong number of arguments for 'auth'",
]

const NO_TLS = 'the server does not speak TLS'
const UNTRUSTED = 'its certificate is signed by nobody this machine trusts'

/** Codes of a connection that mean something of their own here; the others are told as for every server. */
const CODES: Readonly<Record<string, string>> = {
  ETIMEDOUT: 'it does not answer in time',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  EPROTO: NO_TLS,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
}

function connectionReason(code: string): string | null {
  return CODES[code] ?? networkReason(code)
}

/**
 * The app's error for one of the driver's. The driver's own is not kept as a cause: it holds the arguments of the command,
 * which can be a key or the password.
 */
export function redisError(error: unknown): AppError {
  if (isAppError(error)) return error
  const { message, code } = innermost(error)
  const cause = new Error(code === '' ? (message.split(' ')[0] ?? '').slice(0, 40) : code)
  if (LOGIN_REFUSALS.some((start) => message.startsWith(start)))
    return new AppError('source.login-failed', {}, { cause })
  if (message.startsWith('NOPERM')) return new AppError('source.denied', {}, { cause })
  if (message.startsWith('READONLY')) return new AppError('source.read-only', {}, { cause })
  return new AppError('source.unreachable', { reason: reasonOf(message, code) }, { cause })
}

/** True for what passes by itself or with the server: not for a refusal that stays. */
export function isLost(error: AppError): boolean {
  return error.code === 'source.unreachable'
}

function reasonOf(message: string, code: string): string {
  const refusal = REFUSALS.find(([start]) => message.startsWith(start))
  if (refusal !== undefined) return refusal[1]
  const known = connectionReason(code)
  if (known !== null) return known
  if (/timed out|ETIMEDOUT/i.test(message)) return 'it does not answer in time'
  if (message.startsWith('Protocol error')) return 'it does not speak the protocol of Redis; it may want TLS'
  if (/All sentinels are unreachable/.test(message)) return sentinelReason(message)
  if (/Connection is closed|connection close|Socket closed|isn't writeable/i.test(message))
    return 'the connection was cut'
  if (message.startsWith('ERR ') || /^[A-Z]{3,20} /.test(message)) return 'the server refused a command'
  return 'the connection failed'
}

function sentinelReason(message: string): string {
  const [code = ''] = (message.match(/[A-Z][A-Z_]{3,}/g) ?? []).filter((one) => connectionReason(one) !== null)
  const reason = connectionReason(code)
  return reason === null ? 'no sentinel knows the master' : `no sentinel can be asked: ${reason}`
}

/** What lies at the bottom: a transaction or a cluster wraps the error of one command or server. */
function innermost(error: unknown): { readonly message: string; readonly code: string } {
  let current = error
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth += 1) {
    const wrapped: unknown =
      'lastNodeError' in current && current.lastNodeError
        ? current.lastNodeError
        : 'previousErrors' in current && Array.isArray(current.previousErrors)
          ? current.previousErrors[0]
          : null
    if (typeof wrapped !== 'object' || wrapped === null) break
    current = wrapped
  }
  const message = current instanceof Error ? current.message : ''
  const code = typeof current === 'object' && current !== null && 'code' in current ? String(current.code) : ''
  return { message, code }
}
