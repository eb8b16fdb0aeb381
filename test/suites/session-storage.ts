import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Secret } from '../../src/main/domain/secret.ts'
import { emptySession, type Session } from '../../src/main/domain/session.ts'
import { loginOf } from '../../src/main/sources/own-writes.ts'
import type { SessionStorage, StorageEvent } from '../../src/main/sources/session-storage.ts'
import type { WriteTarget } from '../../src/main/sources/session-store.ts'

/** A fresh, empty place that holds sessions, writable. */
export interface StoragePlace {
  readonly storage: SessionStorage
  /** How a session is written there. */
  readonly target: WriteTarget
  /** What the app logged. */
  readonly logged: readonly unknown[]
  /** The same place as another process sees it; absent where no other process gets at it. */
  readonly elsewhere?: SessionStorage
  close(): Promise<void>
}

interface Recorder {
  readonly events: StorageEvent[]
  readonly observer: (event: StorageEvent) => void
}

function recorder(): Recorder {
  const events: StorageEvent[] = []
  return { events, observer: (event) => void events.push(event) }
}

/** A session of DC 2 with a key of its own, and its key id. */
function newSession(authKey: Uint8Array = randomBytes(256)): { session: Session; keyId: string; authKey: Uint8Array } {
  const session: Session = {
    ...emptySession(),
    test: false,
    dataCenters: [{ id: 2, address: '149.154.167.51', port: 443, authKey: new Secret(authKey), home: true }],
  }
  return { session, keyId: loginOf(session) ?? '', authKey }
}

/** What happened, in short: `created 0123456789abcdef`. */
function short(events: readonly StorageEvent[]): string[] {
  return events.map((event) => (event.type === 'reset' ? event.type : `${event.type} ${event.keyId}`))
}

const soon = { timeout: 15_000, interval: 10 }

