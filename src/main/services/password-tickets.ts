import { AppError } from '../domain/errors.ts'
import type { Secret } from '../domain/secret.ts'

/** How long a password waits for the rest of its form. */
const LIFETIME_MS = 15 * 60_000

/** Passwords between the address they were pasted in and the source they are for. In memory only. */
export interface PasswordTickets {
  keep(password: Secret): string
  /** Can be taken again: a test comes before the adding. @throws AppError request.expired */
  take(ticket: string): Secret
  /** On lock and on quit. */
  clear(): void
}

export function createPasswordTickets(): PasswordTickets {
  const kept = new Map<string, { readonly password: Secret; readonly timer: NodeJS.Timeout }>()
  return {
    keep(password) {
      const ticket = crypto.randomUUID()
      const timer = setTimeout(() => kept.delete(ticket), LIFETIME_MS).unref()
      kept.set(ticket, { password, timer })
      return ticket
    },
    take(ticket) {
      const found = kept.get(ticket)
      if (!found) throw new AppError('request.expired', {})
      return found.password
    },
    clear() {
      for (const { timer } of kept.values()) clearTimeout(timer)
      kept.clear()
    },
  }
}
