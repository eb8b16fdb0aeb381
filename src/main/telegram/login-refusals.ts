import type { LoginRefusal } from './gateway.ts'

/**
 * What Telegram says to somebody who logs in and did something wrong, and what that means to them.
 * Source: the error lists of the methods at core.telegram.org/method.
 */
const MESSAGES: ReadonlyMap<string, string> = new Map([
  ['ACCESS_TOKEN_INVALID', 'Telegram does not know this bot token. Copy it from @BotFather again.'],
  ['ACCESS_TOKEN_EXPIRED', 'This bot token was replaced by a newer one. Get that from @BotFather.'],
  ['PHONE_NUMBER_INVALID', 'Telegram does not accept this phone number. Write it with its country code.'],
  ['PHONE_NUMBER_BANNED', 'Telegram has banned this phone number.'],
  ['PHONE_NUMBER_FLOOD', 'Codes were asked for too often with this number. Try again tomorrow.'],
  ['PHONE_NUMBER_UNOCCUPIED', 'No account has this phone number. Accounts are made in an official app.'],
  ['PHONE_CODE_EMPTY', 'This is not the code that Telegram sent.'],
  ['PHONE_CODE_INVALID', 'This is not the code that Telegram sent.'],
  ['PHONE_CODE_EXPIRED', 'This code has expired. Start again to get a new one.'],
  ['EMAIL_VERIFY_EXPIRED', 'This code has expired. Start again to get a new one.'],
  ['PASSWORD_HASH_INVALID', 'This is not the password of the account.'],
  ['PHONE_PASSWORD_FLOOD', 'There were too many attempts to sign in. Try again tomorrow.'],
  ['AUTH_TOKEN_EXPIRED', 'The QR code expired before it was confirmed. Start again.'],
  ['AUTH_TOKEN_INVALIDX', 'The QR code is no longer valid. Start again.'],
  ['auth.sentCodePaymentRequired', 'Telegram wants a payment to send this code. Sign in with an official app first.'],
  ['auth.sentCodeTypeSetUpEmailRequired', 'The account needs an e-mail address first. Add one in an official app.'],
])

/** Null for a text that the person can do nothing about. */
export function refusalFor(text: string): LoginRefusal | null {
  const message = MESSAGES.get(text)
  return message === undefined ? null : { text, message }
}
