import { type Core, nowSeconds } from '../core.ts'
import { RpcFault } from '../rpc-fault.ts'
import type { Login } from '../state.ts'
import type { LoginState } from '../telegram.ts'

const REFUSALS: Readonly<Record<Exclude<LoginState, 'ok' | 'forgotten'>, readonly [code: number, text: string]>> = {
  unregistered: [401, 'AUTH_KEY_UNREGISTERED'],
  revoked: [401, 'SESSION_REVOKED'],
  expired: [401, 'SESSION_EXPIRED'],
  duplicated: [406, 'AUTH_KEY_DUPLICATED'],
  deactivated: [401, 'USER_DEACTIVATED'],
  banned: [401, 'USER_DEACTIVATED_BAN'],
  frozen: [420, 'FROZEN_METHOD_INVALID'],
  'key-invalid': [401, 'AUTH_KEY_INVALID'],
  temporary: [401, 'AUTH_KEY_PERM_EMPTY'],
  'password-pending': [401, 'SESSION_PASSWORD_NEEDED'],
}

const ABOUT_THE_SERVER: ReadonlySet<string> = new Set(['help.getConfig', 'help.getNearestDc'])

/** What a key without a login may do. */
const LOGGING_IN: ReadonlySet<string> = new Set([
  'account.getPassword',
  'auth.cancelCode',
  'auth.checkPassword',
  'auth.exportLoginToken',
  'auth.importBotAuthorization',
  'auth.importLoginToken',
  'auth.resendCode',
  'auth.sendCode',
  'auth.signIn',
])

const USERS_ONLY: ReadonlySet<string> = new Set([
  'account.getAuthorizations',
  'account.getPassword',
  'account.resetAuthorization',
  'account.setAuthorizationTTL',
  'auth.resetAuthorizations',
])

/** Keys that are refused whatever they ask. */
const OUTCASTS: ReadonlySet<LoginState> = new Set<LoginState>(['duplicated', 'key-invalid', 'temporary'])

/** Refuses what a login may not ask, and notes that it was used. @throws RpcFault */
export function admit(core: Core, login: Login, method: string): void {
  const { state } = login
  if (state === 'forgotten') throw new Error('a forgotten key has no calls')
  if (state !== 'ok' && !mayAsk(state, method)) throw new RpcFault(...REFUSALS[state])
  const account = state === 'ok' && login.accountId !== null ? core.world.accounts.get(login.accountId) : undefined
  if (account?.isBot && USERS_ONLY.has(method)) throw new RpcFault(400, 'BOT_METHOD_INVALID')
  login.activeAt = nowSeconds(core)
}

function mayAsk(state: LoginState, method: string): boolean {
  if (OUTCASTS.has(state)) return false
  if (ABOUT_THE_SERVER.has(method)) return true
  if (LOGGING_IN.has(method)) return state === 'unregistered' || state === 'password-pending'
  return method === 'auth.logOut' && (state === 'frozen' || state === 'password-pending')
}
