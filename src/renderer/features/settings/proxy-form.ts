import type { NewProxy, ProxyKind } from '../../../shared/contract/telegram.ts'

/** A proxy as it is typed. */
export interface TypedProxy {
  kind: ProxyKind
  name: string
  host: string
  port: string
  user: string
  secret: string
}

export const NEW_PROXY: TypedProxy = { kind: 'socks5', name: '', host: '', port: '', user: '', secret: '' }

export const PROXY_KINDS: readonly { value: ProxyKind; label: string }[] = [
  { value: 'socks5', label: 'SOCKS5' },
  { value: 'http', label: 'HTTP CONNECT' },
  { value: 'mtproxy', label: 'MTProxy' },
]

export function proxyKindLabel(kind: ProxyKind): string {
  return PROXY_KINDS.find(({ value }) => value === kind)?.label ?? kind
}

/** 1 to 65535, null for anything else. */
export function portOf(text: string): number | null {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0
  return port >= 1 && port <= 65_535 ? port : null
}

export function portProblem(text: string): string | null {
  return text.trim() === '' || portOf(text) !== null ? null : 'A port is a number from 1 to 65535.'
}

/** What is sent; null while something is missing. An MTProxy has a secret and no user, and goes by its address unnamed. */
export function proxyOf({ kind, name, host, port, user, secret }: TypedProxy): NewProxy | null {
  const number = portOf(port)
  const place = host.trim()
  if (place === '' || number === null || (kind === 'mtproxy' && secret.trim() === '')) return null
  return {
    kind,
    name: name.trim() === '' ? `${place}:${number}` : name.trim(),
    host: place,
    port: number,
    user: kind === 'mtproxy' ? '' : user.trim(),
    secret: secret === '' ? null : secret,
  }
}
