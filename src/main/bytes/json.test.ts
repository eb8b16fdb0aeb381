import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isAppError } from '../domain/errors.ts'
import { isJsonObject, type JsonValue, parseJson, printJson } from './json.ts'

test('every 64-bit integer survives', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (value) => {
      const text = `{"a":[${value}]}`
      const parsed = parseJson(text) as { a: [number | bigint] }
      expect(BigInt(parsed.a[0])).toBe(value)
      expect(typeof parsed.a[0]).toBe(Number.isSafeInteger(Number(value)) ? 'number' : 'bigint')
      expect(printJson(parsed)).toBe(text)
    }),
  )
})

test('reads and prints what JSON.parse does everywhere else', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const text = JSON.stringify(value)
      // Whole numbers that a double does not surely hold are read as bigint: see above.
      fc.pre(!/(?<![\d.])\d{16,}(?![\d.e])/.test(text))
      expect(parseJson(text)).toEqual(JSON.parse(text))
      expect(printJson(parseJson(text))).toBe(JSON.stringify(JSON.parse(text)))
      expect(printJson(parseJson(text), 2)).toBe(JSON.stringify(JSON.parse(text), null, 2))
    }),
  )
  expect(parseJson('[1e30, 0.5, 9007199254740993.0]')).toEqual([1e30, 0.5, 9007199254740992])
})

test.each(['', '{', '{"a":1', 'nul', '"secret text', '\u{feff}{}', `[${'9'.repeat(100_000)}]`, '['.repeat(200_000)])(
  'refuses what is no JSON without repeating it: %#',
  (text) => {
    let error: unknown = null
    try {
      parseJson(text)
    } catch (caught) {
      error = caught
    }
    expect(isAppError(error, 'format.malformed') && [error.details, error.cause]).toEqual([
      { reason: 'it is not whole JSON' },
      undefined,
    ])
  },
)

test('tells objects from everything else', () => {
  const values: (JsonValue | undefined)[] = [{}, [], null, 1, 'a', undefined]
  expect(values.map(isJsonObject)).toEqual([true, false, false, false, false, false])
})