/** The rules that every implementation of {@link SessionStorage} keeps, numbered as in `docs/adding-a-store.md`. */
export function sessionStorageSuite(name: string, open: () => Promise<StoragePlace>): void {
  describe(`sessions of ${name}`, () => {
    let place: StoragePlace
    let storage: SessionStorage
    beforeEach(async () => {
      place = await open()
      storage = place.storage
    })
    afterEach(() => place.close())

    const create = (wish: string, session: Session) => storage.create(wish, session, place.target)
    function keysIn(one: SessionStorage = storage): (string | null)[] {
      const keys: (string | null)[] = []
      for (let cursor: string | null = null; ; ) {
        const page = one.list({ cursor, limit: 2 })
        keys.push(...page.sessions.map(({ keyId }) => keyId))
        cursor = page.cursor
        if (cursor === null) return keys
      }
    }

    it('1: tells of a change once it is durable, and of nothing when nothing changed', async () => {
      const { session, keyId } = newSession()
      const seen: unknown[] = []
      storage.subscribe(async (event) => {
        if (event.type !== 'created') return
        const opened = await storage.get(event.ref)
        seen.push(opened.session.dataCenters.some(({ authKey }) => authKey !== null))
        await opened.close()
      })
      const { events, observer } = recorder()
      storage.subscribe(observer)
      const first = await create('one', session)
      expect(first.created).toBe(true)
      await vi.waitFor(() => expect(seen).toEqual([true]), soon)
      expect(await create('one again', session)).toEqual({ ref: first.ref, created: false })
      expect(await storage.destroy({ sourceId: first.ref.sourceId, key: 'no:such/session' })).toBe('absent')
      await storage.destroy(first.ref)
      await vi.waitFor(() => expect(short(events)).toEqual([`created ${keyId}`, `destroyed ${keyId}`]), soon)
    })

    it('2: tells of one session in order, also when it comes again', async () => {
      const { session, keyId } = newSession()
      const { events, observer } = recorder()
      storage.subscribe(async (event) => {
        await new Promise((resolve) => setTimeout(resolve, event.type === 'created' ? 20 : 0))
        observer(event)
      })
      for (let round = 0; round < 2; round += 1) {
        const { ref } = await create('one', session)
        expect(await storage.destroy(ref)).toBe('destroyed')
      }
      const round = [`created ${keyId}`, `destroyed ${keyId}`]
      await vi.waitFor(() => expect(short(events)).toEqual([...round, ...round]), soon)
    })

    it('3: is not disturbed by an observer that throws or rejects, and logs no content', async () => {
      const { session, keyId } = newSession()
      storage.subscribe(() => {
        throw new Error(`thrown ${keyId}`)
      })
      storage.subscribe(() => Promise.reject(new Error(`rejected ${keyId}`)))
      const { events, observer } = recorder()
      storage.subscribe(observer)
      const { ref } = await create('one', session)
      await storage.destroy(ref)
      await vi.waitFor(() => expect(short(events)).toEqual([`created ${keyId}`, `destroyed ${keyId}`]), soon)
      expect(JSON.stringify(place.logged)).not.toContain(keyId)
    })

    it('4: lets an observer call it, and end its own subscription', async () => {
      const { session, keyId } = newSession()
      const second = newSession()
      const told: string[] = []
      const once = async (event: StorageEvent): Promise<void> => {
        told.push(event.type)
        storage.unsubscribe(once)
        await create('two', second.session)
      }
      storage.subscribe(once)
      const { events, observer } = recorder()
      storage.subscribe(observer)
      await create('one', session)
      await vi.waitFor(() => expect(short(events)).toEqual([`created ${keyId}`, `created ${second.keyId}`]), soon)
      expect(told).toEqual(['created'])
    })

    it('5: misses nothing between subscribing and listing', async () => {
      const { events, observer } = recorder()
      const all = Array.from({ length: 5 }, () => newSession())
      const creating = Promise.all(all.map(({ session }, index) => create(`bot ${index}`, session)))
      await new Promise((resolve) => setImmediate(resolve))
      storage.subscribe(observer)
      const listed = keysIn()
      await creating
      await vi.waitFor(() => {
        const known = new Set([...listed, ...events.map((event) => (event.type === 'reset' ? null : event.keyId))])
        expect(all.every(({ keyId }) => known.has(keyId))).toBe(true)
      }, soon)
      expect(new Set(keysIn())).toEqual(new Set(all.map(({ keyId }) => keyId)))
      expect(keysIn()).toHaveLength(all.length)
    })

    it('6: tells of what another process does, and who did it', async (test) => {
      const { elsewhere } = place
      if (!elsewhere) return test.skip('no other process gets at it')
      const { events, observer } = recorder()
      storage.subscribe(observer)
      const ours = newSession()
      const theirs = newSession()
      await create('ours', ours.session)
      const { ref } = await elsewhere.create('theirs', theirs.session, place.target)
      await vi.waitFor(
        () => expect(short(events).toSorted()).toEqual([`created ${ours.keyId}`, `created ${theirs.keyId}`].toSorted()),
        soon,
      )
      const origins = events.map((event) => event.type !== 'reset' && [event.keyId, event.origin])
      expect(origins).toContainEqual([theirs.keyId, 'outside'])
      expect(await elsewhere.destroy(ref)).toBe('destroyed')
      await vi.waitFor(() => expect(short(events)).toContain(`destroyed ${theirs.keyId}`), soon)
      expect(storage.has({ keyId: theirs.keyId })).toBe(false)
      expect(storage.has({ keyId: ours.keyId })).toBe(true)
    })

    it('7: creates and destroys once when asked twice at the same time', async () => {
      const { session, keyId } = newSession()
      const { events, observer } = recorder()
      storage.subscribe(observer)
      const created = await Promise.all([create('one', session), create('one', session)])
      expect(created.filter((one) => one.created)).toHaveLength(1)
      const ref = created[0]?.ref
      if (!ref) throw new Error('not created')
      const ended = await Promise.all([storage.destroy(ref), storage.destroy(ref)])
      expect(ended.toSorted()).toEqual(['absent', 'destroyed'])
      await vi.waitFor(() => expect(short(events)).toEqual([`created ${keyId}`, `destroyed ${keyId}`]), soon)
    })

    it('8: ends all subscriptions when it is closed, once and for all', async () => {
      const { events, observer } = recorder()
      storage.subscribe(observer)
      storage.close()
      storage.close()
      const { session } = newSession()
      await expect(create('one', session)).rejects.toMatchObject({ code: 'request.unsupported' })
      expect(() => storage.list({ cursor: null, limit: 1 })).toThrow('request.unsupported')
      expect(() => storage.subscribe(observer)).toThrow('request.unsupported')
      storage.unsubscribe(observer)
      expect(events).toEqual([])
    })

    it('9: knows a session by its key, and two keys under one name as two', async () => {
      const one = newSession()
      const other = newSession()
      const first = await create('same name', one.session)
      const second = await create('same name', other.session)
      expect(first.ref.key).not.toBe(second.ref.key)
      expect(storage.has({ keyId: one.keyId })).toBe(true)
      expect(storage.has({ keyId: one.keyId, key: second.ref.key })).toBe(false)
      expect(storage.has({ keyId: newSession().keyId })).toBe(false)
    })

    it('counts an observer once, passes over one it does not know, and never tells a secret', async () => {
      const { session, keyId, authKey } = newSession()
      const { events, observer } = recorder()
      storage.subscribe(observer)
      const end = storage.subscribe(observer)
      storage.unsubscribe(() => undefined)
      const { ref } = await create('one', session)
      await vi.waitFor(() => expect(short(events)).toEqual([`created ${keyId}`]), soon)
      const told = JSON.stringify(events)
      for (const encoding of ['hex', 'base64', 'base64url', 'latin1'] as const) {
        expect(told).not.toContain(Buffer.from(authKey).toString(encoding).slice(12, 40))
      }
      end()
      await storage.destroy(ref)
      expect(short(events)).toEqual([`created ${keyId}`])
    })
  })
}
