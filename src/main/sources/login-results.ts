import type { KnownLogin, LoginResult } from '../domain/login.ts'

/**
 * What Telegram last said about each key, kept between starts. By key id: every copy of a key, in whatever source, has
 * the same result.
 */
export interface LoginResults {
  get(keyId: string): KnownLogin | null
  /**
   * Keeps a result; the lists of every window follow. A result that is not final leaves an older final one standing
   * beside it.
   */
  add(keyId: string, result: LoginResult): void
}
