import { createStore, type StoreApi } from 'zustand'
import type { Client } from '../../../shared/contract/index.ts'
import type { LoginEvent, SavedLogin } from '../../../shared/contract/telegram.ts'
import { isAborted } from '../../api/errors.ts'
import { askedForPassphrase } from '../../app/protected-call.ts'
import { api } from '../../lib/client.ts'

type LoginRequest = Parameters<Client['telegram']['logIn']>[0]

/** Where a login stands. */
export type LoginStage =
  | { kind: 'connecting' }
  | { kind: 'qr'; link: string; expiresAtMs: number }
  | { kind: 'scanned' }
  | { kind: 'code'; where: string; length: number | null; refused: string | null }
  | { kind: 'password'; hint: string | null; refused: string | null }
  | { kind: 'made'; saved: SavedLogin }

export interface LoginRun {
  /** The call is on its way; nobody is contacted yet. */
  starting: boolean
  /** Null while there is no login under way. */
  stage: LoginStage | null
  /** An answer was given, and what comes of it is not known yet. */
  answering: boolean
  /** Why no login was made: a whole sentence. */
  failure: string | null
  /** What a call threw. */
  error: unknown
  start: (request: LoginRequest) => void
  /** The code or password; crosses once, and is not kept. */
  answer: (text: string) => void
  /** Ends the login, wherever it stands; what is made already stays. */
  stop: () => void
}

const NOTHING = { starting: false, stage: null, answering: false, failure: null, error: null }
const STOPPED = 'The login was stopped before it was made.'

/** A login by QR code or phone, from the first call to the session. One per dialog. */
export function createLoginRun(): StoreApi<LoginRun> {
  let mine: AbortController | null = null
  let loginId: string | null = null
  return createStore<LoginRun>()((set, get) => {
    async function run(request: LoginRequest, { signal }: AbortController): Promise<void> {
      set({ ...NOTHING, starting: true })
      try {
        const events = await api().telegram.logIn(request, { signal })
        for await (const event of events) {
          if (signal.aborted) return
          take(event)
        }
        if (!signal.aborted && get().failure === null && get().stage?.kind !== 'made') fail(STOPPED)
      } catch (error) {
        if (signal.aborted || isAborted(error)) return
        set(NOTHING)
        if (!askedForPassphrase(error, () => get().start(request))) set({ error })
      }
    }

    function take(event: LoginEvent): void {
      switch (event.type) {
        case 'started':
          loginId = event.loginId
          return set({ ...NOTHING, stage: { kind: 'connecting' } })
        case 'qr':
          return show({ kind: 'qr', link: event.link, expiresAtMs: event.expiresAtMs })
        case 'scanned':
          return show({ kind: 'scanned' })
        case 'code':
          return show({ kind: 'code', where: event.where, length: event.length, refused: event.refused })
        case 'password':
          return show({ kind: 'password', hint: event.hint, refused: event.refused })
        case 'made':
          return show({ kind: 'made', saved: event.saved })
        case 'failed':
          return fail(event.error.message)
        default:
          return event satisfies never
      }
    }
    const show = (stage: LoginStage) => set({ stage, answering: false })
    const fail = (failure: string) => set({ ...NOTHING, failure })

    return {
      ...NOTHING,
      start(request) {
        mine?.abort()
        mine = new AbortController()
        void run(request, mine)
      },
      answer(text) {
        if (loginId === null || get().answering) return
        set({ answering: true, error: null })
        api()
          .telegram.answerLogin({ loginId, answer: text })
          .catch((error: unknown) => set({ answering: false, error }))
      },
      stop() {
        mine?.abort()
        mine = null
        loginId = null
        set(NOTHING)
      },
    }
  })
}
