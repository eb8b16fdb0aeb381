import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { type IncomingHttpHeaders, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import type { Client } from '../src/shared/contract/index.ts'

// The built server in a process of its own, spoken to over its socket. `npm test` builds first.

const server = join(import.meta.dirname, '../out/main/server.js')
const root = mkdtempSync(join(tmpdir(), 'headless-test-'))
const data = join(root, 'data')
let child: ChildProcess
let output = ''
let port = 0
let token = ''
let cookie = ''
let origin = ''

beforeAll(async () => {
  child = spawn(process.execPath, [server, '--no-open', '--data', data], { stdio: ['ignore', 'pipe', 'pipe'] })
  const link = new URL(await readLink(child))
  port = Number(link.port)
  origin = link.origin
  token = link.hash.replace('#token=', '')
  const { headers } = await signIn(token)
  cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? ''
})

afterAll(async () => {
  if (child.exitCode === null) {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  rmSync(root, { recursive: true, force: true })
})

async function readLink(from: ChildProcess): Promise<string> {
  for await (const chunk of from.stdout as AsyncIterable<Buffer>) {
    output += chunk.toString()
    const link = /http:\/\/\S+#token=\S+/.exec(output)
    if (link) return link[0]
  }
  throw new Error(`the server said: ${output}`)
}

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Unlike `fetch`, sends the path, the host and the origin just as they are given. */
function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string | Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

function signIn(given: string | null, headers: Record<string, string> = {}): Promise<Answer> {
  return ask(
    'POST',
    '/session',
    { origin, 'content-type': 'application/json', ...headers },
    JSON.stringify({ token: given }),
  )
}

/** 'open', or the status that the upgrade was refused with. */
function upgrade(headers: Record<string, string>, path = '/rpc'): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers })
    socket.on('open', () => {
      resolve('open')
      socket.terminate()
    })
    socket.on('unexpected-response', (_request, response) => resolve(String(response.statusCode)))
    socket.on('error', (error) => resolve(error.message))
  })
}

describe('the link', () => {
  test('carries the token in its fragment, which no server sees', () => {
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(output).toContain(`http://127.0.0.1:${port}/#token=`)
  })

  test('is traded for a cookie that scripts and other sites do not get', async () => {
    const { status, headers } = await signIn(token)
    expect(status).toBe(204)
    expect(headers['set-cookie']?.[0]).toMatch(/^session-deck-\w+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/)
  })

  test.each(['', 'x', 'x'.repeat(43)])('with a wrong token (%j) gets none', async (wrong) => {
    const { status, headers } = await signIn(wrong)
    expect(status).toBe(401)
    expect(headers['set-cookie']).toBeUndefined()
  })

  test('is not needed again after a reload', async () => {
    expect((await signIn(null, { cookie })).status).toBe(204)
    expect((await signIn(null)).status).toBe(401)
    expect((await signIn(null, { cookie: `${cookie}x` })).status).toBe(401)
  })

  test('works for the page of this server alone', async () => {
    expect((await signIn(token, { origin: 'http://evil.example' })).status).toBe(403)
    expect((await signIn(token, { origin: `http://127.0.0.1:${port + 1}` })).status).toBe(403)
    expect((await signIn(token, { origin: 'null' })).status).toBe(403)
  })

  test('is not in the log, and no cookie is', () => {
    const log = readFileSync(join(data, 'logs/session-deck.jsonl'), 'utf8')
    expect(log).toContain('serving')
    expect(log).not.toContain(token)
    expect(log).not.toContain(cookie.split('=')[1])
  })

  test('refuses a sign-in that is too long, and bad JSON', async () => {
    expect((await signIn('x'.repeat(10_000))).status).toBe(413)
    expect((await ask('POST', '/session', { origin }, '{')).status).toBe(401)
    expect((await ask('GET', '/session', { origin })).status).toBe(405)
  })
})

