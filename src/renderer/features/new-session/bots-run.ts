import { createStore, type StoreApi } from 'zustand'
import type { Client } from '../../../shared/contract/index.ts'
import type { BotLoginEvent } from '../../../shared/contract/telegram.ts'
import { isAborted } from '../../api/errors.ts'
import { askedForPassphrase } from '../../app/protected-call.ts'
import { api } from '../../lib/client.ts'

export type BotsRequest = Omit<Parameters<Client['telegram']['logInBots']>[0], 'tokens'>
export type BotResult = Extract<BotLoginEvent, { type: 'item' }>

/** Where the pasted tokens are: read when they are sent, taken out once they were. */
interface TokenSource {
  read: () => string
  clear: () => void
}

export interface BotsRun {
  phase: 'idle' | 'starting' | 'running' | 'done'
  /** Lines that were sent. */
  total: number
  /** In the order of the lines. */
  items: readonly BotResult[]
  /** It ended before every line had its turn. */
  stopped: boolean
  error: unknown
  start: (tokens: TokenSource, request: BotsRequest) => void
  /** What is signed in already stays. */
  stop: () => void
  startOver: () => void
}

const NOTHING = { phase: 'idle' as const, total: 0, items: [], stopped: false, error: null }

/** Logins from bot tokens, one after the other. One per dialog. */
export function createBotsRun(): StoreApi<BotsRun> {
  let mine: AbortController | null = null
  return createStore<BotsRun>()((set, get) => {
    async function run(tokens: TokenSource, request: BotsRequest, { signal }: AbortController): Promise<void> {
      const text = tokens.read()
      set({ ...NOTHING, phase: 'starting', total: text.split('\n').filter((line) => line.trim() !== '').length })
      try {
        const events = await api().telegram.logInBots({ ...request, tokens: text }, { signal })
        // Until here they could be needed again: a passphrase may be asked for first.
        tokens.clear()
        set({ phase: 'running' })
        let whole = false
        for await (const event of events) {
          if (signal.aborted) return
          if (event.type === 'item') set(({ items }) => ({ items: [...items, event] }))
          else whole = get().items.length >= get().total
        }
        if (!signal.aborted) set({ phase: 'done', stopped: !whole })
      } catch (error) {
        if (signal.aborted || isAborted(error)) return
        if (get().phase === 'running') return set({ phase: 'done', stopped: true, error })
        set(NOTHING)
        if (!askedForPassphrase(error, () => get().start(tokens, request))) set({ error })
      }
    }
    return {
      ...NOTHING,
      start(tokens, request) {
        mine?.abort()
        mine = new AbortController()
        void run(tokens, request, mine)
      },
      stop() {
        mine?.abort()
        mine = null
        if (get().phase === 'running') set({ phase: 'done', stopped: get().items.length < get().total })
        else if (get().phase === 'starting') set(NOTHING)
      },
      startOver: () => set(NOTHING),
    }
  })
}
