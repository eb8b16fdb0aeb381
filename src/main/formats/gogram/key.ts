import { toHex } from '../../bytes/hex.ts'
import { authKeyFrom, keyIdOf } from '../../domain/key-id.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Secret } from '../../domain/secret.ts'

/** The key, checked against the id that the library keeps beside it and does not look at. */
export function keyFrom(bytes: Uint8Array | null, storedId: Uint8Array | null, problems: Problem[]): Secret | null {
  const key = authKeyFrom(bytes)
  if (key === 'damaged') {
    problems.push({
      code: 'session.damaged-key',
      message: `The auth key has ${bytes?.byteLength ?? 0} bytes instead of 256 and is of no use. Restore the session from a backup, or log in again.`,
    })
    return null
  }
  if (key === null) {
    problems.push({
      code: 'session.no-key',
      message: 'The session holds no key: it was saved before any login.',
    })
    return null
  }
  if (storedId !== null && storedId.byteLength > 0 && keyIdOf(key) !== toHex(storedId)) {
    problems.push({
      code: 'gogram.key-id-mismatch',
      message:
        'The key id that is stored beside the key is not that of the key, so Telegram will not know it. If the key itself is whole, an export writes the right id; if not, restore the session from a backup.',
    })
  }
  return key
}
