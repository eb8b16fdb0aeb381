import { chmodSync, closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

const base64 = z.base64().transform((text): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64')))

/** `protection.json`: the public half in the clear, the private half sealed. */
const schema = z.object({
  version: z.literal(1),
  publicKey: base64,
  privateKey: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('keychain'), sealed: base64 }),
    z.object({
      kind: z.literal('passphrase'),
      salt: base64,
      nonce: base64,
      tag: base64,
      sealed: base64,
      argon2id: z.object({
        memoryKiB: z.number().int().min(8).max(4_194_304),
        iterations: z.number().int().min(1).max(100),
        parallelism: z.number().int().min(1).max(64),
      }),
    }),
  ]),
})
export type ProtectionFile = z.output<typeof schema>
export type Argon2Cost = Extract<ProtectionFile['privateKey'], { kind: 'passphrase' }>['argon2id']

/** Null when there is none, `'damaged'` when it cannot be made out. */
export function readProtectionFile(path: string): ProtectionFile | null | 'damaged' {
  if (!existsSync(path)) return null
  const text = readFileSync(path, 'utf8')
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    return 'damaged'
  }
}

/** Written whole or not at all, mode 0600: losing it would lose everything sealed. */
export function writeProtectionFile(path: string, file: ProtectionFile): void {
  const temporary = `${path}.new`
  const plain = { ...file, publicKey: base64Of(file.publicKey), privateKey: withBase64(file.privateKey) }
  writeFileSync(temporary, `${JSON.stringify(plain, null, 2)}\n`, { mode: 0o600 })
  chmodSync(temporary, 0o600)
  const descriptor = openSync(temporary, 'r+')
  fsyncSync(descriptor)
  closeSync(descriptor)
  renameSync(temporary, path)
}

function withBase64(half: ProtectionFile['privateKey']): object {
  const entries = Object.entries(half)
  return Object.fromEntries(
    entries.map(([name, value]) => [name, value instanceof Uint8Array ? base64Of(value) : value]),
  )
}

function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
