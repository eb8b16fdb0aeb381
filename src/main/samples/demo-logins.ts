import type { Session } from '../domain/session.ts'
import { homeOf } from '../domain/session.ts'
import { displayName } from './sample-session.ts'

/** What the Telegram of `--demo` says about a login. */
export type DemoState =
  | 'ok'
  | 'frozen'
  | 'unregistered'
  | 'revoked'
  | 'expired'
  | 'duplicated'
  | 'deactivated'
  | 'banned'
  | 'key-invalid'
  | 'temporary'
  | 'password-pending'
  | 'forgotten'
  /** It asks to wait. */
  | 'wait'
  /** It has trouble of its own. */
  | 'trouble'
  /** The account lives in another data centre. */
  | 'moved'

/** A login of the sample library, as that Telegram is told of it. Plain data: it crosses into its thread. */
export interface DemoLogin {
  readonly authKey: Uint8Array
  readonly dcId: number
  readonly state: DemoState
  readonly account: DemoAccount | null
}

interface DemoAccount {
  readonly id: number
  readonly isBot: boolean
  readonly firstName: string
  readonly username: string | null
  readonly phone: string | null
}

/** Three of ten are something else than alive: these in turn, so that each is there. */
const OTHERS: readonly DemoState[] = [
  'unregistered',
  'revoked',
  'wait',
  'expired',
  'banned',
  'forgotten',
  'unregistered',
  'duplicated',
  'frozen',
  'revoked',
  'deactivated',
  'trouble',
  'expired',
  'moved',
  'password-pending',
  'unregistered',
  'key-invalid',
  'temporary',
]
const TEN = [true, true, false, true, true, false, true, true, true, false] as const

/** Takes sessions as they are made; each key becomes one login. */
export function createDemoLogins(): { add(session: Session, name: string): void; list(): readonly DemoLogin[] } {
  const logins = new Map<string, DemoLogin>()
  let others = 0

  function nextState(): DemoState {
    if (TEN[logins.size % TEN.length]) return 'ok'
    others += 1
    return OTHERS[(others - 1) % OTHERS.length] ?? 'ok'
  }

  return {
    add: (session, name) => {
      const home = homeOf(session)
      // Servers of one's own have keys that are none of Telegram's business.
      if (session.server !== undefined || home === null || home.authKey === null) return
      const authKey = Uint8Array.from(home.authKey.open())
      const id = Buffer.from(authKey).toString('base64')
      if (logins.has(id)) return
      const account = accountOf(session, name)
      const state = nextState()
      logins.set(id, { authKey, dcId: home.id, account, state: account === null ? 'unregistered' : state })
    },
    list: () => [...logins.values()],
  }
}

function accountOf({ account }: Session, name: string): DemoAccount | null {
  if (account === null) return null
  const { id, isBot, username, phone } = account
  const firstName = displayName(name)
  return { id: Number(id), isBot: isBot ?? false, firstName, username, phone }
}
