import { describe, expect, test } from 'vitest'
import type { Contact } from '../../shared/contract/telegram.ts'
import { apiHashProblem, apiIdProblem, appOf } from './api-app.ts'
import { aboutSeconds, betweenSeconds } from './durations.ts'
import { contactWords } from './network-words.ts'

test('durations are said roughly, and never as nothing', () => {
  expect([0, 44, 60, 240, 5400, 7200].map(aboutSeconds)).toEqual([
    'less than a minute',
    'less than a minute',
    'about a minute',
    'about 4 min',
    'about 2 h',
    'about 2 h',
  ])
  expect(betweenSeconds({ least: 1, most: 20 })).toBe('less than a minute')
  expect(betweenSeconds({ least: 4, most: 300 })).toBe('up to 5 min')
  expect(betweenSeconds({ least: 240, most: 1020 })).toBe('4 to 17 min')
  expect(betweenSeconds({ least: 3600, most: 7200 })).toBe('60 min to 2 h')
})

describe('what is contacted', () => {
  const contact: Contact = { wayOut: 'direct', dcId: 2, test: false, address: '149.154.167.41:443', count: 3 }
  test('nothing is said while nothing is', () => expect(contactWords([])).toBeNull())
  test('where, which way and how often', () => {
    expect(contactWords([contact])?.line).toBe('Asking Telegram: DC 2 (149.154.167.41:443), direct ×3')
  })
  test('one line for several, all of them in the tooltip', () => {
    const other = { ...contact, dcId: 3, test: true, wayOut: 'Home\u202e', count: 1 }
    const words = contactWords([contact, other])
    expect(words?.line).toMatch(/ and 1 more$/)
    expect(words?.all.split('\n')[2]).toBe('DC 3, test network (149.154.167.41:443), through Home[U+202E]')
  })
})

describe('an API id and hash', () => {
  const hash = '0123456789abcdefABCDEF0123456789'
  test('are sent once both can be ones, without the blanks around them', () => {
    expect(appOf({ apiId: ' 4711 ', apiHash: ` ${hash} ` }, null)).toEqual({ apiId: 4711, apiHash: hash })
    for (const apiId of ['', '0', '-1', '1.5', '2147483648', 'x']) {
      expect(appOf({ apiId, apiHash: hash }, null), apiId).toBeNull()
    }
    expect(appOf({ apiId: '4711', apiHash: hash.slice(1) }, null)).toBeNull()
  })
  test('the hash stays only under its own id', () => {
    expect(appOf({ apiId: '4711', apiHash: '' }, 4711)).toEqual({ apiId: 4711, apiHash: null })
    expect(appOf({ apiId: '4712', apiHash: '' }, 4711)).toBeNull()
    expect(appOf({ apiId: '4711', apiHash: '' }, null)).toBeNull()
  })
  test('what is not typed yet is no mistake', () => {
    expect([apiIdProblem(''), apiHashProblem(' ')]).toEqual([null, null])
    expect([apiIdProblem('12a'), apiHashProblem('12a')].every((text) => text?.endsWith('.'))).toBe(true)
  })
})
