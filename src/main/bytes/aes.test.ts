import { expect, test } from 'vitest'
import { decryptIge, encryptIge } from './aes.ts'
import { fromHex, toHex } from './hex.ts'

// That it is IGE as Telegram means it, the folders of Telegram Desktop show (`fixtures/tdata`).
test('decrypting inverts encrypting, and a changed block garbles all after it', () => {
  const key = fromHex('11'.repeat(32))!
  const iv = fromHex('22'.repeat(32))!
  const data = Uint8Array.from({ length: 64 }, (_, index) => index)
  const encrypted = encryptIge(data, key, iv)
  expect(toHex(decryptIge(encrypted, key, iv))).toBe(toHex(data))
  encrypted[0] = (encrypted[0] ?? 0) ^ 1
  const garbled = decryptIge(encrypted, key, iv)
  expect(toHex(garbled.subarray(48))).not.toBe(toHex(data.subarray(48)))
})

test('half a block is refused', () => {
  expect(() => encryptIge(new Uint8Array(15), new Uint8Array(32), new Uint8Array(32))).toThrow(RangeError)
})
