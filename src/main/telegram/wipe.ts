import type { Secret } from '../domain/secret.ts'
import type { GatewayRoute } from './gateway.ts'

/** Overwrites what a secret of our own holds. */
export function wipe(secret: Secret): void {
  secret.open().fill(0)
}

/** The API hash, and the password or secret of the proxy. */
export function wipeRoute({ app, wayOut }: Pick<GatewayRoute, 'app' | 'wayOut'>): void {
  wipe(app.apiHash)
  if (wayOut.kind === 'mtproxy') wipe(wayOut.secret)
  else if (wayOut.kind !== 'direct' && wayOut.password) wipe(wayOut.password)
}
