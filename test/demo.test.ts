import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import { DEMO_BOTS, DEMO_PEOPLE } from '../src/main/samples/demo-people.ts'
import type { Client } from '../src/shared/contract/index.ts'
import type { LoginEvent } from '../src/shared/contract/telegram.ts'
import { everything } from './support/app/open-test-app.ts'
import { collectResults } from './support/telegram/telegram-app.ts'

// `--demo` as a process of its own, from its sources: a library that is made up, and a Telegram on this machine that knows it.

const server = join(import.meta.dirname, '../src/main/server.ts')
const noter = pathToFileURL(join(import.meta.dirname, 'support/note-connections.js')).href
const root = mkdtempSync(join(tmpdir(), 'demo-test-'))
const connectionsFile = join(root, 'connections.txt')
let child: ChildProcess
let client: Client
let socket: WebSocket

beforeAll(async () => {
  writeFileSync(connectionsFile, '')
  child = spawn(process.execPath, [server, '--demo', '--no-open'], {
    env: {
      ...process.env,
      TMPDIR: root,
      TMP: root,
      // For the processes that it starts as well.
      NODE_OPTIONS: `--import ${noter}`,
      NOTE_CONNECTIONS: connectionsFile,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { origin, hash } = new URL(await readLink(child))
  const signedIn = await fetch(`${origin}/session`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: JSON.stringify({ token: hash.replace('#token=', '') }),
  })
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
  socket = new WebSocket(`${origin.replace('http', 'ws')}/rpc`, { headers: { origin, cookie } })
  client = createORPCClient<Client>(new RPCLink({ websocket: socket as never }))
  await vi.waitFor(async () => expect((await refsBelow('')).length).toBeGreaterThan(200), {
    timeout: 90_000,
    interval: 500,
  })
}, 120_000)

afterAll(async () => {
  socket?.terminate()
  if (child?.exitCode === null) {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  rmSync(root, { recursive: true, force: true })
})

async function readLink(from: ChildProcess): Promise<string> {
  let output = ''
  for await (const chunk of from.stdout as AsyncIterable<Buffer>) {
    output += chunk.toString()
    const link = /http:\/\/\S+#token=\S+/.exec(output)
    if (link) return link[0]
  }
  throw new Error(`the server said: ${output}`)
}

async function refsBelow(folder: string) {
  const { view, filters, sort } = everything
  return (await client.sessions.refs({ view, filters, sort })).filter(({ key }) => key.startsWith(folder))
}

async function logIn(method: Parameters<Client['telegram']['logIn']>[0]['method'], answers: readonly string[]) {
  const events: LoginEvent[] = []
  const left = [...answers]
  let loginId = ''
  const place = { destination: { kind: 'source', sourceId: 'vault' }, target: null, values: {} } as const
  for await (const event of await client.telegram.logIn({ method, ...place })) {
    events.push(event)
    if (event.type === 'started') loginId = event.loginId
    if (event.type === 'code' || event.type === 'password') {
      await client.telegram.answerLogin({ loginId, answer: left.shift() ?? '' })
    }
  }
  return events
}

it('says openly that it asks a server of its own, and asks nobody by itself', async () => {
  const settings = await client.telegram.settings()
  expect(settings).toMatchObject({ hasApiHash: true, explained: false })
  const hosts = settings.dcOverrides.map(({ dcId, host }) => [dcId, host])
  expect(hosts).toEqual([1, 2, 3, 4, 5].map((id) => [id, '127.0.0.1']))
  expect(readFileSync(connectionsFile, 'utf8')).toBe('')
})

it('answers for every session of a folder: most live, others ended in one way or another', async () => {
  const refs = await refsBelow('servers/')
  const { jobId } = await client.telegram.check({ refs })
  const { items } = await collectResults(await client.telegram.results({ jobId }))
  const asked = items.filter(({ outcome }) => outcome === 'checked').map(({ login }) => login?.status)
  expect(items.length).toBe(refs.length)
  expect(asked.length).toBeGreaterThan(50)
  const share = asked.filter((status) => status === 'alive').length / asked.length
  expect(share).toBeGreaterThan(0.5)
  expect(share).toBeLessThan(0.85)
  const expected = ['alive', 'logged-out', 'revoked', 'expired', 'key-unknown', 'duplicated', 'rate-limited', 'frozen']
  expect(asked).toEqual(expect.arrayContaining(expected))
  // What the sessions say of themselves is what Telegram says, too.
  const { rows } = await client.sessions.list({ ...everything, search: 'bot', offset: 0, limit: 200 })
  const known = rows.filter(({ account, login }) => account && login?.latest.account)
  expect(known.length).toBeGreaterThan(10)
  for (const { account, login } of known) expect(login?.latest.account?.id).toBe(account?.id)
}, 120_000)

it('lets bots sign in by token, people by phone and by QR code, and shows their devices', async () => {
  const [ada, grace] = DEMO_PEOPLE
  const made = { type: 'made', saved: { account: { username: ada.username } } }
  const tokens = DEMO_BOTS.map(({ token }) => token).join('\n')
  const place = { destination: { kind: 'source', sourceId: 'vault' }, target: null, values: {} } as const
  const bots = []
  for await (const event of await client.telegram.logInBots({ tokens, ...place })) bots.push(event)
  expect(bots.at(-1)).toEqual({ type: 'done', made: DEMO_BOTS.length, failed: 0 })
  const byPhone = await logIn({ kind: 'phone', phone: `+${grace.phone}` }, ['12345', grace.password])
  expect(byPhone.at(-1)).toMatchObject({ ...made, saved: { account: { username: grace.username } } })
  const byCode = await logIn({ kind: 'qr' }, [])
  expect(byCode.map(({ type }) => type)).toContain('qr')
  const last = byCode.at(-1)
  expect(last).toMatchObject(made)
  const ref = last?.type === 'made' ? last.saved.ref : null
  if (!ref) throw new Error('nothing saved')
  const { devices, mayEndFrom } = await client.telegram.devices({ ref })
  expect(devices.length).toBeGreaterThan(1)
  expect(mayEndFrom).not.toBeNull()
}, 120_000)

it('has contacted this machine alone', () => {
  const targets = new Set(readFileSync(connectionsFile, 'utf8').trim().split('\n'))
  expect(targets.size).toBeGreaterThan(3)
  for (const target of targets) expect(target).toMatch(/^127\.0\.0\.1:\d+$/)
})
