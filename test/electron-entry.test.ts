import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Client } from '../src/shared/contract/index.ts'
import { DEADLOCK_EXIT_CODE, type ElectronDouble, launch } from './support/electron-double/launch.ts'

// The built entry and preload run here, with the double in place of Electron. `npm test` builds first.

const PORT_MESSAGE = 'session-deck:port'
const root = realpathSync(mkdtempSync(join(tmpdir(), 'entry-test-')))
const userData = join(root, 'user-data')
const given = join(root, 'given.session')
let double: ElectronDouble
let client: Client

beforeAll(async () => {
  process.env['ELECTRON_DOUBLE_STAYS'] = '1'
  writeFileSync(given, '')
  mkdirSync(userData, { recursive: true })
  writeFileSync(
    join(userData, 'window.json'),
    JSON.stringify({ x: 40, y: 50, width: 1000, height: 700, maximized: false }),
  )
  process.argv = ['electron', '.', `--user-data-dir=${userData}`, '--enable-features=none', given]
  double = await launch(process.cwd())
  await vi.waitFor(() => expect(theWindow().webContents.world['sessionDeck']).toBeDefined())
  client = connectPage()
})

afterAll(() => rmSync(root, { recursive: true, force: true }))

function theWindow() {
  const [window] = double.BrowserWindow.getAllWindows()
  if (window === undefined) throw new Error('no window yet')
  return window
}

/** Does what the page does: makes a channel and hands one port to the preload. */
function handOver(source?: unknown) {
  const { port1, port2 } = new MessageChannel()
  const post = theWindow().webContents.world['postMessage'] as (...args: unknown[]) => void
  if (source === undefined) post(PORT_MESSAGE, '*', [port2])
  else post(PORT_MESSAGE, '*', [port2], source)
  return port1
}

function connectPage(): Client {
  const port = handOver()
  port.start()
  return createORPCClient<Client>(new RPCLink({ port: port as never }))
}

/** Puts a session into memory and copies its string; answers the string. */
async function copySecret(): Promise<string> {
  const { valid } = JSON.parse(readFileSync(join('fixtures/telethon/strings.json'), 'utf8')) as {
    valid: { string: string }[]
  }
  const string = valid[0]?.string ?? ''
  // Sleep and screen lock have locked it; the keychain asks nothing.
  await client.app.unlock({ passphrase: null })
  const { ticket, items } = await client.imports.stageText({ text: string })
  const committed = await client.imports.commit({
    ticket,
    items: items.map(({ id }) => ({ id, name: null })),
    destination: { kind: 'source', sourceId: 'memory' },
    target: null,
    values: {},
  })
  for await (const event of committed) {
    if (event.type !== 'item' || event.ref === null) continue
    const target = { formatId: 'telethon.string', variant: '1' }
    await client.secrets.copy({ ref: event.ref, target, values: {}, confirmed: true })
  }
  return string
}

describe('the window', () => {
  test('is sandboxed and isolated', () => {
    expect(theWindow().options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    })
  })

  test('opens where it was, and keeps where it is', async () => {
    expect(theWindow().options).toMatchObject({ x: 40, y: 50, width: 1000, height: 700 })
    theWindow().setBounds({ x: 60, y: 70, width: 1100, height: 800 })
    await vi.waitFor(() => {
      const kept = JSON.parse(readFileSync(join(userData, 'window.json'), 'utf8')) as unknown
      expect(kept).toEqual({ x: 60, y: 70, width: 1100, height: 800, maximized: false })
    })
  })

  test('is shown once it has painted', () => expect(theWindow().isVisible()).toBe(true))
})

describe('the preload', () => {
  test('exposes pathForFile and nothing else', () => {
    const { world } = theWindow().webContents
    expect(Object.keys(world)).toEqual(['sessionDeck'])
    expect(Object.keys(world['sessionDeck'] as object)).toEqual(['pathForFile'])
    expect(Object.isFrozen(world['sessionDeck'])).toBe(true)
  })

  test('hands over one port a page', async () => {
    const forwarded = vi.fn()
    double.ipcMain.on(PORT_MESSAGE, forwarded)
    handOver()
    await new Promise((resolve) => setImmediate(resolve))
    expect(forwarded).not.toHaveBeenCalled()
    double.ipcMain.off(PORT_MESSAGE, forwarded)
  })
})

