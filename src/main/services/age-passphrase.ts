import { scrypt } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ReadableStream } from 'node:stream/web'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { Encrypter, type Recipient, Stanza } from 'age-encryption'
import type { Secret } from '../domain/secret.ts'

/** age's own default: half a second to a second on a thread of its own. */
const WORK_FACTOR = 18
const CHUNK_BYTES = 64 * 1024

const derive: (
  password: Uint8Array,
  salt: Uint8Array,
  byteLength: number,
  options: { N: number; r: number; p: number; maxmem: number },
) => Promise<Buffer> = promisify(scrypt)

/**
 * Encrypts bytes as an age file (age-encryption.org/v1) with a passphrase: `age --decrypt` and every other age opens it.
 * The library's own recipient derives its key on the main thread; this one writes the same stanza with Node's scrypt,
 * which works on another thread, and long content is encrypted in turns, so that no window stands still meanwhile.
 */
export async function encryptWithPassphrase(
  bytes: Uint8Array,
  passphrase: Secret,
  randomBytes: (byteLength: number) => Uint8Array,
): Promise<Uint8Array> {
  const encrypted = await encryptStream(inChunks(bytes), passphrase, randomBytes)
  return new Uint8Array(await new Response(encrypted).arrayBuffer())
}

/** The same for the content of a file of any size, from one path to another; what lies at `target` is written over. */
export async function encryptFileWithPassphrase(
  path: string,
  target: string,
  passphrase: Secret,
  randomBytes: (byteLength: number) => Uint8Array,
): Promise<void> {
  const plain = Readable.toWeb(createReadStream(path, { highWaterMark: CHUNK_BYTES })) as ReadableStream<Uint8Array>
  const encrypted = await encryptStream(plain, passphrase, randomBytes)
  await pipeline(Readable.fromWeb(encrypted), createWriteStream(target, { flags: 'r+' }))
}

function encryptStream(
  plain: ReadableStream<Uint8Array>,
  passphrase: Secret,
  randomBytes: (byteLength: number) => Uint8Array,
): Promise<ReadableStream<Uint8Array>> {
  const encrypter = new Encrypter()
  encrypter.addRecipient(scryptRecipient(passphrase, randomBytes))
  return encrypter.encrypt(plain)
}

function scryptRecipient(passphrase: Secret, randomBytes: (byteLength: number) => Uint8Array): Recipient {
  return {
    wrapFileKey: async (fileKey) => {
      const salt = randomBytes(16)
      const labelled = Buffer.concat([Buffer.from('age-encryption.org/v1/scrypt'), salt])
      const cost = { N: 2 ** WORK_FACTOR, r: 8, p: 1, maxmem: 2 ** WORK_FACTOR * 1024 + 2 ** 20 }
      const key = await derive(passphrase.open(), labelled, 32, cost)
      // The key is used once: a nonce of zeros is what the format asks for.
      const body = chacha20poly1305(key, new Uint8Array(12)).encrypt(fileKey)
      key.fill(0)
      const saltText = Buffer.from(salt).toString('base64').replace(/=+$/, '')
      return [new Stanza(['scrypt', saltText, String(WORK_FACTOR)], body)]
    },
  }
}

function inChunks(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream({
    async pull(controller) {
      await setImmediate()
      controller.enqueue(Uint8Array.from(bytes.subarray(at, at + CHUNK_BYTES)))
      at += CHUNK_BYTES
      if (at >= bytes.byteLength) controller.close()
    },
  })
}
