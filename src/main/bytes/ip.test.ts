import { isIP } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatIp, isIpv6, normalizeIp, parseIp } from './ip.ts'

test('parsing inverts formatting', () => {
  const sizes = fc.oneof(fc.constant(4), fc.constant(16))
  // Many zero bytes: that is where "::" lies.
  const byte = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 255 }))
  fc.assert(
    fc.property(
      sizes.chain((size) =>
        fc
          .uint8Array({ minLength: size, maxLength: size })
          .chain(() => fc.array(byte, { minLength: size, maxLength: size })),
      ),
      (numbers) => {
        const bytes = Uint8Array.from(numbers)
        const text = formatIp(bytes)
        expect(isIP(text)).toBe(bytes.length === 4 ? 4 : 6)
        expect(parseIp(text)).toEqual(bytes)
        expect(normalizeIp(text)).toBe(text)
        expect(normalizeIp(`[${text}]`)).toBe(text)
      },
    ),
  )
})

test('accepts exactly what is an address', () => {
  const character = fc.constantFrom(...Array.from('0123456789abcdef:.[]% '))
  fc.assert(
    fc.property(fc.string({ unit: character, maxLength: 24 }), (text) => {
      if (text.includes('%')) return
      expect(parseIp(text) !== null).toBe(isIP(text) !== 0)
    }),
    { numRuns: 2000 },
  )
})

test.each([
  ['2001:067c:04e8:f002:0000:0000:0000:000a', '2001:67c:4e8:f002::a'],
  ['[2001:67c:4e8:f002::a]', '2001:67c:4e8:f002::a'],
  ['fe80::1%eth0', 'fe80::1'],
  ['::ffff:149.154.167.51', '::ffff:149.154.167.51'],
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['1:2:3:4:5:6:0:8', '1:2:3:4:5:6:0:8'],
  ['::', '::'],
  [' 149.154.167.51 ', '149.154.167.51'],
])('%s is written %s', (text, normal) => {
  expect(normalizeIp(text)).toBe(normal)
})

test('an IPv4-mapped address keeps its 16 bytes', () => {
  expect(parseIp('::ffff:149.154.167.51')).toHaveLength(16)
  expect(isIpv6('::ffff:149.154.167.51')).toBe(true)
})

test.each([
  '',
  '1.2.3',
  '1.2.3.4.5',
  '01.2.3.4',
  '256.1.1.1',
  'telegram.org',
  ':::',
  '1::2::3',
  '12345::',
  '1:2:3:4:5:6:7:8:9',
  '::1.2.3',
])('%j is no address', (text) => {
  expect(parseIp(text)).toBeNull()
  expect(normalizeIp(text)).toBeNull()
})
