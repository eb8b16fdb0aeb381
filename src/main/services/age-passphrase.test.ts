import { randomBytes } from 'node:crypto'
import { Decrypter } from 'age-encryption'
import { expect, it } from 'vitest'
import { Secret } from '../domain/secret.ts'
import { encryptWithPassphrase } from './age-passphrase.ts'

const random = (byteLength: number): Uint8Array => new Uint8Array(randomBytes(byteLength))

it.each([353, 700_000])('writes %i bytes as an age file that the library itself decrypts', async (size) => {
  const bytes = random(size)
  const encrypted = await encryptWithPassphrase(bytes, Secret.fromText('correct horse'), random)
  const decrypter = new Decrypter()
  decrypter.addPassphrase('correct horse')
  expect(Buffer.from(await decrypter.decrypt(encrypted)).equals(bytes)).toBe(true)
})

it('does not open with another passphrase', async () => {
  const encrypted = await encryptWithPassphrase(random(10), Secret.fromText('correct horse'), random)
  const decrypter = new Decrypter()
  decrypter.addPassphrase('battery staple')
  await expect(decrypter.decrypt(encrypted)).rejects.toThrow()
})
