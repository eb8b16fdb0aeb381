import type { Counts, SessionFilters } from '../../../shared/contract/sessions.ts'
import { isFinalStatus, loginStatuses, loginStatusWords } from '../../../shared/login-statuses.ts'

type Login = SessionFilters['logins'][number]

/** Every way in which a login is dead for good. */
const DEAD: readonly Login[] = loginStatuses.filter(isFinalStatus)

/** Telegram was asked about something. */
export function anyChecked({ logins }: Counts): boolean {
  return logins.some(({ value }) => value !== 'unchecked')
}

/** How many sessions are dead, whatever ended them. */
export function deadCount({ logins }: Counts): number {
  return logins.reduce((sum, { value, count }) => (DEAD.some((dead) => dead === value) ? sum + count : sum), 0)
}

/** All that is dead is wanted: shown as one filter instead of nine. */
export function isDeadWanted({ logins }: SessionFilters): boolean {
  return DEAD.every((dead) => logins.includes(dead))
}

/** Adds everything dead, or takes it out. */
export function toggleDead(filters: SessionFilters): Partial<SessionFilters> {
  const others = filters.logins.filter((login) => !DEAD.includes(login))
  return { logins: isDeadWanted(filters) ? others : [...others, ...DEAD] }
}

/** Those that are wanted beside everything dead. */
export function singleLogins(filters: SessionFilters): readonly Login[] {
  return isDeadWanted(filters) ? filters.logins.filter((login) => !DEAD.includes(login)) : filters.logins
}

/** "Signed out", "Never checked" */
export function loginFilterLabel(login: Login): string {
  return login === 'unchecked' ? 'Never checked' : loginStatusWords[login].short
}
