import type { tl } from '@mtcute/core'
import { verdict } from './classify.ts'
import type { AppIdentity, LoginPrompts, LoginRefusal } from './gateway.ts'
import { withPassword } from './log-in-password.ts'
import { type LoginConnection, LoginFailure } from './login-connection.ts'
import { refusalFor } from './login-refusals.ts'

/** Those after which the person may type once more. */
const WRONG_CODE: ReadonlySet<string | null> = new Set(['PHONE_CODE_INVALID', 'PHONE_CODE_EMPTY', 'EMAIL_CODE_INVALID'])

/** A code, then the password where there is one. */
export async function byPhone(
  connection: LoginConnection,
  app: AppIdentity,
  phone: string,
  prompts: LoginPrompts,
): Promise<tl.auth.TypeAuthorization> {
  const phoneNumber = phone.replaceAll(/\D/g, '')
  const sent = await connection.call({
    _: 'auth.sendCode',
    phoneNumber,
    apiId: app.apiId,
    apiHash: app.apiHash.openText(),
    settings: { _: 'codeSettings' },
  })
  if (sent._ === 'auth.sentCodeSuccess') return sent.authorization
  const { type } = sent._ === 'auth.sentCode' ? sent : { type: null }
  if (type === null || type._ === 'auth.sentCodeTypeSetUpEmailRequired') {
    const text = type?._ ?? sent._
    throw new LoginFailure(verdict('unknown', text), text)
  }
  const where = whereOf(type)
  const length = 'length' in type ? type.length : null
  let refusal: LoginRefusal | null = null
  for (;;) {
    const code = (await connection.wait(prompts.askCode({ where, length, refusal }))).openText().trim()
    const signIn: tl.auth.RawSignInRequest = {
      _: 'auth.signIn',
      phoneNumber,
      phoneCodeHash: sent.phoneCodeHash,
      ...(type._ === 'auth.sentCodeTypeEmailCode'
        ? { emailVerification: { _: 'emailVerificationCode', code } }
        : { phoneCode: code }),
    }
    try {
      return await withPassword(connection, prompts, () => connection.call(signIn))
    } catch (error) {
      if (!(error instanceof LoginFailure) || !WRONG_CODE.has(error.text)) throw error
      refusal = refusalFor(error.text ?? '')
    }
  }
}

/** Where to look for it. */
function whereOf(type: Exclude<tl.auth.TypeSentCodeType, tl.auth.RawSentCodeTypeSetUpEmailRequired>): string {
  switch (type._) {
    case 'auth.sentCodeTypeApp':
      return 'in the Telegram app'
    case 'auth.sentCodeTypeCall':
      return 'by a phone call'
    case 'auth.sentCodeTypeFlashCall':
      return 'as the number of a call that is hung up'
    case 'auth.sentCodeTypeMissedCall':
      return `as the last digits of a number that calls (${type.prefix}…)`
    case 'auth.sentCodeTypeEmailCode':
      return `by e-mail to ${type.emailPattern}`
    case 'auth.sentCodeTypeFragmentSms':
      return 'at fragment.com'
    case 'auth.sentCodeTypeSmsWord':
      return 'by SMS, a word'
    case 'auth.sentCodeTypeSmsPhrase':
      return 'by SMS, a phrase'
    case 'auth.sentCodeTypeSms':
    case 'auth.sentCodeTypeFirebaseSms':
      return 'by SMS'
  }
}
