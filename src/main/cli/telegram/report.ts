import { isFinalStatus, loginStatusWords } from '../../../shared/login-statuses.ts'
import type { LoginAccount } from '../../domain/login.ts'
import { accountText } from '../describe.ts'
import { table } from '../table.ts'
import type { Told } from './ask.ts'
import { addressText } from './options.ts'

/** What Telegram said about a login, as `--json` prints it: a promise to scripts, documented in `docs/cli.md`. */
export interface ToldJson {
  readonly path: string
  readonly name: string
  readonly keyId: string | null
  readonly status: string | null
  readonly final: boolean
  readonly evidence: string | null
  /** Unix seconds. */
  readonly at: number | null
  readonly wayOut: string | null
  readonly dc: { readonly id: number; readonly test: boolean; readonly address: string | null } | null
  readonly account: (Omit<LoginAccount, 'id'> & { readonly id: string }) | null
  /** Unix seconds. */
  readonly until: number | null
  readonly newDc: number | null
  readonly skipped: string | null
  readonly reason: string
}

export function toldJson({ login, result, skipped, reason }: Told): ToldJson {
  const { path, name, keyId, endpoint } = login
  const account = result?.account ?? null
  return {
    path,
    name,
    keyId,
    status: result?.status ?? null,
    final: result !== null && isFinalStatus(result.status),
    evidence: result?.evidence ?? null,
    at: result && Math.floor(result.atMs / 1000),
    wayOut: result?.wayOut ?? null,
    dc: result && { id: result.dcId, test: result.test, address: endpoint && addressText(endpoint) },
    account: account && {
      id: String(account.id),
      isBot: account.isBot,
      name: account.name,
      username: account.username,
      phone: account.phone,
    },
    until: result?.untilMs == null ? null : Math.ceil(result.untilMs / 1000),
    newDc: result?.newDcId ?? null,
    skipped,
    reason,
  }
}

/** A line for each; `wordOf` has the word that stands for what came of it. */
export function toldTable<T extends Told>(told: readonly T[], wordOf: (told: T) => string): string {
  const columns = [
    { title: 'NAME', maxColumns: 28 },
    { title: 'ACCOUNT', maxColumns: 24 },
    { title: 'LOGIN', maxColumns: 42 },
    { title: 'ANSWER', maxColumns: 60 },
    { title: 'KEY ID' },
    { title: 'PATH', maxColumns: 60 },
  ]
  const rows = told.map((one) => [
    one.login.name,
    accountOf(one),
    wordOf(one),
    answerOf(one),
    one.login.keyId ?? 'no key',
    one.login.path,
  ])
  return table(columns, rows)
}

/** The badge of a status; what was not asked says so. */
export function statusText({ result }: Told): string {
  return result === null ? 'Not asked' : loginStatusWords[result.status].label
}

/** As Telegram has it, else as the session has it. */
function accountOf({ result, login }: Pick<Told, 'result' | 'login'>): string {
  const seen = result?.account
  return seen ? (seen.username ? `@${seen.username}` : String(seen.id)) : accountText(login.summary)
}

function answerOf({ result, reason }: Told): string {
  if (result === null) return reason
  const until = result.untilMs === null ? '' : `, until ${new Date(result.untilMs).toLocaleString('en-GB')}`
  return `${result.evidence}${until}${result.newDcId === null ? '' : `, DC ${result.newDcId}`}`
}
