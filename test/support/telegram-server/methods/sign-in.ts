import type { tl } from '@mtcute/core'
import { type Core, nowSeconds } from '../core.ts'
import { RpcFault } from '../rpc-fault.ts'
import { accountOf, type Login } from '../state.ts'
import type { Account } from '../telegram.ts'
import type { Handler } from './handler.ts'
import { userOf } from './users.ts'

export const logOut: Handler<tl.auth.RawLogOutRequest> = ({ knobs: { futureAuthToken } }, login) => {
  login.state = 'unregistered'
  return { _: 'auth.loggedOut', ...(futureAuthToken !== null && { futureAuthToken }) }
}

export const importBotAuthorization: Handler<tl.auth.RawImportBotAuthorizationRequest> = (
  core,
  login,
  { apiId, apiHash, botAuthToken },
) => {
  requireApplication(core, apiId, apiHash)
  const accountId = core.world.botTokens.get(botAuthToken)
  if (accountId === undefined) throw new RpcFault(400, 'ACCESS_TOKEN_INVALID')
  if (accountId === null) throw new RpcFault(400, 'ACCESS_TOKEN_EXPIRED')
  const account = accountOf(core.world, accountId)
  requireHome(account, login, 'USER')
  return authorize(core, login, account)
}

/** @throws RpcFault when the server takes another application alone */
export function requireApplication({ knobs: { application } }: Core, apiId: number, apiHash: string): void {
  if (application === null || (application.apiId === apiId && application.apiHash === apiHash)) return
  throw new RpcFault(400, 'API_ID_INVALID')
}

/** @throws RpcFault that sends the client to where the account lives */
export function requireHome({ dcId }: Account, login: Login, what: 'USER' | 'PHONE'): void {
  if (dcId !== undefined && dcId !== login.dcId) throw new RpcFault(303, `${what}_MIGRATE_${dcId}`)
}

/**
 * Makes the key stand for the account, unless its password is missing.
 * @throws RpcFault when two-step verification asks for it
 */
export function authorizeOrAskPassword(core: Core, login: Login, account: Account): tl.auth.RawAuthorization {
  if (!core.world.passwords.has(account.id)) return authorize(core, login, account)
  login.state = 'password-pending'
  login.accountId = account.id
  throw new RpcFault(401, 'SESSION_PASSWORD_NEEDED')
}

export function authorize(core: Core, login: Login, account: Account): tl.auth.RawAuthorization {
  login.state = 'ok'
  login.accountId = account.id
  login.createdAt = nowSeconds(core)
  login.sentCode = null
  login.challenge = null
  return { _: 'auth.authorization', user: userOf(account, login) }
}
