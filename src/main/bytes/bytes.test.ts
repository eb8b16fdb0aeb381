import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isAppError } from '../domain/errors.ts'
import { decodeBase64, encodeBase64Url } from './base64.ts'
import { crc32 } from './crc32.ts'
import { fromHex, toHex } from './hex.ts'
import { byteReader } from './reader.ts'
import { byteWriter } from './writer.ts'

describe('reader and writer', () => {
  test('a number that makes the buffer grow is written', () => {
    const written = byteWriter().bytes(new Uint8Array(510)).i32le(-5).bytes(new Uint8Array(2000)).u64(7n).done()
    const reader = byteReader(written.subarray(510))
    expect(reader.i32le()).toBe(-5)
    expect(written.byteLength).toBe(2522)
    expect(written.at(-1)).toBe(7)
  })
  test('reading inverts writing', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xff }),
        fc.integer({ min: 0, max: 0xffff }),
        fc.nat({ max: 0xffff_ffff }),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.uint8Array(),
        (a, b, c, d, rest) => {
          const bytes = byteWriter().u8(a).u16(b).u32(c).u32le(c).u64(d).bytes(rest).done()
          // A view that does not start at the buffer's first byte must read the same.
          const shifted = new Uint8Array([0xaa, ...bytes, 0xbb]).subarray(1, -1)
          const reader = byteReader(shifted)
          expect([reader.u8(), reader.u16(), reader.u32(), reader.u32le(), reader.u64()]).toEqual([a, b, c, c, d])
          expect(reader.bytes(reader.remaining)).toEqual(rest)
          expect(reader.remaining).toBe(0)
        },
      ),
    )
  })

  test('big-endian is what it says', () => {
    expect([...byteWriter().u16(0x0102).u32(0x03040506).u32le(0x03040506).done()]).toEqual([
      1, 2, 3, 4, 5, 6, 6, 5, 4, 3,
    ])
  })

  test('never reads past the end', () => {
    const reader = byteReader(Uint8Array.of(1, 2, 3))
    for (const read of [() => reader.u32(), () => reader.u64(), () => reader.bytes(4), () => reader.bytes(-1)]) {
      expect(read).toThrowError(expect.objectContaining({ code: 'format.malformed' }))
    }
    expect(reader.u16()).toBe(0x0102)
    expect(() => reader.u16()).toThrow()
    expect(reader.u8()).toBe(3)
  })

  test('refuses numbers that do not fit', () => {
    const writer = byteWriter()
    const attempts = [
      () => writer.u8(256),
      () => writer.u8(-1),
      () => writer.u16(1.5),
      () => writer.u32(2 ** 32),
      () => writer.u64(-1n),
      () => writer.u64(2n ** 64n),
    ]
    for (const attempt of attempts) {
      expect(attempt).toThrowError(expect.objectContaining({ code: 'request.invalid' }))
    }
    expect(writer.done()).toHaveLength(0)
  })
})

describe('base64', () => {
  test('decodes both alphabets, with padding and without', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const standard = Buffer.from(bytes).toString('base64')
        expect(decodeBase64(standard)).toEqual(bytes)
        expect(decodeBase64(standard.replace(/=+$/, ''))).toEqual(bytes)
        expect(decodeBase64(encodeBase64Url(bytes, true))).toEqual(bytes)
        expect(decodeBase64(encodeBase64Url(bytes, false))).toEqual(bytes)
        expect(encodeBase64Url(bytes, true)).toHaveLength(Math.ceil(bytes.length / 3) * 4)
      }),
    )
  })

  test.each(['A', 'AAAAA', 'AA AA', 'AA\nAA', 'A=AA', 'AAA===', 'АААА', 'AA.A', 'AA%3D'])('refuses %j', (text) => {
    expect(decodeBase64(text)).toBeNull()
  })

  test('answers for any text without throwing', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const bytes = decodeBase64(text)
        expect(bytes === null || bytes instanceof Uint8Array).toBe(true)
      }),
    )
  })
})

test('hex', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(fromHex(toHex(bytes))).toEqual(bytes)
    }),
  )
  expect(fromHex('0')).toBeNull()
  expect(fromHex('zz')).toBeNull()
})

test('crc32 of the check string', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf4_3926)
  expect(crc32(new Uint8Array())).toBe(0)
})

test('errors carry codes, not input', () => {
  try {
    byteReader(new Uint8Array(2)).u32()
  } catch (error) {
    expect(isAppError(error, 'format.malformed') && error.message).toBe('format.malformed')
  }
})
