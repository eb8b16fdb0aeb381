import type { LoginStatus } from '../../shared/login-statuses.ts'

/** From this code on a login is dead for good. */
export const FIRST_FINAL_CODE = 100

/**
 * What the database holds for a status, in the order of the list: first what lives, then what is not known for certain,
 * then what is dead. The numbers are kept between releases: never change one.
 */
const CODES: Readonly<Record<LoginStatus, number>> = {
  alive: 10,
  frozen: 20,
  'password-pending': 30,
  'wrong-dc': 40,
  'rate-limited': 50,
  'app-rejected': 60,
  'app-outdated': 61,
  'server-error': 70,
  network: 71,
  unknown: 80,
  'account-banned': 100,
  'account-deleted': 101,
  expired: 110,
  'logged-out': 111,
  revoked: 112,
  duplicated: 113,
  'key-unknown': 120,
  'key-invalid': 121,
  'temporary-key': 122,
}
const STATUSES: ReadonlyMap<number, LoginStatus> = new Map(
  Object.entries(CODES).map(([status, code]) => [code, status as LoginStatus]),
)

export function loginCode(status: LoginStatus): number {
  return CODES[status]
}

export function loginOfCode(code: number): LoginStatus {
  return STATUSES.get(code) ?? 'unknown'
}

/** Words of a later release count as an unexpected answer. */
export function knownStatus(text: string): LoginStatus {
  return Object.hasOwn(CODES, text) ? (text as LoginStatus) : 'unknown'
}
