import type { SessionStore } from './session-store.ts'

/** A scanner's store whose writes show in the list at once, without waiting for the watcher. */
export function refreshingStore(store: SessionStore, refresh: (key: string) => Promise<void>): SessionStore {
  const { add, delete: remove } = store
  return {
    ...store,
    ...(add && {
      async add(name, session, target) {
        const key = await add(name, session, target)
        await refresh(key)
        return key
      },
    }),
    ...(remove && {
      async delete(key) {
        const id = await remove(key)
        await refresh(key)
        return id
      },
    }),
  }
}
