import type { WayOut } from './gateway.ts'

/** "direct", or the name of the proxy. */
export function wayOutNameOf(wayOut: WayOut): string {
  return wayOut.kind === 'direct' ? 'direct' : wayOut.name
}

/** What tells one way out from another: a proxy made anew under an old name is another. */
export function wayOutIdOf(wayOut: WayOut): string {
  return wayOut.kind === 'direct' ? 'direct' : wayOut.id
}
