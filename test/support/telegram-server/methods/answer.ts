import type { Core } from '../core.ts'
import type { Call } from '../method-reader.ts'
import { RpcFault } from '../rpc-fault.ts'
import type { Login } from '../state.ts'
import type { TlValue } from '../tl.ts'
import { admit } from './admission.ts'
import { getAuthorizations, resetAuthorization, resetAuthorizations, setAuthorizationTTL } from './devices.ts'
import { getConfig, getDifference, getNearestDc, getState } from './help.ts'
import { importBotAuthorization, logOut } from './sign-in.ts'
import { getFullUser, getUsers } from './users.ts'
import { exportLoginToken, importLoginToken } from './login-token.ts'
import { cancelCode, resendCode, sendCode, signIn } from './phone.ts'
import { checkPassword, getPassword } from './password.ts'

const HANDLERS = {
  'account.getAuthorizations': getAuthorizations,
  'account.getPassword': getPassword,
  'account.resetAuthorization': resetAuthorization,
  'account.setAuthorizationTTL': setAuthorizationTTL,
  'auth.cancelCode': cancelCode,
  'auth.checkPassword': checkPassword,
  'auth.exportLoginToken': exportLoginToken,
  'auth.importBotAuthorization': importBotAuthorization,
  'auth.importLoginToken': importLoginToken,
  'auth.logOut': logOut,
  'auth.resendCode': resendCode,
  'auth.resetAuthorizations': resetAuthorizations,
  'auth.sendCode': sendCode,
  'auth.signIn': signIn,
  'help.getConfig': getConfig,
  'help.getNearestDc': getNearestDc,
  'updates.getDifference': getDifference,
  'updates.getState': getState,
  'users.getFullUser': getFullUser,
  'users.getUsers': getUsers,
}

/** @throws RpcFault, as the server's refusal */
export function answerCall(core: Core, login: Login, call: Call): TlValue {
  admit(core, login, call._)
  if (!Object.hasOwn(HANDLERS, call._)) throw new RpcFault(400, 'METHOD_INVALID')
  // The reader walked the very schema that the types are made from.
  const handler = HANDLERS[call._ as keyof typeof HANDLERS] as (core: Core, login: Login, call: Call) => TlValue
  return handler(core, login, call)
}
