import { toHex } from '../../bytes/hex.ts'
import { keyIdOf } from '../../domain/key-id.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Secret } from '../../domain/secret.ts'
import { storedKeyFrom } from '../stored-key.ts'

/** The key, checked against the id that the library keeps beside it and does not look at. */
export function keyFrom(bytes: Uint8Array | null, storedId: Uint8Array | null, problems: Problem[]): Secret | null {
  const noKey = 'The session holds no key: it was saved before any login.'
  const key = storedKeyFrom(bytes, problems, { holder: 'session', noKey })
  if (key !== null && storedId !== null && storedId.byteLength > 0 && keyIdOf(key) !== toHex(storedId)) {
    problems.push({
      code: 'gogram.key-id-mismatch',
      message:
        'The key id that is stored beside the key is not that of the key, so Telegram will not know it. If the key itself is whole, an export writes the right id; if not, restore the session from a backup.',
    })
  }
  return key
}
