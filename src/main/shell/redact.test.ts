import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { Secret } from '../domain/secret.ts'
import { redact } from './redact.ts'

const key = randomBytes(256)
const spellings = [key.toString('hex'), key.toString('base64'), key.toString('base64url')]

function printed(value: unknown): string {
  return JSON.stringify(redact(value))
}

test.each(spellings)('a key inside a sentence is struck out (%#)', (text) => {
  expect(printed({ reason: `cannot read ${text} at all` })).toBe('{"reason":"cannot read [redacted] at all"}')
})

test('values under telling names are struck out, whatever they are', () => {
  expect(printed({ passphrase: 'a', token: 1, apiHash: null, authKey: [1], deep: { cookie: 'b' } })).toBe(
    '{"passphrase":"[redacted]","token":"[redacted]","apiHash":"[redacted]","authKey":"[redacted]","deep":{"cookie":"[redacted]"}}',
  )
})

test('names that only sound alike stay', () => {
  expect(printed({ keyId: '5f3a', keys: 3, sourceId: 'x' })).toBe('{"keyId":"5f3a","keys":3,"sourceId":"x"}')
})

test('bytes become their length, secrets their mark, big integers text', () => {
  expect(printed([key, key.buffer, new Secret(key), 2n ** 63n])).toMatch(
    /^\["\[256 bytes\]","\[\d+ bytes\]","\[secret\]","9223372036854775808"\]$/,
  )
})

test('an error keeps its class, code and places, not its message', () => {
  const error = Object.assign(new TypeError(`bad ${spellings[0]}`, { cause: new Error('inner words') }), {
    code: 'E_X',
  })
  const text = printed({ error })
  expect(text).toContain('"error":"TypeError","code":"E_X"')
  expect(text).toContain('redact.test')
  expect(text).not.toContain('bad')
  expect(text).not.toContain('inner words')
})

test('a ring ends', () => {
  const ring: Record<string, unknown> = {}
  ring['self'] = ring
  expect(printed(ring)).toContain('[deep]')
})