describe('the contract over the port', () => {
  test('answers a call', async () => {
    expect(await client.app.info()).toMatchObject({ shell: 'electron', fileDialogs: 'native', clipboard: 'main' })
  })

  test('carries typed errors', async () => {
    await expect(client.sessions.get({ ref: { sourceId: 'none', key: 'none' } })).rejects.toMatchObject({
      defined: true,
      code: expect.stringMatching(/^(source|session)\.not-found$/),
    })
  })

  test('streams events, menu items among them, and stops on abort', async () => {
    const abort = new AbortController()
    const events = await client.app.events(undefined, { signal: abort.signal })
    double.Menu.getApplicationMenu()?.getMenuItemById('find')?.click?.()
    for await (const event of events) {
      if (event.type !== 'menu') continue
      expect(event.action).toBe('find')
      break
    }
    abort.abort()
  })

  test('uses the keychain where one stands behind safeStorage', async () => {
    expect((await client.app.info()).protection.kind).toBe('keychain')
  })

  test('opens native dialogs', async () => {
    double.state.dialogAnswers.push({ canceled: false, filePaths: ['/somewhere/bots'] })
    expect(await client.app.pick({ kind: 'folder', title: 'Add a folder' })).toEqual({ paths: ['/somewhere/bots'] })
    expect(await client.app.pick({ kind: 'files', title: 'Import' })).toBeNull()
  })

  test('refuses a port from a foreign page', async () => {
    const contents = theWindow().webContents
    for (const url of ['https://evil.example/', 'app://evil/', 'file:///etc/passwd', '']) {
      contents.url = url
      const port = { closed: false }
      contents.receive(
        PORT_MESSAGE,
        [null],
        [
          {
            postMessage() {},
            start: () => expect.fail('started'),
            close: () => void (port.closed = true),
            onData() {},
            onClose() {},
          },
        ],
      )
      await vi.waitFor(() => expect(port.closed, url).toBe(true))
    }
    contents.url = 'app://session-deck/'
  })
})