describe('the page', () => {
  test('comes with a strict policy, a nonce of its own and the usual guards', async () => {
    const [first, second] = [await ask('GET', '/'), await ask('GET', '/')]
    expect(first.status).toBe(200)
    const policy = String(first.headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|\*/)
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none'
    expect(first.body.toString()).toContain(nonce)
    expect(first.body.toString()).not.toContain('__CSP_NONCE__')
    expect(String(second.headers['content-security-policy'])).not.toContain(nonce)
    expect(first.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    })
  })

  test.each([
    '/../main/server.js',
    '/%2e%2e/main/server.js',
    '/..%2fmain%2fserver.js',
    '/assets/../../main/server.js',
    '/..%5cmain%5cserver.js',
    '/%00',
    '/%zz',
    '//etc/passwd',
    '/missing.js',
    '/assets',
  ])('is all there is: %s', async (path) => expect((await ask('GET', path)).status).toBe(404))

  test('is not served under a foreign name', async () => {
    for (const host of ['evil.example', `evil.example:${port}`, '10.0.0.1', 'localhost.evil.example']) {
      expect((await ask('GET', '/', { host })).status, host).not.toBe(200)
    }
  })

  test('is served under every name of this computer, whatever the port of the tunnel', async () => {
    for (const host of [`localhost:${port}`, 'localhost:8080', `[::1]:${port}`]) {
      expect((await ask('GET', '/', { host })).status, host).toBe(200)
    }
  })

  test('takes no other methods', async () => expect((await ask('PUT', '/')).status).toBe(405))
})

describe('the socket', () => {
  test('opens for our page with the cookie', async () => expect(await upgrade({ origin, cookie })).toBe('open'))

  test('stays shut for everything else', async () => {
    expect(await upgrade({ origin })).toBe('401')
    expect(await upgrade({ origin, cookie: `${cookie.split('=')[0]}=wrong` })).toBe('401')
    expect(await upgrade({ cookie })).toBe('403')
    expect(await upgrade({ origin: 'http://evil.example', cookie })).toBe('403')
    expect(await upgrade({ origin: 'http://evil.example', host: 'evil.example', cookie })).toBe('403')
    expect(await upgrade({ origin: `http://localhost:${port}`, cookie })).toBe('403')
    expect(await upgrade({ origin: `${origin}.evil.example`, cookie })).toBe('403')
    expect(await upgrade({ origin, cookie }, '/other')).toBe('404')
  })

  test('works through a tunnel on another port', async () => {
    expect(await upgrade({ host: 'localhost:9000', origin: 'http://localhost:9000', cookie })).toBe('open')
  })

  test('closes on a message that is too long', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers: { origin, cookie } })
    await once(socket, 'open')
    socket.send('x'.repeat(17 * 1024 * 1024))
    const [code] = (await once(socket, 'close')) as [number]
    expect([1006, 1009]).toContain(code)
  })

  test('survives messages that make no sense', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers: { origin, cookie } })
    await once(socket, 'open')
    for (const message of ['', '{', '[]', '{"i":1}', Buffer.from([0, 255, 1])]) socket.send(message)
    expect(await upgrade({ origin, cookie })).toBe('open')
    socket.terminate()
  })

  test('carries calls, typed errors, streams and their end', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers: { origin, cookie } })
    const client = createORPCClient<Client>(new RPCLink({ websocket: socket as never }))
    expect(await client.app.info()).toMatchObject({ shell: 'headless', fileDialogs: 'typed', clipboard: 'page' })
    await expect(client.sessions.get({ ref: { sourceId: 'none', key: 'none' } })).rejects.toMatchObject({
      defined: true,
      code: expect.stringMatching(/^(source|session)\.not-found$/),
    })
    const abort = new AbortController()
    const events = await client.app.events(undefined, { signal: abort.signal })
    abort.abort()
    await expect(events.next()).rejects.toThrow()
    socket.terminate()
  })
})

