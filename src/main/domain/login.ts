import type { LoginStatus } from '../../shared/login-statuses.ts'

/** The account that a login stands for, as Telegram tells. Nothing in it is secret; the phone is masked by setting. */
export interface LoginAccount {
  readonly id: bigint
  readonly isBot: boolean
  /** First and last name. */
  readonly name: string
  readonly username: string | null
  readonly phone: string | null
}

/** What was seen when a login was last asked about. */
export interface LoginResult {
  readonly status: LoginStatus
  /** Unix milliseconds. */
  readonly atMs: number
  /** "direct", or the name of a proxy. */
  readonly wayOut: string
  readonly dcId: number
  readonly test: boolean
  /** Code and text of the answer, or what happened instead: "401 AUTH_KEY_UNREGISTERED", "no answer in 15 s". */
  readonly evidence: string
  /** Of `rate-limited`: Unix milliseconds; null where Telegram gave no time. */
  readonly untilMs: number | null
  /** Of `wrong-dc`: where the account lives, if Telegram said so. */
  readonly newDcId: number | null
  readonly account: LoginAccount | null
}

/** What is kept about a key: a later result replaces, but one that is not final never hides an older final one. */
export interface KnownLogin {
  readonly latest: LoginResult
  /** Older than `latest`, and final where that is not. */
  readonly final: LoginResult | null
}
