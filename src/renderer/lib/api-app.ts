/** An API id and hash as a person typed or pasted them, and whether they can be ones. */
export interface TypedApp {
  apiId: string
  apiHash: string
}

/** What my.telegram.org gives out. */
export interface ApiApp {
  apiId: number
  /** 32 hexadecimal digits; null keeps the one there is. */
  apiHash: string | null
}

const MAX_INT = 2_147_483_647

/** A positive 32-bit number, null for anything else. */
function apiIdOf(text: string): number | null {
  const trimmed = text.trim()
  const id = /^\d{1,10}$/.test(trimmed) ? Number(trimmed) : 0
  return id > 0 && id <= MAX_INT ? id : null
}

function isApiHash(text: string): boolean {
  return /^[0-9a-fA-F]{32}$/.test(text.trim())
}

/** What is wrong with an API id, a whole sentence; null for nothing, or while nothing is typed. */
export function apiIdProblem(text: string): string | null {
  return text.trim() === '' || apiIdOf(text) !== null ? null : 'An API id is a number, such as 1234567.'
}

export function apiHashProblem(text: string): string | null {
  return text.trim() === '' || isApiHash(text) ? null : 'An API hash has 32 characters, 0 to 9 and a to f.'
}

/**
 * What is sent; null while something is missing. `kept` is the id whose hash is known already: under the same id the
 * hash may stay empty.
 */
export function appOf({ apiId, apiHash }: TypedApp, kept: number | null): ApiApp | null {
  const id = apiIdOf(apiId)
  if (id === null) return null
  if (apiHash.trim() === '') return id === kept ? { apiId: id, apiHash: null } : null
  return isApiHash(apiHash) ? { apiId: id, apiHash: apiHash.trim() } : null
}
