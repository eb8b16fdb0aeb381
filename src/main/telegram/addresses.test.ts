import { expect, test } from 'vitest'
import { parseIp } from '../bytes/ip.ts'
import { dcOfAddress } from '../domain/data-centers.ts'
import { telegramAddress, telegramDcIds } from './addresses.ts'

test('both networks have their data centres', () => {
  expect(telegramDcIds(false)).toEqual([1, 2, 3, 4, 5])
  expect(telegramDcIds(true)).toEqual([1, 2, 3])
  expect(telegramAddress(2, false)).toEqual({ id: 2, host: '149.154.167.41', port: 443, test: false })
  expect(telegramAddress(2, true)).toEqual({ id: 2, host: '149.154.167.40', port: 443, test: true })
  expect(telegramAddress(4, false, 6)).toEqual({ id: 4, host: '2001:67c:4e8:f004::a', port: 443, test: false })
})

test('there is no address where none is published', () => {
  expect(telegramAddress(4, true)).toBeNull()
  expect(telegramAddress(1, true, 6)).toBeNull()
  expect(telegramAddress(203, false)).toBeNull()
})

test('every address is one, and belongs to nobody else', () => {
  for (const test of [false, true]) {
    for (const id of telegramDcIds(test)) {
      for (const family of [4, 6] as const) {
        const endpoint = telegramAddress(id, test, family)
        if (endpoint === null) continue
        expect(parseIp(endpoint.host)?.byteLength).toBe(family === 4 ? 4 : 16)
        const owner = dcOfAddress(endpoint.host)
        if (owner !== null) expect(owner).toMatchObject({ dcId: id, test })
      }
    }
  }
})
