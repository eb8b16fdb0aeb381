import type { SessionStore } from './session-store.ts'

/**
 * A scanner's store whose writes show in the list at once, without waiting for the watcher. `keyAt` answers the key of the
 * session in a new file or folder, which has a part of its own where the place could hold several.
 */
export function refreshingStore(
  store: SessionStore,
  refresh: (key: string) => Promise<void>,
  keyAt: (fileKey: string) => string,
): SessionStore {
  const { add, delete: remove } = store
  return {
    ...store,
    ...(add && {
      async add(name, session, target) {
        const key = await add(name, session, target)
        await refresh(key)
        return keyAt(key)
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
