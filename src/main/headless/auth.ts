import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Who may talk to the server: the holder of the link, by the cookie it was traded for. */
export interface Auth {
  /** Goes into the link's fragment; never logged, never in an address the server sees. */
  readonly token: string
  /** The value for `Set-Cookie`, null when the token is wrong. */
  signIn(token: string): string | null
  isSignedIn(request: IncomingMessage): boolean
}

/** Enough for many browsers; the oldest go first. */
const MAX_COOKIES = 64

export function createAuth(): Auth {
  const token = randomBytes(32).toString('base64url')
  // Cookies do not tell ports apart: the name keeps two servers behind `localhost` from signing each other out.
  const name = `session-deck-${randomBytes(6).toString('hex')}`
  const known = new Set<string>()
  return {
    token,
    signIn: (given) => {
      if (!equal(given, token)) return null
      const value = randomBytes(32).toString('base64url')
      known.add(digest(value))
      for (const oldest of known) {
        if (known.size <= MAX_COOKIES) break
        known.delete(oldest)
      }
      return `${name}=${value}; HttpOnly; SameSite=Strict; Path=/`
    },
    isSignedIn: (request) => {
      const value = readCookie(request.headers.cookie, name)
      // Looked up by digest: how long the look-up takes says nothing about the value.
      return value !== null && known.has(digest(value))
    },
  }
}

function equal(given: string, wanted: string): boolean {
  return timingSafeEqual(Buffer.from(digest(given)), Buffer.from(digest(wanted)))
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function readCookie(header: string | undefined, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const [key, ...value] = part.trim().split('=')
    if (key === name) return value.join('=')
  }
  return null
}
