import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Client } from '../src/shared/contract/index.ts'
import { everything } from './support/app/open-test-app.ts'
import { type ElectronDouble, launch } from './support/electron-double/launch.ts'
import { collectResults } from './support/telegram/telegram-app.ts'

// The built entry with `--demo`, with the double in place of Electron. `npm test` builds first.

const root = realpathSync(mkdtempSync(join(tmpdir(), 'entry-demo-')))
let double: ElectronDouble
let client: Client

beforeAll(async () => {
  process.env['ELECTRON_DOUBLE_STAYS'] = '1'
  const userData = join(root, 'user-data')
  mkdirSync(userData)
  process.argv = ['electron', '.', `--user-data-dir=${userData}`, '--demo']
  double = await launch(process.cwd())
  const window = await vi.waitFor(() => {
    const [first] = double.BrowserWindow.getAllWindows()
    expect(first?.webContents.world['sessionDeck']).toBeDefined()
    return first
  })
  const { port1, port2 } = new MessageChannel()
  const post = window?.webContents.world['postMessage'] as (...given: unknown[]) => void
  post('session-deck:port', '*', [port2])
  port1.start()
  client = createORPCClient<Client>(new RPCLink({ port: port1 as never }))
}, 60_000)
afterAll(() => {
  double.app.quit()
  rmSync(root, { recursive: true, force: true })
})

test('its sample sessions are asked about at a Telegram on this machine', async () => {
  const { view, filters, sort } = everything
  const refs = await vi.waitFor(
    async () => {
      const found = await client.sessions.refs({ view, filters, sort })
      expect(found.length).toBeGreaterThan(200)
      return found.filter(({ key }) => key.startsWith('servers/go/'))
    },
    { timeout: 60_000, interval: 500 },
  )
  const { dcOverrides } = await client.telegram.settings()
  expect(new Set(dcOverrides.map(({ host }) => host))).toEqual(new Set(['127.0.0.1']))
  const { jobId } = await client.telegram.check({ refs })
  const { items } = await collectResults(await client.telegram.results({ jobId }))
  expect(items.filter(({ login }) => login?.status === 'alive').length).toBeGreaterThan(0)
}, 120_000)
