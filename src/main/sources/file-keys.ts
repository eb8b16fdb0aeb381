import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { pathOfKey, ROOT_KEY } from '../backends/walk.ts'
import { AppError } from '../domain/errors.ts'

/** True for the key of a root that is a session folder itself. */
export function isRootKey(key: string): boolean {
  return key === ROOT_KEY
}

/**
 * The path of a file's key below a root; the only key of a root that is a file is its own name.
 * @throws AppError session.not-found for a key that would lead out of the root
 */
export function pathIn(root: string, key: string): string {
  if (key === ROOT_KEY) return root
  const parts = key.split('/')
  const leadsOut = parts.some((part) => part === '' || part === '.' || part === '..' || part.includes('\0'))
  if (leadsOut || (process.platform === 'win32' && /[\\:]/.test(key))) {
    throw new AppError('session.not-found', { file: key })
  }
  const isOwnName = parts.length === 1 && basename(root) === key
  if (isOwnName && statSync(root, { throwIfNoEntry: false })?.isFile()) return root
  return pathOfKey(root, key)
}

/**
 * A file name from what a person wished: one name, no path, nothing a file system or a terminal minds. Never empty,
 * never hidden, at most 100 characters.
 */
export function fileNameFrom(wish: string): string {
  const plain = wish
    .normalize('NFC')
    // Control characters, marks that turn the text around, and what Windows forbids.
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}<>:"/\\|?*#]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/^[.\s]+|[.\s]+$/g, '')
  const short = Array.from(plain).slice(0, 100).join('').trimEnd()
  if (short === '') return 'session'
  // Names of devices on Windows, whatever the extension.
  return /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(short) ? `${short}_` : short
}
