/**
 * Something a person should know about a session that could still be read (or about a file that could not).
 * `message` is a whole sentence that names cause and cure; it never holds a secret.
 */
export interface Problem {
  readonly code: string
  readonly message: string
}
