import { keyIdOf } from '../domain/key-id.ts'
import { homeOf, type Session } from '../domain/session.ts'
import type { Ref } from './interfaces.ts'
import type { SessionStore } from './session-store.ts'

/** Who made a change: a call of this app, or whoever else writes there, found by looking. */
export type ChangeOrigin = 'app' | 'outside'

/** Remembers what the app itself is writing, so that its changes are told from those of others. */
export interface OwnWrites {
  /** The same store, whose writes are remembered while they run. */
  marked(sourceId: string, store: SessionStore): SessionStore
  during<T>(sourceId: string, what: string, work: () => Promise<T>): Promise<T>
  originOf(ref: Ref, keyId: string | null): ChangeOrigin
}

export function createOwnWrites(): OwnWrites {
  /** How many writes are under way, by source and by session or key id. */
  const running = new Map<string, number>()

  async function during<T>(sourceId: string, what: string, work: () => Promise<T>): Promise<T> {
    const name = `${sourceId}\0${what}`
    running.set(name, (running.get(name) ?? 0) + 1)
    try {
      return await work()
    } finally {
      const left = (running.get(name) ?? 1) - 1
      if (left > 0) running.set(name, left)
      else running.delete(name)
    }
  }

  return {
    during,
    marked(sourceId, store) {
      const { add, delete: remove } = store
      return {
        ...store,
        ...(add && {
          add: (name, session, target) => during(sourceId, loginOf(session) ?? '', () => add(name, session, target)),
        }),
        ...(remove && { delete: (key) => during(sourceId, key, () => remove(key)) }),
      }
    },
    originOf: ({ sourceId, key }, keyId) =>
      running.has(`${sourceId}\0${key}`) || running.has(`${sourceId}\0${keyId ?? ''}`) ? 'app' : 'outside',
  }
}

/** The key id by which a session is known; null when it holds no key. */
export function loginOf(session: Session): string | null {
  const home = homeOf(session) ?? session.dataCenters.find((dc) => dc.authKey !== null)
  return home?.authKey ? keyIdOf(home.authKey) : null
}
