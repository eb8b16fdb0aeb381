import type { tl } from '@mtcute/core'
import { computeSrpParams } from '@mtcute/core/utils.js'
import { crypto } from './client.ts'
import type { LoginPrompts, LoginRefusal } from './gateway.ts'
import { type LoginConnection, LoginFailure } from './login-connection.ts'
import { refusalFor } from './login-refusals.ts'

/** Does `step`, and asks for the password of two-step verification when Telegram wants it. */
export async function withPassword<T>(
  connection: LoginConnection,
  prompts: LoginPrompts,
  step: () => Promise<T>,
): Promise<T | tl.auth.TypeAuthorization> {
  try {
    return await step()
  } catch (error) {
    if (!(error instanceof LoginFailure) || error.text !== 'SESSION_PASSWORD_NEEDED') throw error
    return checkPassword(connection, prompts)
  }
}

async function checkPassword(connection: LoginConnection, prompts: LoginPrompts): Promise<tl.auth.TypeAuthorization> {
  const { hint = null } = await connection.call({ _: 'account.getPassword' })
  let refusal: LoginRefusal | null = null
  for (;;) {
    const password = await connection.wait(prompts.askPassword({ hint, refusal }))
    // Once more: what it is proved against (SRP) does not last while somebody types.
    const known = await connection.call({ _: 'account.getPassword' })
    const proof = await computeSrpParams(crypto, known, password.openText())
    try {
      return await connection.call({ _: 'auth.checkPassword', password: proof })
    } catch (error) {
      if (!(error instanceof LoginFailure) || error.text !== 'PASSWORD_HASH_INVALID') throw error
      refusal = refusalFor(error.text)
    }
  }
}
