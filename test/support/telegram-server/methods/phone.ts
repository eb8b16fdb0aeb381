import { randomBytes } from 'node:crypto'
import type { tl } from '@mtcute/core'
import type { Core } from '../core.ts'
import { RpcFault } from '../rpc-fault.ts'
import { digitsOf, type Login } from '../state.ts'
import type { Account } from '../telegram.ts'
import type { Handler } from './handler.ts'
import { authorizeOrAskPassword, requireApplication, requireHome } from './sign-in.ts'

const DEFAULT_CODE = '12345'
/** As international numbers have them. */
const MIN_DIGITS = 7
const MAX_DIGITS = 15
const HASH_BYTE_LENGTH = 9

/** Unknown numbers get a code too: whether somebody has the number shows when it comes back. */
export const sendCode: Handler<tl.auth.RawSendCodeRequest> = (core, login, { phoneNumber, apiId, apiHash }) => {
  requireApplication(core, apiId, apiHash)
  const phone = digitsOf(phoneNumber)
  if (phone.length < MIN_DIGITS || phone.length > MAX_DIGITS) throw new RpcFault(406, 'PHONE_NUMBER_INVALID')
  const account = accountWith(core, phone)
  if (account !== undefined) requireHome(account, login, 'PHONE')
  return sentCode(core, login, phone, 'auth.sentCodeTypeApp')
}

export const resendCode: Handler<tl.auth.RawResendCodeRequest> = (core, login, { phoneNumber, phoneCodeHash }) => {
  requireSent(login, phoneNumber, phoneCodeHash)
  return sentCode(core, login, digitsOf(phoneNumber), 'auth.sentCodeTypeSms')
}

export const cancelCode: Handler<tl.auth.RawCancelCodeRequest> = (_core, login, { phoneNumber, phoneCodeHash }) => {
  requireSent(login, phoneNumber, phoneCodeHash)
  login.sentCode = null
  return true
}

export const signIn: Handler<tl.auth.RawSignInRequest> = (core, login, call) => {
  const { phoneNumber, phoneCodeHash, phoneCode = '' } = call
  requireSent(login, phoneNumber, phoneCodeHash)
  if (phoneCode === '') throw new RpcFault(400, 'PHONE_CODE_EMPTY')
  const phone = digitsOf(phoneNumber)
  if (phoneCode !== codeFor(core, phone)) throw new RpcFault(400, 'PHONE_CODE_INVALID')
  const account = accountWith(core, phone)
  if (account === undefined) throw new RpcFault(400, 'PHONE_NUMBER_UNOCCUPIED')
  return authorizeOrAskPassword(core, login, account)
}

function sentCode(
  core: Core,
  login: Login,
  phone: string,
  type: 'auth.sentCodeTypeApp' | 'auth.sentCodeTypeSms',
): tl.auth.RawSentCode {
  const hash = randomBytes(HASH_BYTE_LENGTH).toString('base64url')
  login.sentCode = { phone, hash }
  return { _: 'auth.sentCode', type: { _: type, length: codeFor(core, phone).length }, phoneCodeHash: hash }
}

function requireSent({ sentCode }: Login, phoneNumber: string, hash: string): void {
  if (sentCode?.phone === digitsOf(phoneNumber) && sentCode.hash === hash) return
  throw new RpcFault(400, 'PHONE_CODE_EXPIRED')
}

function codeFor({ world }: Core, phone: string): string {
  return world.loginCodes.get(phone) ?? DEFAULT_CODE
}

function accountWith({ world }: Core, phone: string): Account | undefined {
  return [...world.accounts.values()].find((account) => account.phone === phone)
}
