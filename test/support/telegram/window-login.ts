import type { LoginResult } from '../../../src/shared/contract/telegram.ts'

/** What Telegram said of a login of DC 2, without an account, as a window gets it. */
export function loginResult(change: Partial<LoginResult> = {}): LoginResult {
  return {
    status: 'alive',
    atMs: 0,
    wayOut: 'direct',
    dcId: 2,
    test: false,
    evidence: '',
    untilMs: null,
    newDcId: null,
    account: null,
    ...change,
  }
}
