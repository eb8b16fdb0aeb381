import { hostname, networkInterfaces } from 'node:os'
import type { IncomingMessage } from 'node:http'
import { isLoopback } from './arguments.ts'

/** Decides by `Host` and `Origin` whether a request comes from our own page. */
export interface HostGate {
  /** False for names we do not know: a foreign name that points here (DNS rebinding) is not us. */
  allowsHost(request: IncomingMessage): boolean
  /** True when the page that sent the request came from this very server. */
  isOwnOrigin(request: IncomingMessage): boolean
}

/**
 * The name has to be known, the port may be any: behind an SSH tunnel the browser uses another one. No page can
 * pass off a foreign port as ours, because `Origin` has to equal the `Host` that the browser itself fills in.
 */
export function createHostGate(boundHost: string, allowed: readonly string[]): HostGate {
  const names = new Set(['localhost', '127.0.0.1', '[::1]', ...allowed.map((name) => name.toLowerCase())])
  if (!isLoopback(boundHost)) for (const name of ownNames(boundHost)) names.add(name)
  else names.add(inUrl(boundHost))
  const allowsHost = (request: IncomingMessage): boolean => names.has(hostNameOf(request.headers.host))
  return {
    allowsHost,
    isOwnOrigin: (request) => allowsHost(request) && request.headers.origin === `http://${request.headers.host}`,
  }
}

/** An address as it stands in a URL: IPv6 in brackets. */
export function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host.toLowerCase()
}

function ownNames(boundHost: string): string[] {
  if (boundHost !== '0.0.0.0' && boundHost !== '::') return [inUrl(boundHost)]
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  return [hostname().toLowerCase(), ...addresses.map((entry) => inUrl(entry.address))]
}

function hostNameOf(host: string | undefined): string {
  return (host ?? '').toLowerCase().replace(/:\d{1,5}$/, '')
}
