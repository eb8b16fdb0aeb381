import { expect, test } from 'vitest'
import { slotOf } from './slots.ts'

test('keys lie in the slots that Redis Cluster puts them in', () => {
  // CLUSTER KEYSLOT of a server says so; the first is the check value of its CRC.
  expect(slotOf('123456789')).toBe(0x31c3)
  expect(slotOf('foo')).toBe(12_182)
  expect(slotOf('a{foo}b{bar}')).toBe(12_182)
  expect(slotOf('')).toBe(0)
  expect(slotOf('{}foo')).not.toBe(slotOf('foo'))
})
