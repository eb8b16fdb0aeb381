import type { tl } from '@mtcute/core'
import { type Core, nowSeconds } from '../core.ts'
import { RpcFault } from '../rpc-fault.ts'
import { accountOf, type Login, standingLogins } from '../state.ts'
import { bigOf, longOf } from '../tl.ts'
import type { Handler } from './handler.ts'

const DEFAULT_TTL_DAYS = 180
const MAX_TTL_DAYS = 366

export const getAuthorizations: Handler<tl.account.RawGetAuthorizationsRequest> = ({ world }, login) => {
  const { id } = accountOf(world, login.accountId)
  return {
    _: 'account.authorizations',
    authorizationTtlDays: world.ttlDays.get(id) ?? DEFAULT_TTL_DAYS,
    authorizations: standingLogins(world, id).map((one) => rowOf(one, one === login)),
  }
}

export const resetAuthorization: Handler<tl.account.RawResetAuthorizationRequest> = (core, login, { hash }) => {
  refuseFresh(core, login)
  const target = siblings(core, login).find((one) => one.hash === bigOf(hash))
  if (target === undefined) throw new RpcFault(400, 'HASH_INVALID')
  target.state = 'revoked'
  return true
}

export const resetAuthorizations: Handler<tl.auth.RawResetAuthorizationsRequest> = (core, login) => {
  refuseFresh(core, login)
  for (const one of siblings(core, login)) one.state = 'revoked'
  return true
}

export const setAuthorizationTTL: Handler<tl.account.RawSetAuthorizationTTLRequest> = (
  { world },
  login,
  { authorizationTtlDays },
) => {
  if (authorizationTtlDays < 1 || authorizationTtlDays > MAX_TTL_DAYS) throw new RpcFault(400, 'TTL_DAYS_INVALID')
  world.ttlDays.set(accountOf(world, login.accountId).id, authorizationTtlDays)
  return true
}

function siblings({ world }: Core, login: Login): readonly Login[] {
  return standingLogins(world, accountOf(world, login.accountId).id).filter((one) => one !== login)
}

/** A login has to be a day old to end others. */
function refuseFresh(core: Core, { createdAt }: Login): void {
  if (nowSeconds(core) - createdAt >= core.knobs.ageLimitSeconds) return
  throw new RpcFault(406, 'FRESH_RESET_AUTHORISATION_FORBIDDEN')
}

/** What the client said of itself comes before what the login was made with. */
function rowOf(login: Login, isCurrent: boolean): tl.RawAuthorization {
  const { device, init } = login
  return {
    _: 'authorization',
    current: isCurrent,
    officialApp: device.officialApp ?? false,
    passwordPending: login.state === 'password-pending',
    unconfirmed: device.unconfirmed ?? false,
    // The asking login has no handle: it cannot end itself.
    hash: longOf(isCurrent ? 0n : login.hash),
    deviceModel: init?.deviceModel ?? device.deviceModel ?? 'Test device',
    platform: device.platform ?? '',
    systemVersion: init?.systemVersion ?? device.systemVersion ?? '1.0',
    apiId: init?.apiId ?? device.apiId ?? 1,
    appName: device.appName ?? 'Test app',
    appVersion: init?.appVersion ?? device.appVersion ?? '1.0',
    dateCreated: login.createdAt,
    dateActive: login.activeAt,
    ip: device.ip ?? '127.0.0.1',
    country: device.country ?? 'Nowhere',
    region: device.region ?? '',
  }
}
