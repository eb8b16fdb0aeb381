import { expect, test } from 'vitest'
import type { Device } from '../../../shared/contract/telegram.ts'
import { deviceMarks, deviceName, devicePlace, deviceProgram, inOrder } from './device-words.ts'

const device: Device = {
  hash: '1',
  current: false,
  officialApp: false,
  passwordPending: false,
  unconfirmed: false,
  deviceModel: 'PC 64bit',
  platform: 'Windows',
  systemVersion: '11',
  apiId: 2040,
  appName: 'Telegram Desktop',
  appVersion: '5.6.3',
  createdAt: 100,
  activeAt: 200,
  ip: '192.0.2.7',
  country: 'Portugal',
  region: 'Lisbon',
}

test('what is missing is left out, and what is doubled is said once', () => {
  expect(deviceProgram(device)).toBe('Telegram Desktop 5.6.3 · Windows 11')
  expect(deviceProgram({ ...device, systemVersion: 'Windows 11' })).toBe('Telegram Desktop 5.6.3 · Windows 11')
  expect(deviceProgram({ appName: '', appVersion: '', platform: '', systemVersion: '' })).toBe('')
  expect(devicePlace(device)).toBe('Lisbon, Portugal')
  expect(devicePlace({ region: '', country: 'Portugal' })).toBe('Portugal')
  expect(deviceName({ deviceModel: ' ', appName: 'bot' })).toBe('bot')
  expect(deviceName({ deviceModel: '', appName: '' })).toBe('Unnamed device')
})

test('a name made to mislead shows what it hides', () => {
  expect(deviceName({ deviceModel: 'iPhone\u202e51', appName: '' })).toBe('iPhone[U+202E]51')
})

test('the asking login comes first, the others by when they were active', () => {
  const list = [
    { ...device, hash: '1', activeAt: 5 },
    { ...device, hash: '0', activeAt: 1, current: true },
    { ...device, hash: '2', activeAt: 9 },
  ]
  expect(inOrder(list).map(({ hash }) => hash)).toEqual(['0', '2', '1'])
})

test('each mark has its words', () => {
  expect(deviceMarks(device)).toEqual([])
  const marks = deviceMarks({ officialApp: true, passwordPending: true, unconfirmed: true })
  expect(marks.map(({ label }) => label)).toEqual(['Official app', 'Password missing', 'Unconfirmed'])
  for (const { meaning } of marks) expect(meaning).toMatch(/^[A-Z].*\.$/)
})
