import { normalizeIp } from '../../bytes/ip.ts'

const IPV6_FLAG = 1

/**
 * Host and port of an address as ferogram stores it. The live client keeps IPv6 addresses from `help.getConfig` without
 * brackets, so there the last colon counts.
 * @returns null when the text is not a host and a port
 */
export function splitAddress(text: string, flags: number | null): { address: string; port: number } | null {
  const bracketed = /^\[([^\]]+)\]:(\d{1,5})$/.exec(text)
  if (bracketed) return endpoint(bracketed[1] ?? '', bracketed[2] ?? '')
  if (text.startsWith('[')) return null
  const isIpv6 = ((flags ?? 0) & IPV6_FLAG) !== 0 || text.indexOf(':') !== text.lastIndexOf(':')
  const colon = isIpv6 ? text.lastIndexOf(':') : text.indexOf(':')
  return colon < 1 ? null : endpoint(text.slice(0, colon), text.slice(colon + 1))
}

function endpoint(host: string, portText: string): { address: string; port: number } | null {
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : 0
  if (port < 1 || port > 65_535) return null
  const ip = normalizeIp(host)
  if (ip !== null) return { address: ip, port }
  return /^[\w.-]+$/.test(host) ? { address: host, port } : null
}

/** The text the library can connect to: IPv6 in brackets. */
export function joinAddress(address: string, port: number): string {
  return normalizeIp(address)?.includes(':') === true ? `[${address}]:${port}` : `${address}:${port}`
}

/** An address kept as it was found because it could not be split: it goes back the same way. */
export function isOddAddress(address: string): boolean {
  return normalizeIp(address) === null && !/^[\w.-]+$/.test(address)
}
