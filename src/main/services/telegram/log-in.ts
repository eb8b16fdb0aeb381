import type { LoginEvent } from '../../../shared/contract/telegram.ts'
import { loginStatusWords } from '../../../shared/login-statuses.ts'
import { AppError } from '../../domain/errors.ts'
import { Secret } from '../../domain/secret.ts'
import type { LoginMethod, LoginPrompts, NewLoginAnswer } from '../../telegram/gateway.ts'
import { wipeRoute } from '../../telegram/wipe.ts'
import type { Core } from '../core.ts'
import { streamOf } from '../queue-iterator.ts'
import { type NewLoginPlace, newLoginRoute } from './new-login-route.ts'
import type { Telegram } from './open-telegram.ts'
import { prepareSaving, type WantedPlace } from './save-login.ts'

/** Logins that wait for a code or password, by id. */
export interface LoginQuestions {
  /** @throws AppError request.expired */
  answer(loginId: string, answer: Secret): void
  ask(loginId: string, signal: AbortSignal): Promise<Secret>
}

export function createLoginQuestions(): LoginQuestions {
  const open = new Map<string, (answer: Secret) => void>()
  return {
    answer: (loginId, answer) => {
      const take = open.get(loginId)
      if (!take) throw new AppError('request.expired', {})
      open.delete(loginId)
      take(answer)
    },
    ask: (loginId, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted()
        const stop = (): void => {
          open.delete(loginId)
          reject(new AppError('request.expired', {}))
        }
        signal.addEventListener('abort', stop, { once: true })
        open.set(loginId, (answer) => {
          signal.removeEventListener('abort', stop)
          resolve(answer)
        })
      }),
  }
}

export interface LogInInput extends NewLoginPlace, WantedPlace {
  readonly method: Extract<LoginMethod, { kind: 'qr' | 'phone' }>
}

/**
 * Signs in by QR code or phone and puts the login where it is wanted. Ending the stream ends the login.
 * @throws AppError telegram.no-app, protection.required and what {@link prepareSaving} refuses
 */
export async function startLogIn(
  core: Core,
  telegram: Telegram,
  questions: LoginQuestions,
  input: LogInInput,
  signal: AbortSignal | undefined,
): Promise<AsyncIteratorObject<LoginEvent, undefined, undefined>> {
  // Refused before anybody is contacted.
  const save = await prepareSaving(core, input)
  wipeRoute(newLoginRoute(telegram.telegram.routes, input))
  return streamOf<LoginEvent>(signal, async (emit, stopped) => {
    const job = core.jobs.start('login', 'Signing in', null, stopped)
    const route = newLoginRoute(telegram.telegram.routes, input)
    const loginId = crypto.randomUUID()
    const ask = (): Promise<Secret> => questions.ask(loginId, job.signal)
    const prompts: LoginPrompts = {
      showQr: (link, expiresAtMs) => emit({ type: 'qr', link: link.openText(), expiresAtMs }),
      scanned: () => emit({ type: 'scanned' }),
      askCode: ({ where, length, refusal }) => {
        emit({ type: 'code', where, length, refused: refusal?.message ?? null })
        return ask()
      },
      askPassword: ({ hint, refusal }) => {
        emit({ type: 'password', hint, refused: refusal?.message ?? null })
        return ask()
      },
    }
    try {
      emit({ type: 'started', loginId })
      const { gateway, showContact } = telegram.telegram
      const made = await showContact(route.wayOut, route.endpoint, () =>
        gateway.logIn({ ...route, method: input.method }, prompts, job.signal),
      )
      if (made.kind !== 'made') return emit({ type: 'failed', error: failureOf(made) })
      try {
        emit({ type: 'made', saved: await save(made.login, route.app.apiId) })
      } finally {
        made.login.authKey.open().fill(0)
      }
    } finally {
      wipeRoute(route)
      job.end()
    }
  })
}

/** Why no login was made, in words. */
export function failureOf(answer: Exclude<NewLoginAnswer, { kind: 'made' }>): { code: string; message: string } {
  if (answer.kind === 'refused') return { code: 'telegram.refused', message: answer.refusal.message }
  const { status, evidence } = answer
  const { meaning, action } = loginStatusWords[status]
  const said = status === 'unknown' || status === 'network' ? ` (${evidence})` : ''
  return {
    code: status === 'network' ? 'telegram.unreachable' : 'telegram.refused',
    message: `${meaning.replace(/\.$/, '')}${said}. ${action}`.trim(),
  }
}
