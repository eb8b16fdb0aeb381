import { randomBytes } from 'node:crypto'
import type { tl } from '@mtcute/core'
import { type Core, nowSeconds } from '../core.ts'
import { RpcFault } from '../rpc-fault.ts'
import { accountOf, type Login, type LoginToken } from '../state.ts'
import type { Handler } from './handler.ts'
import { authorizeOrAskPassword, requireApplication } from './sign-in.ts'

const TOKEN_BYTE_LENGTH = 24

export const exportLoginToken: Handler<tl.auth.RawExportLoginTokenRequest> = (core, login, { apiId, apiHash }) => {
  requireApplication(core, apiId, apiHash)
  const { loginTokens } = core.world
  const accepted = loginTokens.findLast(({ keyId, acceptedBy }) => keyId === login.keyId && acceptedBy !== null)
  if (accepted !== undefined) return redeem(core, login, accepted)
  const expiresAt = nowSeconds(core) + core.knobs.loginTokenSeconds
  const fresh: LoginToken = { token: randomBytes(TOKEN_BYTE_LENGTH), keyId: login.keyId, expiresAt, acceptedBy: null }
  loginTokens.push(fresh)
  return { _: 'auth.loginToken', expires: fresh.expiresAt, token: fresh.token }
}

/** For a client that was sent here, to where the account lives. */
export const importLoginToken: Handler<tl.auth.RawImportLoginTokenRequest> = (core, login, { token }) => {
  const known = core.world.loginTokens.find((one) => Buffer.from(one.token).equals(token))
  if (known === undefined) throw new RpcFault(400, 'AUTH_TOKEN_INVALIDX')
  if (known.acceptedBy !== null) return redeem(core, login, known)
  if (nowSeconds(core) >= known.expiresAt) throw new RpcFault(400, 'AUTH_TOKEN_EXPIRED')
  return { _: 'auth.loginToken', expires: known.expiresAt, token: known.token }
}

/** The newest token that somebody could scan now. */
export function openLoginToken(core: Core): LoginToken | null {
  const isOpen = ({ acceptedBy, expiresAt }: LoginToken): boolean => acceptedBy === null && nowSeconds(core) < expiresAt
  return core.world.loginTokens.findLast(isOpen) ?? null
}

function redeem(core: Core, login: Login, loginToken: LoginToken): tl.auth.TypeLoginToken {
  const { loginTokens } = core.world
  const account = accountOf(core.world, loginToken.acceptedBy)
  if (account.dcId !== undefined && account.dcId !== login.dcId) {
    return { _: 'auth.loginTokenMigrateTo', dcId: account.dcId, token: loginToken.token }
  }
  loginTokens.splice(loginTokens.indexOf(loginToken), 1)
  return { _: 'auth.loginTokenSuccess', authorization: authorizeOrAskPassword(core, login, account) }
}
