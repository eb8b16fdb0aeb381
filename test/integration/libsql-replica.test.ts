import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Client, createClient } from '@libsql/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { collected, everything, openTestApp, type TestApp, waitFor } from '../support/app/open-test-app.ts'
import { libsqlMissing, type LibsqlServer, startLibsql } from '../support/servers/libsql.ts'
import { treeState } from '../support/tree-state.ts'

const missing = libsqlMissing()

/** A Telethon string of DC 2 around a random key. */
function telethonString(): string {
  const bytes = Buffer.concat([Buffer.of(2, 149, 154, 167, 51, 1, 187), randomBytes(256)])
  return `1${bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')}`
}

describe.skipIf(missing !== null)(`an embedded replica of libSQL${missing ? ` (${missing})` : ''}`, () => {
  let server: LibsqlServer
  let deck: TestApp
  let folder: string
  const clients: Client[] = []
  beforeEach(async () => {
    server = await startLibsql()
    deck = await openTestApp()
    folder = join(deck.root, 'bot')
    mkdirSync(folder)
    await deck.client.app.protect({ passphrase: 'correct horse battery' })
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close()
    await deck.close()
    await server.stop()
  })

  const sources = () => deck.client.sources
  const rows = async (sourceId: string) =>
    (await deck.client.sessions.list(everything)).rows.filter(({ ref }) => ref.sourceId === sourceId)

  /** As a bot's program has it in its configuration. */
  const config = () => ({ url: `file:${join(folder, 'bot.db')}`, syncUrl: server.url, authToken: server.token })

  async function addServer(): Promise<string> {
    const text = `const client = createClient(${JSON.stringify(config(), null, 2)})`
    const { location, ticket, hasPassword, ignored } = await sources().parseStoreAddress({ text })
    expect({ location, hasPassword, ignored }).toMatchObject({
      location: { kind: 'libsql', hosts: [server.url] },
      hasPassword: true,
      ignored: ['url'],
    })
    const { id } = await sources().addStore({ location, ...(ticket && { ticket }) })
    await waitFor(async () => (await sources().list()).find((one) => one.id === id)?.state === 'live')
    await sources().allowWriting({ sourceId: id, allow: true, confirmed: true })
    return id
  }
  async function putOnServer(sourceId: string, name: string): Promise<void> {
    const { ticket, items } = await deck.client.imports.stageText({ text: telethonString() })
    const events = await collected(
      await deck.client.imports.commit({
        ticket,
        items: items.map(({ id }) => ({ id, name })),
        destination: { kind: 'source', sourceId },
        target: { formatId: 'ferogram.sqlite', variant: '' },
        values: {},
      }),
    )
    expect(events.at(-1)).toMatchObject({ type: 'done', imported: 1 })
  }

  it('is read without harm and written never: changes are made where the server is a source', async () => {
    const serverId = await addServer()
    await putOnServer(serverId, 'shop')
    const replica = createClient(config())
    clients.push(replica)
    await replica.sync()
    const before = treeState(folder)
    expect(Object.keys(before)).toContain('bot.db-client_wal_index')

    const folderId = await deck.addSource(folder)
    const [row] = await rows(folderId)
    const [original] = await rows(serverId)
    if (!row || !original) throw new Error('not listed')
    expect(row).toMatchObject({ keyId: original.keyId, status: 'attention', problem: { code: 'source.replica' } })
    expect(row.problem?.message).toContain('add it as a source')
    const detail = await deck.client.sessions.get({ ref: row.ref })
    expect(detail.copies.map(({ ref }) => ref)).toEqual([original.ref])
    expect(detail.companions.map(({ name }) => name)).toContain('bot.db-client_wal_index')
    const string = { ref: row.ref, target: { formatId: 'telethon.string', variant: '' }, values: {} }
    expect((await deck.client.secrets.measure(string)).charLength).toBe(353)

    const shown = await deck.client.sessions.get({ ref: original.ref })
    expect(shown.abilities.raw).toBe(true)
    const raw = (table: string) => deck.client.sessions.rawRows({ ref: original.ref, table, offset: 0, limit: 50 })
    expect((await deck.client.sessions.rawTables({ ref: original.ref })).map(({ name }) => name)).toContain('dcs')
    expect((await raw('dcs')).rows.flat()).toContainEqual({ kind: 'secret', byteLength: 256 })

    const refused = { code: 'request.unsupported', message: expect.stringContaining('add it as a source') as string }
    const [deleted] = await deck.client.sessions.delete({ refs: [row.ref] })
    expect(deleted).toMatchObject({ trashId: null, error: refused })
    const saved = await collected(
      await deck.client.exports.save({
        refs: [original.ref],
        target: { formatId: 'telethon.sqlite', variant: '' },
        values: {},
        destination: { kind: 'file', path: join(folder, 'bot.db') },
        protection: { kind: 'plain', confirmed: true },
        overwrite: true,
      }),
    )
    expect(saved).toContainEqual(expect.objectContaining({ type: 'item', error: refused }))
    expect(treeState(folder)).toEqual(before)

    const [gone] = await deck.client.sessions.delete({ refs: [original.ref] })
    expect(gone?.error).toBeNull()
    await replica.sync()
    await waitFor(async () => (await rows(folderId)).every(({ keyId }) => keyId === null))
  })
})
