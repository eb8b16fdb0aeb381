import { safeStorage } from 'electron'
import type { Keychain } from '../ports.ts'

/**
 * The system's keychain, null where none stands behind it: on Linux without a secret service Electron would "encrypt"
 * with a password that is written in its source. Call when the app is ready.
 */
export function findKeychain(platform: NodeJS.Platform = process.platform): Keychain | null {
  if (!safeStorage.isEncryptionAvailable()) return null
  if (platform === 'linux') {
    const backend = safeStorage.getSelectedStorageBackend()
    if (backend === 'basic_text' || backend === 'unknown') return null
  }
  return {
    // Text is all that safeStorage takes.
    seal: (bytes) => safeStorage.encryptString(Buffer.from(bytes).toString('base64')),
    open: (sealed) => Buffer.from(safeStorage.decryptString(Buffer.from(sealed)), 'base64'),
  }
}
