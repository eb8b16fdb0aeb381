import { createStore, type StoreApi } from 'zustand'
import type { Peer } from '../../../shared/contract/peers.ts'
import type { SessionRow } from '../../../shared/contract/sessions.ts'
import { isAborted } from '../../api/errors.ts'
import { api } from '../../lib/client.ts'
import { refKey } from '../../lib/refs.ts'

export interface SessionMatches {
  session: SessionRow
  peers: readonly Peer[]
}

interface WhoKnowsState {
  /** What the results are for; empty before the first search. */
  searched: string
  running: boolean
  /** Ended by the person before every session was asked. */
  cancelled: boolean
  done: number
  total: number
  groups: readonly SessionMatches[]
  failed: readonly { session: SessionRow; message: string }[]
  error: unknown
  search: (text: string) => Promise<void>
  cancel: () => void
}

/** More peers of one session are counted, not kept. */
export const MAX_PEERS_SHOWN = 50

const nothing = { done: 0, total: 0, groups: [], failed: [], error: null, cancelled: false } as const

/** A search through every session. Starting a new one ends the one before. */
export function createWhoKnows(): StoreApi<WhoKnowsState> {
  let current: AbortController | null = null
  return createStore<WhoKnowsState>()((set, get) => ({
    ...nothing,
    searched: '',
    running: false,
    async search(text) {
      current?.abort()
      const mine = new AbortController()
      current = mine
      set({ ...nothing, searched: text, running: true })
      const groups = new Map<string, SessionMatches>()
      // Matches come fast: they are shown a few times a second.
      let timer: ReturnType<typeof setTimeout> | undefined
      const show = () => {
        timer = undefined
        if (current === mine) set({ groups: [...groups.values()] })
      }
      try {
        for await (const event of await api().peers.whoKnows({ search: text }, { signal: mine.signal })) {
          if (current !== mine) return
          if (event.type === 'match') {
            add(groups, event.session, event.peer)
            timer ??= setTimeout(show, 120)
          } else if (event.type === 'failed') {
            const { session, message } = event
            set({ failed: [...get().failed, { session, message }] })
          } else if (event.type === 'progress') set({ done: event.done, total: event.total })
        }
      } catch (error) {
        if (current === mine && !mine.signal.aborted && !isAborted(error)) set({ error })
      } finally {
        clearTimeout(timer)
        show()
        if (current === mine) set({ running: false })
      }
    },
    cancel() {
      if (!get().running) return
      current?.abort()
      set({ running: false, cancelled: true })
    },
  }))
}

function add(groups: Map<string, SessionMatches>, session: SessionRow, peer: Peer): void {
  const key = refKey(session.ref)
  const peers = groups.get(key)?.peers ?? []
  groups.set(key, { session, peers: [...peers, peer] })
}
