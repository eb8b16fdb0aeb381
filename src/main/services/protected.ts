import { AppError } from '../domain/errors.ts'
import type { Protection } from '../sources/interfaces.ts'

/**
 * Makes sure that something can be sealed. A keychain needs no question, a passphrase does.
 * @throws AppError protection.required
 */
export async function ensureSealing(protection: Protection): Promise<void> {
  const { state, kind } = protection.state()
  if (state !== 'none') return
  if (kind === 'passphrase') throw new AppError('protection.required', {})
  await protection.setUp(null)
}
