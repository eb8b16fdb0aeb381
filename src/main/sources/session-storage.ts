import { AppError, isAppError } from '../domain/errors.ts'
import type { Session } from '../domain/session.ts'
import type { Log } from '../ports.ts'
import type { CatalogStore } from './catalog.ts'
import type { Ref } from './interfaces.ts'
import { type ChangeOrigin, loginOf, type OwnWrites } from './own-writes.ts'
import type { OpenSession, SessionStore, SessionSummary, WriteTarget } from './session-store.ts'

/** What became of a session of the source. Never carries a secret: a key is named by its id. */
export type StorageEvent =
  | {
      readonly type: 'created' | 'changed' | 'destroyed'
      readonly ref: Ref
      readonly keyId: string | null
      readonly atMs: number
      readonly origin: ChangeOrigin
    }
  /** Track of the source was lost: list again. */
  | { readonly type: 'reset'; readonly sourceId: string; readonly atMs: number }

/** Told of events one after the other: the next comes when the promise of the one before is settled. */
type StorageObserver = (event: StorageEvent) => void | Promise<void>

/**
 * The sessions of one source, whatever it is: memory, the vault, a folder, a shared store. An event comes after its
 * change is durable; those of one session come in order; an observer that fails disturbs nobody.
 * After {@link close} all throw AppError request.unsupported.
 */
export interface SessionStorage {
  /** Stores a session whose key the source does not hold yet; else answers where it is, without an event. */
  create(name: string, session: Session, target: WriteTarget): Promise<{ readonly ref: Ref; readonly created: boolean }>
  /** By key id, and by the session's key where the source holds one login several times. */
  has(id: { readonly keyId: string; readonly key?: string }): boolean
  /** To the trash. */
  destroy(ref: Ref): Promise<'destroyed' | 'absent'>
  /** A page in the order of the keys; `cursor` is null for the first one, and in the answer after the last one. */
  list(window: { readonly cursor: string | null; readonly limit: number }): {
    readonly sessions: readonly SessionSummary[]
    readonly cursor: string | null
  }
  /** @throws AppError session.not-found */
  get(ref: Ref): Promise<OpenSession>
  /** The same observer twice counts once. @returns what ends it */
  subscribe(observer: StorageObserver): () => void
  /** One that is not subscribed is passed over. */
  unsubscribe(observer: StorageObserver): void
  /** Ends all subscriptions; a second time does nothing. */
  close(): void
}

interface StorageOptions {
  readonly sourceId: string
  /** As it is now: abilities change. */
  readonly store: () => SessionStore
  readonly catalog: CatalogStore
  readonly ownWrites: Pick<OwnWrites, 'originOf'>
  readonly now: () => number
  readonly log: Log
}

export function openSessionStorage(options: StorageOptions): SessionStorage {
  const { sourceId, catalog, now, log } = options
  /** What each observer still has to be told. */
  const observers = new Map<StorageObserver, { told: Promise<void> }>()
  /** Two calls for one login or one session go one after the other. */
  const turns = new Map<string, Promise<unknown>>()
  let closed = false

  const stopObserving = catalog.observe({
    onChanges(changes) {
      for (const { type, ref, keyId } of changes) {
        if (ref.sourceId !== sourceId) continue
        tell({ type, ref, keyId, atMs: now(), origin: options.ownWrites.originOf(ref, keyId) })
      }
    },
    onReset(id) {
      if (id === sourceId) tell({ type: 'reset', sourceId, atMs: now() })
    },
  })

  function tell(event: StorageEvent): void {
    for (const [observer, queue] of observers) {
      queue.told = queue.told.then(async () => {
        // It may have ended its subscription while it waited.
        if (observers.get(observer) !== queue) return
        try {
          await observer(event)
        } catch {
          log.warn('an observer of sessions failed', { sourceId, event: event.type })
        }
      })
    }
  }

  function assertOpen(): void {
    if (closed) throw new AppError('request.unsupported', { reason: 'this storage is closed' })
  }

  async function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = turns.get(name) ?? Promise.resolve()
    const done = before.then(work, work)
    turns.set(name, done)
    try {
      return await done
    } finally {
      if (turns.get(name) === done) turns.delete(name)
    }
  }

  const holding = (keyId: string): readonly Ref[] =>
    catalog
      .byKeyId(keyId)
      .map(({ ref }) => ref)
      .filter((ref) => ref.sourceId === sourceId)

  const storage: SessionStorage = {
    async create(name, session, target) {
      assertOpen()
      const keyId = loginOf(session)
      return inTurn(`key ${keyId ?? ''}`, async () => {
        const [there] = keyId === null ? [] : holding(keyId)
        if (there) return { ref: there, created: false }
        const { add } = options.store()
        if (!add) throw new AppError('source.read-only', {})
        return { ref: { sourceId, key: await add(name, session, target) }, created: true }
      })
    },
    has({ keyId, key }) {
      assertOpen()
      return holding(keyId).some((ref) => key === undefined || ref.key === key)
    },
    async destroy(ref) {
      assertOpen()
      return inTurn(`session ${ref.key}`, async () => {
        if (ref.sourceId !== sourceId || !catalog.find(ref)) return 'absent'
        const { delete: remove } = options.store()
        if (!remove) throw new AppError('source.read-only', {})
        try {
          await remove(ref.key)
          return 'destroyed'
        } catch (error) {
          if (isAppError(error, 'session.not-found')) return 'absent'
          throw error
        }
      })
    },
    list({ cursor, limit }) {
      assertOpen()
      const keys = catalog.keysAfter(sourceId, cursor ?? '', limit + 1)
      const shown = keys.slice(0, limit)
      return {
        sessions: shown.map((key) => catalog.get({ sourceId, key }).summary),
        cursor: keys.length > limit ? (shown.at(-1) ?? null) : null,
      }
    },
    async get(ref) {
      assertOpen()
      return options.store().open(ref.key)
    },
    subscribe(observer) {
      assertOpen()
      if (!observers.has(observer)) observers.set(observer, { told: Promise.resolve() })
      return () => storage.unsubscribe(observer)
    },
    unsubscribe: (observer) => void observers.delete(observer),
    close() {
      closed = true
      stopObserving()
      observers.clear()
    },
  }
  return storage
}
