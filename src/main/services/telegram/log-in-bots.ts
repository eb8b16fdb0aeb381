import type { BotLoginEvent } from '../../../shared/contract/telegram.ts'
import type { LoginStatus } from '../../../shared/login-statuses.ts'
import { Secret } from '../../domain/secret.ts'
import type { NewLoginAnswer } from '../../telegram/gateway.ts'
import type { Core } from '../core.ts'
import { itemError } from '../item-error.ts'
import { streamOf } from '../queue-iterator.ts'
import { botTokensIn, type PastedToken } from './bot-tokens.ts'
import { failureOf } from './log-in.ts'
import { type NewLoginPlace, newLoginRoute } from './new-login-route.ts'
import type { Telegram } from './open-telegram.ts'
import type { Pace, PaceClock } from '../../telegram/pace.ts'
import { prepareSaving, type WantedPlace } from './save-login.ts'
import { wayOutNameOf } from '../../telegram/way-out.ts'
import { wipeRoute } from '../../telegram/wipe.ts'

export interface LogInBotsInput extends NewLoginPlace, WantedPlace {
  readonly tokens: string
}

/** What would come of the next token, too. */
const FOR_ALL: ReadonlySet<LoginStatus> = new Set(['rate-limited', 'app-rejected', 'app-outdated'])

/**
 * Makes a login for each token, one after the other at the app's pace, with a result for each line.
 * @throws AppError telegram.no-app, protection.required and what {@link prepareSaving} refuses
 */
export async function startLogInBots(
  core: Core,
  telegram: Telegram,
  input: LogInBotsInput,
  signal: AbortSignal | undefined,
): Promise<AsyncIteratorObject<BotLoginEvent, undefined, undefined>> {
  const tokens = botTokensIn(input.tokens)
  const save = await prepareSaving(core, input)
  // Refused before anybody is contacted.
  wipeRoute(newLoginRoute(telegram.telegram.routes, input))
  return streamOf<BotLoginEvent>(signal, async (emit, stopped) => {
    const title = `Signing in ${tokens.length} ${tokens.length === 1 ? 'bot' : 'bots'}`
    const job = core.jobs.start('login', title, tokens.length, stopped)
    let made = 0
    let failed = 0
    let forAll: BotLoginEvent & { type: 'item' } extends { error: infer E } ? E : never = null
    const settle = (token: PastedToken, result: Pick<BotLoginEvent & { type: 'item' }, 'saved' | 'error'>): void => {
      if (result.error) failed += 1
      else made += 1
      job.step(result.error ? 'failed' : undefined)
      emit({ type: 'item', line: token.line, bot: token.bot, ...result })
    }
    try {
      for (const token of tokens) {
        if (job.signal.aborted) break
        if (token.problem !== null) {
          settle(token, { saved: null, error: { code: 'request.invalid', message: token.problem } })
          continue
        }
        if (forAll !== null) {
          settle(token, { saved: null, error: forAll })
          continue
        }
        const answer = await askOne(telegram, input, token.token, job.signal)
        if (answer === null) break
        if (answer.kind !== 'made') {
          const error = failureOf(answer)
          if (answer.kind === 'failed' && FOR_ALL.has(answer.status)) forAll = error
          settle(token, { saved: null, error })
          continue
        }
        try {
          settle(token, { saved: await save(answer.login, answer.apiId), error: null })
        } catch (error) {
          settle(token, { saved: null, error: itemError(error, core.ports.log) })
        } finally {
          answer.login.authKey.open().fill(0)
        }
      }
      emit({ type: 'done', made, failed })
    } finally {
      for (const { token } of tokens) token.open().fill(0)
      job.end()
    }
  })
}

type Asked =
  | (Extract<NewLoginAnswer, { kind: 'made' }> & { readonly apiId: number })
  | Exclude<NewLoginAnswer, { kind: 'made' }>

/** Null where it was called off before its turn. */
async function askOne(
  { telegram, pace, clock }: Telegram,
  input: LogInBotsInput,
  token: Secret,
  signal: AbortSignal,
): Promise<Asked | null> {
  const route = newLoginRoute(telegram.routes, input)
  try {
    const way = JSON.stringify([wayOutNameOf(route.wayOut), route.endpoint.id, route.endpoint.test])
    if (!(await turnOn(pace, clock, way, signal))) return null
    const started = pace.start(way, null)
    let outcome: Parameters<typeof started.end>[0] = 'refused'
    try {
      const { gateway, showContact } = telegram
      const answer = await showContact(route.wayOut, route.endpoint, () =>
        gateway.logIn({ ...route, method: { kind: 'bot', token } }, noPrompts, signal),
      )
      if (answer.kind !== 'failed' || answer.status !== 'network') outcome = 'answered'
      return answer.kind === 'made' ? { ...answer, apiId: route.app.apiId } : answer
    } finally {
      started.end(outcome)
    }
  } finally {
    wipeRoute(route)
  }
}

/** Waits until a conversation may start on a way; false when it was called off meanwhile. */
async function turnOn(pace: Pace, clock: PaceClock, way: string, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    if (signal.aborted) return false
    const waitMs = pace.startsAt(way, null) - clock.now()
    if (waitMs <= 0) return true
    await new Promise<void>((resolve) => {
      const unsubscribe = pace.onEnd(go)
      const callOff = Number.isFinite(waitMs) ? clock.after(waitMs, go) : () => {}
      signal.addEventListener('abort', go, { once: true })
      function go(): void {
        unsubscribe()
        callOff()
        signal.removeEventListener('abort', go)
        resolve()
      }
    })
  }
}

/** A token needs nothing else. */
const noPrompts = {
  showQr: () => {},
  scanned: () => {},
  askCode: () => Promise.reject(new Error('bots are asked for no code')),
  askPassword: () => Promise.reject(new Error('bots are asked for no password')),
}
