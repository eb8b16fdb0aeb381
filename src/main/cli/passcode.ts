import { Secret } from '../domain/secret.ts'
import type { CliIo } from './io.ts'
import { plain } from './terminal-text.ts'

/** A passcode or database key never comes as an argument: other users of the machine can read those. */
export const PASSCODE_VARIABLE = 'SESSION_DECK_PASSCODE'

/** What the environment variable holds; null when it is not set or empty. */
export function passcodeFromEnvironment(io: Pick<CliIo, 'env'>): Secret | null {
  const text = io.env[PASSCODE_VARIABLE]
  return text === undefined || text === '' ? null : Secret.fromText(text)
}

/**
 * Asks on the terminal without echo: `question` without its colon. Null where nobody can be asked (standard input is no
 * terminal) and for an empty answer.
 */
export async function askSecret(io: Pick<CliIo, 'askHidden'>, question: string): Promise<Secret | null> {
  if (io.askHidden === null) return null
  const text = await io.askHidden(`${plain(question)}: `)
  return text === '' ? null : Secret.fromText(text)
}
