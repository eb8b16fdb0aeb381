import { createPublicKey } from 'node:crypto'
import { isIP } from 'node:net'
import type { NewProxy, TelegramChange } from '../../../shared/contract/telegram.ts'
import { AppError } from '../../domain/errors.ts'
import type { KeptSettings } from './kept-settings.ts'

/** What the schema cannot say about a change of the settings. @throws AppError request.invalid */
export function checkChange(change: TelegramChange, kept: KeptSettings): void {
  const known = new Set(kept.proxies.map(({ id }) => id))
  const wanted = [change.proxyId, ...Object.values(change.sourceProxies ?? {})]
  if (wanted.some((id) => id != null && !known.has(id))) {
    throw new AppError('request.invalid', { field: 'proxyId', reason: 'there is no such proxy' })
  }
  const overrides = change.dcOverrides ?? []
  if (overrides.some(({ host }) => isIP(host) === 0)) {
    throw new AppError('request.invalid', { field: 'dcOverrides', reason: 'an IP address is needed, without a port' })
  }
  if (new Set(overrides.map(({ dcId }) => dcId)).size < overrides.length) {
    throw new AppError('request.invalid', { field: 'dcOverrides', reason: 'a data centre is named twice' })
  }
  for (const pem of change.serverKeys ?? []) {
    if (!isRsaKey(pem)) {
      throw new AppError('request.invalid', { field: 'serverKeys', reason: 'an RSA public key in PEM form is needed' })
    }
  }
}

/** @throws AppError request.invalid */
export function checkProxy({ name, kind, host, secret }: NewProxy): void {
  if (name.trim() === '' || name.trim().toLowerCase() === 'direct') {
    throw new AppError('request.invalid', {
      field: 'name',
      reason: 'results could not be told from those without a proxy',
    })
  }
  if (isIP(host) === 0 && !HOST_NAME.test(host)) {
    throw new AppError('request.invalid', { field: 'host', reason: 'a host name or an IP address is needed' })
  }
  if (kind === 'mtproxy' && !MTPROXY_SECRET.test(secret?.trim() ?? '')) {
    throw new AppError('request.invalid', {
      field: 'secret',
      reason: 'an MTProxy needs its secret: at least 32 hexadecimal digits, or the same in base64',
    })
  }
}

const HOST_NAME = /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\.?$/i

/** 16 bytes or more, in hexadecimal or base64. */
const MTPROXY_SECRET = /^(?:(?:[0-9a-f]{2}){16,}|[a-z0-9+/_-]{22,}={0,2})$/i

function isRsaKey(pem: string): boolean {
  if (!pem.includes('BEGIN RSA PUBLIC KEY')) return false
  try {
    return createPublicKey({ key: pem, format: 'pem', type: 'pkcs1' }).asymmetricKeyType === 'rsa'
  } catch {
    return false
  }
}
