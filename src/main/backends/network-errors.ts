import { AppError } from '../domain/errors.ts'

/** What TLS can find wrong with a certificate, as a person reads it. */
export const CERTIFICATE = {
  untrusted: 'the certificate of the server comes from an authority that is not trusted here',
  otherHost: 'the certificate of the server is for another name',
  expired: 'the certificate of the server has expired',
  notYet: 'the certificate of the server is not valid yet',
} as const

/** What a person can do something about, by the code that Node's network and TLS give. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers at this address and port',
  ENOTFOUND: 'there is no host of this name',
  EAI_AGAIN: 'the name of the host cannot be looked up',
  EHOSTUNREACH: 'there is no way to this host',
  ENETUNREACH: 'there is no way to this host',
  ETIMEDOUT: 'the server took too long',
  ECONNRESET: 'the server ended the connection',
  EPIPE: 'the server ended the connection',
  SELF_SIGNED_CERT_IN_CHAIN: CERTIFICATE.untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: CERTIFICATE.untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: CERTIFICATE.untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: CERTIFICATE.untrusted,
  UNABLE_TO_GET_ISSUER_CERT: CERTIFICATE.untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID: CERTIFICATE.otherHost,
  CERT_HAS_EXPIRED: CERTIFICATE.expired,
  CERT_NOT_YET_VALID: CERTIFICATE.notYet,
  ERR_OSSL_PEM_NO_START_LINE: 'the authority given for its certificate is no PEM certificate',
}

/** In words, what the code of a failed connection means; null for codes of other kinds. */
export function networkReason(code: string): string | null {
  return REASONS[code] ?? null
}

export const TOO_SLOW = 'the server took too long'
export const NO_TLS = 'the server does not speak TLS here'
export const WANTS_TLS = 'the server wants TLS'
export const CONNECTION_LOST = 'the connection was lost'
/** The one moment in which nobody can tell: the server was told to save and did not answer any more. */
export const LOST_WHILE_SAVING = 'the connection was lost while the server was saving: look again whether it did'

export function unreachable(reason: string, cause?: unknown): AppError<'source.unreachable'> {
  return new AppError('source.unreachable', { reason }, { cause: bareCause(cause) })
}

/** The failure of a connection that `error` tells of; null when it is of another kind. */
export function networkError(error: unknown): AppError<'source.unreachable'> | null {
  for (const one of chainOf(error)) {
    const code = codeOf(one)
    const known = code === null ? undefined : REASONS[code]
    if (known !== undefined) return unreachable(known, error)
    if (code !== null && (code.startsWith('ERR_SSL') || code === 'EPROTO')) return unreachable(NO_TLS, error)
  }
  return null
}

/** What drivers say can hold values of rows: the code is kept, the words are not. */
export function bareCause(error: unknown): Error | undefined {
  if (error === undefined) return undefined
  const code = codeOf(error)
  return new Error(code === null ? 'the driver failed' : `the driver failed with ${code}`)
}

export function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null
  return typeof error.code === 'string' ? error.code : null
}

/** The error, what caused it, and the members of one that gathers several (an address of two kinds). */
function* chainOf(error: unknown): Iterable<unknown> {
  let at = error
  for (let depth = 0; depth < 5 && at instanceof Error; depth += 1) {
    yield at
    if (at instanceof AggregateError) yield* at.errors
    at = at.cause
  }
}
