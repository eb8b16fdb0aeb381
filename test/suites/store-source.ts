import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { collected, everything, openTestApp, type TestApp, waitFor } from '../support/app/open-test-app.ts'
import type { RunningStore, StoreKit } from '../support/servers/stores.ts'

const passphrase = 'correct horse battery'
const plain = { kind: 'plain', confirmed: true } as const
const memory = { kind: 'source', sourceId: 'memory' } as const

/** A Telethon string of DC 2 around a random key. */
function telethonString(key = randomBytes(256)): string {
  const bytes = Buffer.concat([Buffer.of(2, 149, 154, 167, 51, 1, 187), key])
  return `1${bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')}`
}

/** What the app does with a shared store, through its services. */
export function storeSourceSuite({ name, missing, start }: StoreKit): void {
  describe.skipIf(missing !== null)(`${name} as a source${missing === null ? '' : ` (${missing})`}`, () => {
    let server: RunningStore
    let deck: TestApp

    beforeAll(async () => {
      server = await start()
    })
    afterAll(() => server.stop())
    beforeEach(async () => {
      deck = await openTestApp()
    })
    afterEach(async () => {
      await deck.close()
      await server.clear()
    })

    const sources = () => deck.client.sources
    const rows = async () => (await deck.client.sessions.list(everything)).rows

    async function addServer(allowWriting = true) {
      await deck.client.app.protect({ passphrase })
      const { location, ticket } = await sources().parseStoreAddress({ text: server.address })
      const source = await sources().addStore({ location, ...(ticket && { ticket }) })
      await settled(source.id, 'live')
      if (allowWriting) await sources().allowWriting({ sourceId: source.id, allow: true, confirmed: true })
      return source.id
    }
    async function settled(id: string, state: string) {
      await waitFor(async () => (await sources().list()).find((one) => one.id === id)?.state === state)
    }
    async function remember(...names: string[]) {
      const text = names.map(() => telethonString()).join('\n')
      const { ticket, items } = await deck.client.imports.stageText({ text })
      const commit = { ticket, destination: memory, target: null, values: {} }
      const events = await collected(
        await deck.client.imports.commit({
          ...commit,
          items: items.map(({ id }, index) => ({ id, name: names[index] ?? null })),
        }),
      )
      return events.flatMap((event) => (event.type === 'item' && event.ref ? [event.ref] : []))
    }
    async function save(refs: { sourceId: string; key: string }[], sourceId: string) {
      const destination = { kind: 'source', sourceId } as const
      return collected(
        await deck.client.exports.save({
          refs,
          target: { formatId: server.formatId, variant: '' },
          values: {},
          destination,
          protection: plain,
        }),
      )
    }

    it('understands a pasted address, never gives its password back, and asks for a passphrase to seal it', async () => {
      const parsed = await sources().parseStoreAddress({ text: server.address })
      expect(parsed).toMatchObject({ hasPassword: true, ignored: [], location: { tls: { mode: 'off' } } })
      const { location, ticket } = parsed
      expect(JSON.stringify(parsed)).not.toContain(server.password)
      await expect(sources().addStore({ location, ...(ticket && { ticket }) })).rejects.toMatchObject({
        code: 'protection.required',
      })
      const tested = await sources().testStore({ location, ...(ticket && { ticket }) })
      expect(tested).toMatchObject({ found: [], text: expect.stringMatching(/^\w+ \d+.*, no sessions$/) })
      await expect(sources().testStore({ location, password: 'wrong' })).rejects.toMatchObject({
        code: 'source.login-failed',
      })
      expect(JSON.stringify(await sources().list())).not.toContain(server.password)
      expect(JSON.stringify(deck.logged)).not.toContain(server.password)
    })

    it('is read only until writing is allowed, then takes sessions in, gives them back and keeps what is deleted', async () => {
      const sourceId = await addServer(false)
      const refs = await remember('shop', 'bank')
      await expect(save(refs, sourceId)).rejects.toMatchObject({ code: 'source.read-only' })
      await sources().allowWriting({ sourceId, allow: true, confirmed: true })
      const events = await save(refs, sourceId)
      expect(events.at(-1)).toMatchObject({ type: 'done', written: 2, failed: 0 })
      const again = await save(refs.slice(0, 1), sourceId)
      expect(again.at(-1)).toMatchObject({ type: 'done', written: 1 })
      const stored = (await rows()).filter(({ ref }) => ref.sourceId === sourceId)
      expect(stored.map(({ name, formatId }) => [name, formatId])).toEqual([
        ['bank', server.formatId],
        ['shop', server.formatId],
        [expect.stringMatching(/^shop.2$/), server.formatId],
      ])
      const shop = stored.find(({ name }) => name === 'shop')
      if (!shop) throw new Error('not there')
      expect((await deck.client.sessions.get({ ref: shop.ref })).abilities).toMatchObject({
        delete: true,
        export: true,
      })
      const string = { ref: shop.ref, target: { formatId: 'telethon.string', variant: '' }, values: {} }
      expect((await deck.client.secrets.measure(string)).charLength).toBe(353)

      const [deleted] = await deck.client.sessions.delete({ refs: [shop.ref] })
      expect(deleted).toMatchObject({ error: null, trashId: expect.any(String) })
      expect((await rows()).filter(({ ref }) => ref.sourceId === sourceId)).toHaveLength(2)
      expect(await deck.client.trash.restore({ ids: [deleted?.trashId ?? ''] })).toMatchObject([{ error: null }])
      const back = (await rows()).find(({ ref }) => ref.key === shop.ref.key)
      expect(back).toMatchObject({ keyId: shop.keyId, name: 'shop' })
    })

    it('shows what somebody else adds, and not any more what somebody takes away', async () => {
      const sourceId = await addServer()
      await save(await remember('first'), sourceId)
      await server.copy('first', 'second')
      await waitFor(async () => (await rows()).some(({ name }) => name === 'second'))
      await server.remove('second')
      await waitFor(async () => !(await rows()).some(({ name }) => name === 'second'))
    })

    it('is locked with the app, and comes back with the passphrase', async () => {
      const sourceId = await addServer()
      await deck.client.app.lock()
      await settled(sourceId, 'locked')
      await deck.client.app.unlock({ passphrase })
      await settled(sourceId, 'live')
    })

    it('says that the server went, keeps its sessions, and recovers by itself', async () => {
      const sourceId = await addServer()
      await save(await remember('kept'), sourceId)
      await server.kill()
      await settled(sourceId, 'error')
      const source = (await sources().list()).find(({ id }) => id === sourceId)
      expect(source?.problem?.code).toBe('source.unreachable')
      expect((await rows()).filter(({ ref }) => ref.sourceId === sourceId)).toHaveLength(1)
      await server.restart()
      await settled(sourceId, 'live')
    })

    it('is added while its server is down, and comes when that does', async () => {
      await server.kill()
      await deck.client.app.protect({ passphrase })
      const { location, ticket } = await sources().parseStoreAddress({ text: server.address })
      await expect(sources().testStore({ location, ...(ticket && { ticket }) })).rejects.toMatchObject({
        code: 'source.unreachable',
      })
      const { id } = await sources().addStore({ location, ...(ticket && { ticket }), name: 'Bots' })
      await settled(id, 'error')
      await server.restart()
      await settled(id, 'live')
      await expect(sources().addStore({ location })).rejects.toMatchObject({ code: 'source.exists' })
      const elsewhere = { ...location, hosts: ['127.0.0.1:1'] }
      await expect(sources().updateStore({ sourceId: id, location: elsewhere })).rejects.toMatchObject({
        code: 'request.invalid',
        data: { field: 'password' },
      })
    })

    it('takes imported strings in, in a format it holds', async () => {
      const sourceId = await addServer()
      const { ticket, items } = await deck.client.imports.stageText({ text: telethonString() })
      const commit = {
        ticket,
        items: items.map(({ id }) => ({ id, name: 'pasted' })),
        destination: { kind: 'source', sourceId } as const,
        values: {},
      }
      const refused = await collected(
        await deck.client.imports.commit({ ...commit, target: { formatId: 'telethon.string', variant: '' } }),
      )
      expect(refused[0]).toMatchObject({ type: 'item', error: { code: 'format.not-writable' } })
      const target = { formatId: server.formatId, variant: '' }
      const events = await collected(await deck.client.imports.commit({ ...commit, target }))
      expect(events.at(-1)).toEqual({ type: 'done', imported: 1, failed: 0 })
      expect((await rows()).map(({ name, formatId }) => [name, formatId])).toEqual([['pasted', server.formatId]])
    })

    it('goes on with a move after the server died on the way: every session once, none half', async () => {
      const sourceId = await addServer()
      const names = Array.from({ length: 40 }, (_, index) => `bot-${String(index).padStart(2, '0')}`)
      const refs = await remember(...names)
      const destination = { kind: 'source', sourceId } as const
      const target = { formatId: server.formatId, variant: '' }
      let written = 0
      for await (const event of await deck.client.exports.save({
        refs,
        target,
        values: {},
        destination,
        protection: plain,
      })) {
        if (event.type !== 'item') continue
        expect(event.error).toBeNull()
        written += 1
        if (written === 10) void server.kill().then(() => server.restart())
      }
      expect(written).toBe(names.length)
      await settled(sourceId, 'live')
      const stored = (await rows()).filter(({ ref }) => ref.sourceId === sourceId)
      expect(stored.map(({ name }) => name)).toEqual(names)
      expect(stored.every(({ status }) => status === 'ok')).toBe(true)
    })

    it('deletes nothing that somebody put there meanwhile', async () => {
      const sourceId = await addServer()
      await save(await remember('mine', 'theirs'), sourceId)
      const mine = (await rows()).find(({ name, ref }) => name === 'mine' && ref.sourceId === sourceId)
      if (!mine) throw new Error('not there')
      await server.remove('mine')
      await server.copy('theirs', 'mine')
      const [result] = await deck.client.sessions.delete({ refs: [mine.ref] })
      expect(result).toMatchObject({ trashId: null, error: { code: 'source.changed' } })
      expect(await deck.client.trash.list()).toEqual([])
      await waitFor(async () =>
        (await rows()).some(({ ref, keyId }) => ref.key === mine.ref.key && keyId !== mine.keyId),
      )
    })
  })
}
