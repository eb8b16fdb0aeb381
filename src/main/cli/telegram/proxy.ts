import { isIP, isIPv6 } from 'node:net'
import { Secret } from '../../domain/secret.ts'
import { UsageError } from '../../headless/arguments.ts'
import type { WayOut } from '../../telegram/gateway.ts'
import type { CliIo } from '../io.ts'
import { readPrivateFile } from '../private-file.ts'

const PROXY_VARIABLE = 'SESSION_DECK_PROXY'
const DEFAULT_PORTS: Readonly<Record<string, number>> = { socks5: 1080, http: 80 }
const HOST_NAME = /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\.?$/i
/** 16 bytes or more, in hexadecimal or base64. */
const MTPROXY_SECRET = /^(?:(?:[0-9a-f]{2}){16,}|[a-z0-9+/_-]{22,}={0,2})$/i

/**
 * The way out that was asked for: a proxy from a file that nobody else can read or from the environment, since its
 * password must be no argument; else direct.
 * @throws UsageError when it is none, AppError source.not-found, source.denied
 */
export async function readWayOut({ env }: Pick<CliIo, 'env'>, file: string | undefined): Promise<WayOut> {
  if (file !== undefined) return parseProxy(await readPrivateFile(file, '--proxy', 'the address of a proxy'))
  const text = env[PROXY_VARIABLE]?.trim() ?? ''
  return text === '' ? { kind: 'direct' } : parseProxy(text)
}

/**
 * `socks5://user:password@host:port`, `http://…`, and links as Telegram hands them round: `tg://proxy?server=…`,
 * `tg://socks?…`, `https://t.me/proxy?…`. @throws UsageError, which never quotes the text
 */
export function parseProxy(text: string): WayOut {
  const url = URL.parse(text)
  if (url === null) throw notOne()
  const scheme = url.protocol.slice(0, -1)
  const port = Number(url.port)
  if (scheme === 'socks5' || scheme === 'http') {
    const place = placeOf(scheme, unbracketed(url.hostname), url.port === '' ? (DEFAULT_PORTS[scheme] ?? 0) : port)
    return { kind: scheme, ...place, user: decoded(url.username), password: secretOrNull(decoded(url.password)) }
  }
  const isLink = scheme === 'tg' || (scheme === 'https' && ['t.me', 'telegram.me'].includes(url.hostname))
  const kind = scheme === 'tg' ? url.hostname : url.pathname.slice(1)
  if (!isLink || (kind !== 'proxy' && kind !== 'socks')) throw notOne()
  return fromLink(kind, url.searchParams)
}

function fromLink(kind: 'proxy' | 'socks', values: URLSearchParams): WayOut {
  const value = (name: string): string => values.get(name) ?? ''
  const port = /^\d{1,5}$/.test(value('port')) ? Number(value('port')) : 0
  if (kind === 'socks') {
    const place = placeOf('socks5', value('server'), port)
    return { kind: 'socks5', ...place, user: value('user'), password: secretOrNull(value('pass')) }
  }
  // A plus sign of base64 has become a space.
  const secret = value('secret').replaceAll(' ', '+')
  if (!MTPROXY_SECRET.test(secret)) throw new UsageError('The secret of the MTProxy is missing, or is none')
  return { kind: 'mtproxy', ...placeOf('mtproxy', value('server'), port), secret: Secret.fromText(secret) }
}

/** Its address is its name: the same in every run. */
function placeOf(scheme: string, host: string, port: number): { id: string; name: string; host: string; port: number } {
  if ((isIP(host) === 0 && !HOST_NAME.test(host)) || port < 1 || port > 65_535) throw notOne()
  const name = `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}`
  return { id: name, name, host, port }
}

function secretOrNull(text: string): Secret | null {
  return text === '' ? null : Secret.fromText(text)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw notOne()
  }
}

function unbracketed(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1')
}

function notOne(): UsageError {
  return new UsageError(
    'A proxy is socks5://HOST:PORT or http://HOST:PORT (USER:PASSWORD@ before HOST), or a link tg://proxy?… or tg://socks?…',
  )
}