describe('transfers', () => {
  const send = (headers: Record<string, string>, body: string | Buffer = 'bytes') =>
    ask('POST', '/transfer?name=shop.session', headers, body)

  test('take a file from our page, and answer its id', async () => {
    const { status, body } = await send({ origin, cookie })
    expect(status).toBe(200)
    expect(JSON.parse(body.toString())).toEqual({ id: expect.stringMatching(/^[\w-]{32}$/) })
  })

  test('hand a file on to an import, once', async () => {
    const path = join(import.meta.dirname, '../fixtures/telethon/schema7.session')
    const { id } = JSON.parse((await send({ origin, cookie }, readFileSync(path))).body.toString()) as { id: string }
    const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers: { origin, cookie } })
    const client = createORPCClient<Client>(new RPCLink({ websocket: socket as never }))
    const { items } = await client.imports.stageUploads({ uploadIds: [id] })
    expect(items).toMatchObject([{ error: null, formatId: 'telethon.sqlite' }])
    const again = await client.imports.stageUploads({ uploadIds: [id] }).catch((error: unknown) => error)
    expect(again).not.toMatchObject({ items: [{ error: null }] })
    socket.terminate()
  })

  test('give a file to the browser, once', async () => {
    const strings = join(import.meta.dirname, '../fixtures/telethon/strings.json')
    const { valid } = JSON.parse(readFileSync(strings, 'utf8')) as { valid: { string: string }[] }
    const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers: { origin, cookie } })
    const client = createORPCClient<Client>(new RPCLink({ websocket: socket as never }))
    const { ticket, items } = await client.imports.stageText({ text: valid[0]?.string ?? '' })
    const committed = await client.imports.commit({
      ticket,
      items: items.map((item) => ({ id: item.id, name: null })),
      destination: { kind: 'source', sourceId: 'memory' },
      target: null,
      values: {},
    })
    const refs = []
    for await (const event of committed) if (event.type === 'item' && event.ref) refs.push(event.ref)
    const saved = await client.exports.save({
      refs,
      target: { formatId: 'telethon.sqlite', variant: '7' },
      values: {},
      destination: { kind: 'download' },
      protection: { kind: 'plain', confirmed: true },
      overwrite: false,
    })
    let link: string | null = null
    for await (const event of saved) if (event.type === 'done') link = event.download
    socket.terminate()
    expect(link).toMatch(/^\/transfer\/[\w-]{32}$/)
    const first = await ask('GET', link ?? '', { cookie })
    expect(first.body.subarray(0, 15).toString()).toBe('SQLite format 3')
    expect(first.headers['content-disposition']).toMatch(/^attachment; filename\*=UTF-8''/)
    expect((await ask('GET', link ?? '', { cookie })).status).toBe(404)
  })

  test('need cookie and origin', async () => {
    expect((await send({ origin })).status).toBe(401)
    expect((await send({ cookie })).status).toBe(403)
    expect((await send({ cookie, origin: 'http://evil.example' })).status).toBe(403)
    expect((await ask('GET', '/transfer', { origin, cookie })).status).toBe(405)
  })

  test('refuse a file that says it is too long, before reading it', async () => {
    const { status } = await send({ origin, cookie, 'content-length': String(300 * 1024 * 1024) }, Buffer.alloc(0))
    expect(status).toBe(413)
  })

  test('know no id but the ones they gave', async () => {
    expect((await ask('GET', '/transfer/unknown', { cookie })).status).toBe(404)
    expect((await ask('GET', '/transfer/unknown')).status).toBe(401)
    expect((await ask('GET', '/transfer/unknown', { cookie, 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  })
})

describe('the data folder', () => {
  test('is private', () => {
    if (process.platform === 'win32') return
    for (const folder of ['.', 'data', 'scratch', 'logs']) {
      expect(statSync(join(data, folder)).mode & 0o777, folder).toBe(0o700)
    }
  })

  test('is open in one program at a time; the second one says where', async () => {
    const second = spawn(process.execPath, [server, '--no-open', '--data', data], { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    second.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const [code] = (await once(second, 'close')) as [number]
    expect(code).toBe(1)
    expect(said).toContain(`Session Deck (headless), process ${child.pid}`)
  })
})

describe('the command line', () => {
  test.each([
    [['--port', 'x'], '--port takes a number'],
    [['--nonsense'], '--nonsense'],
  ])('%j is wrong use', async (args, text) => {
    const run = spawn(process.execPath, [server, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    run.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const [code] = (await once(run, 'close')) as [number]
    expect({ code, said }).toEqual({ code: 2, said: expect.stringContaining(text) })
  })

  test('names a port that is taken', async () => {
    const args = ['--no-open', '--port', String(port), '--data', join(root, 'other')]
    const run = spawn(process.execPath, [server, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    run.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const [code] = (await once(run, 'close')) as [number]
    expect({ code, said }).toEqual({ code: 1, said: expect.stringContaining(`Port ${port} is in use`) })
  })
})

// Last: it ends the server.
test('Ctrl+C closes in order and lets go of the data folder', async () => {
  const exited = once(child, 'exit')
  child.kill('SIGINT')
  expect(await exited).toEqual([0, null])
  expect(existsSync(join(data, 'open-in.json'))).toBe(false)
})
