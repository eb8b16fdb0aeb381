import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import * as double from '../../../test/support/electron-double/electron.ts'
import { nativeClipboard } from './clipboard.ts'
import { findKeychain } from './keychain.ts'
import { setMenu } from './menu.ts'
import { parseLaunchArguments, readHandedOver } from './open-paths.ts'
import { isOwnUrl } from './origin.ts'
import { readWindowState } from './window-state.ts'

// `electron` is the double here; `test/electron-entry.test.ts` runs the parts together.
beforeAll(() => double.fireReady())

describe('the keychain', () => {
  test.each(['basic_text', 'unknown', 'none'] as const)('is none on Linux with %s behind it', (keyring) => {
    double.state.keyring = keyring
    expect(findKeychain('linux')).toBeNull()
  })

  test('seals bytes and opens them again', () => {
    double.state.keyring = 'gnome_libsecret'
    const keychain = findKeychain('linux')
    const bytes = new Uint8Array([0, 255, 128, 7])
    const sealed = keychain?.seal(bytes) ?? new Uint8Array()
    expect(Buffer.from(sealed).includes(Buffer.from(bytes))).toBe(false)
    expect(new Uint8Array(keychain?.open(sealed) ?? [])).toEqual(bytes)
  })
})

describe('the window', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'window-test-')), 'window.json')
  const keep = (value: unknown): void => writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value))

  test('opens anywhere the first time', () => {
    expect(readWindowState(join(file, 'none'))).toEqual({
      bounds: null,
      size: { width: 1280, height: 820 },
      maximized: false,
    })
  })

  test('keeps its size but not its place when the display is gone', () => {
    keep({ x: 4000, y: 100, width: 1000, height: 700, maximized: true })
    expect(readWindowState(file)).toEqual({ bounds: null, size: { width: 1000, height: 700 }, maximized: true })
  })

  test('has its title bar within reach', () => {
    for (const [x, y, isReachable] of [
      [0, 0, true],
      [-900, 0, false],
      [0, 1020, false],
      [0, -50, false],
      [1800, 900, true],
    ] as const) {
      keep({ x, y, width: 1000, height: 700, maximized: false })
      expect(readWindowState(file).bounds !== null, `${x},${y}`).toBe(isReachable)
    }
  })

  test.each([
    '',
    '{',
    '[]',
    'null',
    '{"x":1}',
    '{"x":"1","y":2,"width":3,"height":4}',
    '{"x":1e99,"y":0,"width":9,"height":9}',
  ])('survives a kept state that is none: %s', (text) => {
    keep(text)
    expect(readWindowState(file).bounds).toBeNull()
  })
})

describe('the menu', () => {
  test.each(['darwin', 'linux', 'win32'] as const)('on %s reaches every action once', (platform) => {
    const run = vi.fn()
    setMenu(run, platform)
    const menu = double.Menu.getApplicationMenu()
    const actions = ['import', 'add-source', 'find', 'palette', 'settings', 'lock', 'about']
    for (const id of actions) menu?.getMenuItemById(id)?.click?.()
    expect(run.mock.calls.flat()).toEqual(actions)
    const text = JSON.stringify(menu?.items)
    for (const action of actions) expect(text.split(`"id":"${action}"`), action).toHaveLength(2)
    for (const role of ['quit', 'copy', 'paste', 'selectAll', 'zoomIn', 'windowMenu']) expect(text).toContain(role)
  })
})

describe('the clipboard', () => {
  test.each([
    ['linux', 'x-kde-passwordManagerHint'],
    ['darwin', 'org.nspasteboard.ConcealedType'],
    ['win32', 'CanIncludeInClipboardHistory'],
  ] as const)('on %s asks histories to leave a secret out', async (platform, mark) => {
    await nativeClipboard(platform).write('secret words')
    expect(double.clipboard.types.join()).toContain(mark)
    expect(await nativeClipboard(platform).read()).toBe('secret words')
  })

  test('copies without the marks where they are refused', async () => {
    const write = vi.spyOn(double.clipboard, 'write').mockRejectedValue(new Error('no such format'))
    await nativeClipboard('linux').write('other words')
    expect(await double.clipboard.readText()).toBe('other words')
    write.mockRestore()
  })
})

describe('arguments', () => {
  test.skipIf(process.platform === 'win32')('are paths and our own flags among those of Chromium', () => {
    const argv = ['electron', '--inspect=0', '.', '--demo', '--data=d', 'a.session', '/b', '--no-sandbox', '']
    expect(parseLaunchArguments(argv, false, '/cwd')).toEqual({
      demo: true,
      root: '/cwd/d',
      paths: ['/cwd/a.session', '/b'],
    })
    expect(parseLaunchArguments(['session-deck', 'a.session'], true, '/cwd').paths).toEqual(['/cwd/a.session'])
  })

  test('handed over by another start are taken only as texts', () => {
    expect(readHandedOver({ paths: ['/a', 1, null] })).toEqual(['/a'])
    for (const odd of [null, undefined, 7, {}, { paths: 'x' }]) expect(readHandedOver(odd)).toEqual([])
  })
})

test.each([
  ['app://session-deck/', null, true],
  ['app://session-deck/assets/a.js', null, true],
  ['app://session-deck.evil/', null, false],
  ['app://evil/session-deck', null, false],
  ['https://session-deck/', null, false],
  ['http://localhost:5173/x', null, false],
  ['http://localhost:5173/x', 'http://localhost:5173', true],
  ['http://localhost:5174/x', 'http://localhost:5173', false],
  ['about:blank', null, false],
  ['', null, false],
])('%s (development at %s) is our own page: %s', (url, devServer, isOwn) => {
  expect(isOwnUrl(url, devServer)).toBe(isOwn)
})
