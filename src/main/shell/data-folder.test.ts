import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defaultRoot } from './data-folder.ts'
import { describeHolder, lockDataFolder } from './data-lock.ts'

test.skipIf(process.platform === 'win32')('the default is where Electron keeps userData', () => {
  expect(defaultRoot('linux', {}, '/h')).toBe('/h/.config/Session Deck')
  expect(defaultRoot('linux', { XDG_CONFIG_HOME: '/x' }, '/h')).toBe('/x/Session Deck')
  expect(defaultRoot('darwin', {}, '/h')).toBe('/h/Library/Application Support/Session Deck')
  expect(defaultRoot('win32', { APPDATA: '/a' }, '/h')).toBe('/a/Session Deck')
})

test('the folder is held by one, who is named, and free again afterwards', () => {
  const root = mkdtempSync(join(tmpdir(), 'lock-test-'))
  try {
    const first = lockDataFolder(root, 'electron')
    if ('heldBy' in first) expect.fail('held already')
    const second = lockDataFolder(root, 'headless')
    expect(second).toEqual({ heldBy: { shell: 'electron', pid: process.pid } })
    expect(describeHolder({ shell: 'electron', pid: 7 }, '/d')).toContain('the Session Deck app, process 7')
    first.release()
    const third = lockDataFolder(root, 'headless')
    expect(third).toHaveProperty('release')
    if ('release' in third) third.release()
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})
