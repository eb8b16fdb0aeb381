import { Long, type tl } from '@mtcute/core'
import { type CallSettings, callOnce } from './call-once.ts'
import type { Gateway } from './gateway.ts'
import { logIn } from './log-in.ts'
import { accountOf, deviceListOf } from './readings.ts'
import type { LocalGatewayOptions } from './wire.ts'

/** Telegram answers in a second or not at all; a server whose clock is behind costs two. */
const BUDGET_MS = 15_000

/** The gateway itself. It loads the client library (50 MB): the app runs it in a process that ends when idle. */
export function createLocalGateway({ version, budgetMs = BUDGET_MS }: LocalGatewayOptions): Gateway {
  const settings: CallSettings = { version, budgetMs }
  const self: tl.TypeInputUser[] = [{ _: 'inputUserSelf' }]
  return {
    check: (login, signal) =>
      callOnce(login, { _: 'users.getUsers', id: self }, ([user]) => accountOf(user), signal, settings),
    logOut: (login, signal) => callOnce(login, { _: 'auth.logOut' }, () => true as const, signal, settings),
    devices: (login, signal) => callOnce(login, { _: 'account.getAuthorizations' }, deviceListOf, signal, settings),
    endDevice: (login, hash, signal) =>
      callOnce(
        login,
        { _: 'account.resetAuthorization', hash: Long.fromString(hash.toString()) },
        isDone,
        signal,
        settings,
      ),
    endOtherDevices: (login, signal) => callOnce(login, { _: 'auth.resetAuthorizations' }, isDone, signal, settings),
    logIn: (request, prompts, signal) => logIn(request, prompts, signal, settings),
    close: () => Promise.resolve(),
  }
}

/** `boolFalse` is no success. */
function isDone(answer: boolean): true | null {
  return answer ? true : null
}
