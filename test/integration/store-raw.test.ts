import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RawCell } from '../../src/shared/contract/sessions.ts'
import { leaksOf, textOf } from '../support/canary/leak-search.ts'
import { collected, everything, openTestApp, type TestApp, waitFor } from '../support/app/open-test-app.ts'
import { everyStoreKit, type RunningStore } from '../support/servers/stores.ts'

/** A Telethon string of DC 2 around a key. */
function telethonString(key: Uint8Array): string {
  const bytes = Buffer.concat([Buffer.of(2, 149, 154, 167, 51, 1, 187), key])
  return `1${bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')}`
}

const cellText = (cell: RawCell): string => ('text' in cell ? cell.text : '')

/** Formats beside the one that a kit's sessions are written as. */
const MORE: Readonly<Record<string, readonly string[]>> = { 'MongoDB without change streams': ['pyrogram.mongo'] }

const cases = (await everyStoreKit()).flatMap((kit) =>
  [null, ...(MORE[kit.name] ?? [])].map((format) => ({ kit, format })),
)

for (const { kit, format } of cases) {
  describe.skipIf(kit.missing !== null)(
    `raw view of ${format ?? 'sessions'} in ${kit.name}${kit.missing === null ? '' : ` (${kit.missing})`}`,
    () => {
      let server: RunningStore
      let deck: TestApp
      beforeAll(async () => {
        server = await kit.start()
      })
      afterAll(() => server.stop())
      beforeEach(async () => {
        deck = await openTestApp()
      })
      afterEach(() => deck.close())

      const rows = async (sourceId: string) =>
        (await deck.client.sessions.list(everything)).rows.filter(({ ref }) => ref.sourceId === sourceId)

      async function save(refs: { sourceId: string; key: string }[], sourceId: string) {
        const events = await collected(
          await deck.client.exports.save({
            refs,
            target: { formatId: format ?? server.formatId, variant: '' },
            values: { 'user-id': '1234567', 'is-bot': 'true' },
            destination: { kind: 'source', sourceId },
            protection: { kind: 'plain', confirmed: true },
          }),
        )
        expect(events.at(-1)).toMatchObject({ type: 'done', failed: 0 })
      }

      it('shows what is one session’s alone, page by page, and of its key the length', async () => {
        await deck.client.app.protect({ passphrase: 'correct horse battery' })
        const { location, ticket } = await deck.client.sources.parseStoreAddress({ text: server.address })
        const { id } = await deck.client.sources.addStore({ location, ...(ticket && { ticket }) })
        await waitFor(async () => (await deck.client.sources.list()).find((one) => one.id === id)?.state === 'live')
        await deck.client.sources.allowWriting({ sourceId: id, allow: true, confirmed: true })

        // One with peers, and another whose rows must not be seen.
        const folder = await deck.addSource(deck.place('bots', 'telethon/schema7.session'))
        const [file] = await rows(folder)
        const other = randomBytes(256)
        const { ticket: staged, items } = await deck.client.imports.stageText({ text: telethonString(other) })
        await collected(
          await deck.client.imports.commit({
            ticket: staged,
            items: items.map(({ id: item }) => ({ id: item, name: 'other' })),
            destination: { kind: 'source', sourceId: 'memory' },
            target: null,
            values: {},
          }),
        )
        const [memory] = await rows('memory')
        if (!file || !memory) throw new Error('not there')
        await save([file.ref, memory.ref], id)

        const row = (await rows(id)).find(({ keyId }) => keyId === file.keyId)
        if (!row) throw new Error('not there')
        const { ref } = row
        const detail = await deck.client.sessions.get({ ref })
        expect(detail.abilities.raw).toBe(true)
        const peers = (await deck.client.peers.page({ ref, offset: 0, limit: 500 })).peers
        expect(peers.length).toBeGreaterThan(2)

        const tables = await deck.client.sessions.rawTables({ ref })
        const named = (word: RegExp) =>
          tables.find(({ name }) => word.test(name)) ?? { name: '', rows: -1, columns: [] }
        const sessions = named(/session/)
        const entities = named(/entit|^peers/)
        expect(sessions.rows).toBe(1)
        expect(entities.rows).toBeGreaterThanOrEqual(peers.length)
        expect(sessions.columns.some(({ primaryKey }) => primaryKey)).toBe(true)

        const page = (table: string, offset: number, limit: number) =>
          deck.client.sessions.rawRows({ ref, table, offset, limit })
        const all = await page(entities.name, 0, 500)
        expect(all.total).toBe(entities.rows)
        expect(all.rows).toHaveLength(entities.rows)
        expect(all.rows.every((cells) => cells.length === entities.columns.length)).toBe(true)
        const first = await page(entities.name, 0, 2)
        const next = await page(entities.name, 2, 2)
        expect([...first.rows, ...next.rows]).toEqual(all.rows.slice(0, 4))
        expect(next.total).toBe(entities.rows)
        expect(await page(entities.name, entities.rows, 10)).toEqual({ total: entities.rows, rows: [] })
        const shown = all.rows.flat().map(cellText).join('\n')
        for (const { markedId } of peers) expect(shown).toContain(markedId)

        const login = await page(sessions.name, 0, 10)
        const secrets = login.rows.flat().filter(({ kind }) => kind === 'secret')
        expect(secrets.length).toBeGreaterThan(0)
        expect(Math.max(...secrets.map((cell) => ('byteLength' in cell ? cell.byteLength : 0)))).toBeGreaterThanOrEqual(
          256,
        )

        const target = { formatId: 'telethon.string', variant: '' }
        const { value } = await deck.client.secrets.reveal({
          ref,
          target,
          values: {},
          confirmed: true,
          purpose: 'show',
        })
        const key = Buffer.from(value.slice(1), 'base64url').subarray(7)
        const everyRow = await Promise.all(tables.map(({ name }) => page(name, 0, 500)))
        const seen = textOf([tables, everyRow])
        for (const secret of [key, other]) expect(leaksOf(secret, seen)).toEqual([])
        expect(seen).not.toContain('other')

        await expect(page('no such table', 0, 1)).rejects.toMatchObject({ code: 'request.invalid' })
        await expect(deck.client.sessions.rawTables({ ref: { ...ref, key: `${ref.key}-none` } })).rejects.toMatchObject(
          { code: 'session.not-found' },
        )
      })
    },
  )
}