describe('the app scheme', () => {
  const fetchPage = (path: string) => double.net.fetch(`app://session-deck${path}`)

  test('serves the page under a strict policy with a nonce of its own', async () => {
    const [first, second] = [await fetchPage('/'), await fetchPage('/')]
    const policy = first.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? ''
    expect(await first.text()).toContain(nonce)
    expect(second.headers.get('content-security-policy')).not.toBe(policy)
    expect(first.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test.each([
    '/%2e%2e/main/index.js',
    '/..%2fmain/index.js',
    '/..%5cmain/index.js',
    '/%00index.html',
    '/assets/../../main/index.js',
    '/%zz',
    '/missing.js',
  ])('does not leave its folder: %s', async (path) => expect((await fetchPage(path)).status).toBe(404))

  test('answers for its own host alone', async () => {
    expect((await double.net.fetch('app://elsewhere/')).status).toBe(404)
  })
})

describe('everything else is denied', () => {
  test('new windows; documentation opens in the browser', () => {
    const { openHandler } = theWindow().webContents
    for (const url of ['https://evil.example/', 'http://core.telegram.org/', 'file:///etc/passwd', 'javascript:0']) {
      expect(openHandler({ url })).toEqual({ action: 'deny' })
    }
    expect(double.state.opened).toEqual([])
    expect(openHandler({ url: 'https://core.telegram.org/api/auth' })).toEqual({ action: 'deny' })
    expect(double.state.opened.splice(0)).toEqual(['https://core.telegram.org/api/auth'])
  })

  test('navigation, redirects, frames, webviews', () => {
    const contents = theWindow().webContents
    expect(contents.mayProceed('will-navigate', 'https://evil.example/')).toBe(false)
    expect(contents.mayProceed('will-navigate', 'app://session-deck/')).toBe(true)
    expect(contents.mayProceed('will-redirect', 'https://evil.example/')).toBe(false)
    expect(contents.mayProceed('will-frame-navigate', 'app://session-deck/')).toBe(false)
    expect(contents.mayProceed('will-attach-webview', 'app://session-deck/')).toBe(false)
  })

  test('permissions, devices, downloads, the network', () => {
    const session = double.session.defaultSession
    let granted: boolean | null = null
    session.permissionRequest(null, 'media', (answer) => {
      granted = answer
    })
    expect(granted).toBe(false)
    expect(session.permissionCheck(null, 'clipboard-read', 'app://session-deck')).toBe(false)
    expect(session.devicePermission({})).toBe(false)
    const cancelled = (url: string): boolean | undefined => {
      let cancel: boolean | undefined
      session.beforeRequest({ url }, (answer) => {
        cancel = answer.cancel
      })
      return cancel
    }
    expect(cancelled('https://evil.example/track')).toBe(true)
    expect(cancelled('app://session-deck/assets/index.js')).toBe(false)
  })
})

describe('the menu', () => {
  test.each([
    ['import', 'CmdOrCtrl+I'],
    ['add-source', 'CmdOrCtrl+Shift+O'],
    ['find', 'CmdOrCtrl+F'],
    ['palette', 'CmdOrCtrl+K'],
    ['settings', 'CmdOrCtrl+,'],
    ['lock', 'CmdOrCtrl+L'],
  ])('%s has its accelerator', (id, accelerator) => {
    expect(double.Menu.getApplicationMenu()?.getMenuItemById(id)).toMatchObject({ accelerator })
  })
})

describe('the program', () => {
  test('passes the paths of its arguments on with the lock, without Chromium flags', () => {
    expect(double.app.handedOver).toEqual({ paths: [given] })
  })

  test('takes the paths of a second start, and comes to the front', async () => {
    const abort = new AbortController()
    const events = await client.app.events(undefined, { signal: abort.signal })
    const focused = vi.fn()
    theWindow().on('focus', focused)
    double.app.emit('second-instance', {}, ['electron'], '/', { paths: ['/second/start.session', 7] })
    for await (const event of events) {
      if (event.type !== 'open' || event.paths.includes(given)) continue
      expect(event.paths).toEqual(['/second/start.session'])
      break
    }
    abort.abort()
    expect(focused).toHaveBeenCalled()
  })

  test('locks on sleep and on screen lock', async () => {
    const abort = new AbortController()
    const events = await client.app.events(undefined, { signal: abort.signal })
    double.powerMonitor.emit('suspend')
    for await (const event of events) if (event.type === 'protection') break
    abort.abort()
  })

  test('clears a copied secret when locked, and nothing that somebody else copied', async () => {
    await copySecret()
    await double.clipboard.writeText('untouched')
    double.powerMonitor.emit('lock-screen')
    await new Promise((resolve) => setImmediate(resolve))
    expect(await double.clipboard.readText()).toBe('untouched')
    await copySecret()
    double.powerMonitor.emit('lock-screen')
    await vi.waitFor(async () => expect(await double.clipboard.readText()).toBe(''))
  })

  // Last: it ends the program.
  test('closes in order and leaves the data folder free', async () => {
    const string = await copySecret()
    expect(await double.clipboard.readText()).toBe(string)
    double.app.quit()
    expect(double.app.exitCode).toBeNull()
    await vi.waitFor(() => expect(double.app.exitCode).toBe(0))
    expect(double.BrowserWindow.getAllWindows()).toEqual([])
    expect(await double.clipboard.readText()).toBe('')
  })
})

describe('another process', () => {
  const main = join(import.meta.dirname, 'support/electron-double/main.ts')
  function run(target: string, env: Record<string, string> = {}) {
    const args = ['--disable-warning=ExperimentalWarning', main, target, `--user-data-dir=${join(root, 'other')}`]
    return spawnSync(process.execPath, args, {
      encoding: 'utf8',
      timeout: 20_000,
      env: { ...process.env, ELECTRON_DOUBLE_STAYS: '', ...env },
    })
  }

  test('a second instance ends without touching the data', () => {
    const { status, stderr } = run('.', { ELECTRON_DOUBLE_SECOND: '1' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(() => readFileSync(join(root, 'other'))).toThrow('ENOENT')
  })

  test('a top-level await of whenReady is found', () => {
    const folder = join(root, 'deadlock')
    mkdirSync(folder)
    writeFileSync(join(folder, 'package.json'), '{"name":"x","version":"1.0.0","type":"module","main":"m.js"}')
    writeFileSync(
      join(folder, 'm.js'),
      "import { app } from 'electron'\nsetInterval(() => {}, 1000)\nawait app.whenReady()\n",
    )
    const { status, stderr } = run(folder)
    expect(stderr).toContain('deadlock')
    expect(status).toBe(DEADLOCK_EXIT_CODE)
  })
})
