import { isIpv6, normalizeIp } from '../bytes/ip.ts'

/** `address` is an IP literal in its shortest spelling and without brackets, or a host name. */
export interface HostPort {
  readonly address: string
  readonly port: number | null
}

/** `ip:port`, `[ip]:port`, `name:port` or an address alone, as Go's libraries print them; null for anything else. */
export function parseHostPort(text: string): HostPort | null {
  const alone = normalizeIp(text)
  if (alone !== null) return { address: alone, port: null }
  const match = /^(?:\[([^\]]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  if (host === undefined) return null
  const port = match?.[3] === undefined ? null : Number(match[3])
  if (port !== null && port > 65_535) return null
  return { address: normalizeIp(host) ?? host, port }
}

export function printHostPort(address: string, port: number): string {
  return isIpv6(address) ? `[${address}]:${port}` : `${address}:${port}`
}
