import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { everything, openTestApp, type TestApp } from '../../../test/support/app/open-test-app.ts'
import { collectResults } from '../../../test/support/telegram/telegram-app.ts'
import type { Paths } from '../ports.ts'

let root: string
let paths: Paths
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'demo-service-'))
  paths = { data: join(root, 'data'), scratch: join(root, 'scratch'), home: root, code: join(root, 'none') }
  for (const folder of [paths.data, paths.scratch]) mkdirSync(folder, { mode: 0o700 })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const keychain = { seal: turned, open: turned }
function turned(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes).toReversed()
}

async function samplesIn({ client }: TestApp) {
  const { view, filters, sort } = everything
  return vi.waitFor(
    async () => {
      const refs = await client.sessions.refs({ view, filters, sort })
      expect(refs.length).toBeGreaterThan(200)
      return refs
    },
    { timeout: 60_000, interval: 100 },
  )
}

/** Starts the demo and asks about some of its bots. */
async function statusesOfDemo(earlier: readonly number[] = []): Promise<{ statuses: string[]; ports: number[] }> {
  const deck = await openTestApp({ demo: true, paths, keychain })
  try {
    const refs = (await samplesIn(deck)).filter(({ key }) => key.startsWith('servers/go/'))
    const ports = await vi.waitFor(async () => {
      const { dcOverrides } = await deck.client.telegram.settings()
      const found = dcOverrides.map(({ port }) => port)
      expect(found).not.toEqual([...earlier])
      return found
    }, 20_000)
    const { jobId } = await deck.client.telegram.check({ refs, includeRecent: true })
    const { items } = await collectResults(await deck.client.telegram.results({ jobId }))
    return { statuses: items.map(({ name, login }) => `${name} ${login?.status}`).toSorted(), ports }
  } finally {
    await deck.close()
  }
}

it('knows its logins at a later start of the same folder, too', async () => {
  const first = await statusesOfDemo()
  expect(first.statuses.filter((text) => text.endsWith('alive')).length).toBeGreaterThan(0)
  expect((await statusesOfDemo(first.ports)).statuses).toEqual(first.statuses)
}, 120_000)

it('leaves settings of somebody’s own as they are', async () => {
  const own = { apiId: 4711, apiHash: '0123456789abcdef0123456789abcdef' }
  const before = await openTestApp({ paths, keychain })
  await before.client.telegram.changeSettings(own)
  await before.close()
  const deck = await openTestApp({ demo: true, paths, keychain })
  try {
    await samplesIn(deck)
    const settings = await deck.client.telegram.settings()
    expect(settings).toMatchObject({ apiId: own.apiId, hasApiHash: true, dcOverrides: [], serverKeys: [] })
  } finally {
    await deck.close()
  }
}, 60_000)

it('gives a folder that somebody uses no passphrase that everybody knows', async () => {
  const before = await openTestApp({ paths })
  mkdirSync(join(root, 'bots'))
  await before.addSource(join(root, 'bots'))
  await before.close()
  const deck = await openTestApp({ demo: true, paths })
  try {
    await samplesIn(deck)
    expect((await deck.client.app.info()).protection.state).toBe('none')
    expect(await deck.client.telegram.settings()).toMatchObject({ apiId: null, dcOverrides: [] })
  } finally {
    await deck.close()
  }
}, 60_000)

it('can be closed while it is being made', async () => {
  const deck = await openTestApp({ demo: true, paths, keychain })
  await deck.close()
  expect(deck.logged.filter((entry) => JSON.stringify(entry).includes('DataCloneError'))).toEqual([])
}, 60_000)
