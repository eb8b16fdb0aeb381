const strict = new TextDecoder('utf-8', { fatal: true })

/** Null for bytes that are no text. */
export function textFromBytes(bytes: Uint8Array): string | null {
  try {
    const text = strict.decode(bytes)
    return /[^\P{Cc}\t\n\r]/u.test(text) ? null : text
  } catch {
    return null
  }
}
