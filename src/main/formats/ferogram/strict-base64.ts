import { decodeBase64, encodeBase64Url } from '../../bytes/base64.ts'

/**
 * Base64 as the library takes it: url-safe, no padding, unused bits zero.
 * @returns null for anything else
 */
export function decodeStrict(text: string): Uint8Array | null {
  const bytes = /^[A-Za-z0-9_-]+$/.test(text) ? decodeBase64(text) : null
  return bytes !== null && encodeBase64Url(bytes, false).slice(-1) === text.slice(-1) ? bytes : null
}

/** Why {@link decodeStrict} refused a text. */
export function strictReason(text: string): string {
  if (text === '') return 'it is empty'
  if (text.includes('=')) return 'it has “=” at its end, and the strings of ferogram have no such padding'
  if (/[+/]/.test(text)) return 'it has “+” or “/” in it, which a string of ferogram never has'
  return /^[A-Za-z0-9_-]+$/.test(text)
    ? `it has ${text.length} characters and its last one is not whole: part of it is missing`
    : 'it holds characters that no session string has'
}
