import { AppError, isAppError } from '../../domain/errors.ts'
import {
  bareCause,
  CERTIFICATE,
  CONNECTION_LOST,
  NO_TLS,
  networkError,
  TOO_SLOW,
  unreachable,
  WANTS_TLS,
} from '../network-errors.ts'

/** What an error of the driver or the server means, by the server's number for it. */
export function mysqlError(error: unknown, action: 'read' | 'write'): AppError {
  if (isAppError(error)) return error
  const number = typeof error === 'object' && error !== null && 'errno' in error ? error.errno : null
  const cause = { cause: bareCause(error) }
  switch (number) {
    case 1045:
    case 1251:
    case 1698:
    case 1862:
      return new AppError('source.login-failed', {}, cause)
    case 1044:
    case 1142:
    case 1143:
    case 1227:
      return new AppError('source.denied', { action }, cause)
    case 1049:
      return new AppError('source.not-found', {}, cause)
    case 1290:
    case 1792:
    case 1836:
      return new AppError('source.read-only', {}, cause)
    // Changed since it was read, a key that came meanwhile, a deadlock; a table or column that went, came or changed.
    case 1020:
    case 1062:
    case 1213:
    case 1050:
    case 1054:
    case 1060:
    case 1061:
    case 1146:
    case 1412:
      return new AppError('source.changed', {}, cause)
    case 1205:
      return new AppError('source.locked', {}, cause)
    case 1366:
    case 1406:
    case 1264:
      return new AppError('request.unsupported', { reason: 'a value has no room in its column' }, cause)
    case 1317:
    case 1969:
    case 3024:
      return unreachable(TOO_SLOW, error)
    case 1040:
    case 1203:
    case 1226:
      return unreachable('the server has too many connections', error)
    case 1129:
    case 1130:
      return unreachable('the server does not let this machine in', error)
    case 3159:
      return unreachable(WANTS_TLS, error)
    case 1053:
    case 1077:
      return unreachable('the server was stopped', error)
    case 1021:
    case 1114:
      return unreachable('the disk of the server is full', error)
    default:
      break
  }
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null
  if (code === 'PROTOCOL_SEQUENCE_TIMEOUT') return unreachable(TOO_SLOW, error)
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT') return unreachable(NO_TLS, error)
  if (code === 'PROTOCOL_CONNECTION_LOST') return unreachable(CONNECTION_LOST, error)
  const words = error instanceof Error ? error.message : ''
  if (code === 'HANDSHAKE_SSL_ERROR') return unreachable(certificateReason(words), error)
  const network = networkError(error)
  if (network !== null) return network
  if (/timeout/i.test(words)) return unreachable(TOO_SLOW, error)
  if (/closed state|Pool is closed|Connection lost/i.test(words)) return unreachable(CONNECTION_LOST, error)
  return unreachable(
    typeof number === 'number'
      ? `the server answered with error ${number}`
      : 'the server gave no answer that makes sense',
    error,
  )
}

/** The driver puts a code of its own in place of that of TLS. */
function certificateReason(words: string): string {
  if (/altnames/i.test(words)) return CERTIFICATE.otherHost
  if (/self[- ]signed|unable to (?:verify|get)/i.test(words)) {
    return CERTIFICATE.untrusted
  }
  return /expired/i.test(words) ? CERTIFICATE.expired : NO_TLS
}
