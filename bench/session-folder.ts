import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const fixtures = join(import.meta.dirname, '../fixtures')
const KEY_BYTE_LENGTH = 256

/** Fills a folder with session files: copies of golden Telethon and Pyrogram files, each with a key of its own. */
export function writeSessionFolder(root: string, count: number): void {
  const golden = ['telethon', 'pyrogram/files'].flatMap((place) =>
    readdirSync(join(fixtures, place))
      .filter((name) => /^(schema[5-8]|v3-(user|bot)|kurigram-v[567])\.session$/.test(name))
      .map((name) => readFileSync(join(fixtures, place, name))),
  )
  const withPlace = golden.map((bytes) => ({ bytes, keyAt: keyOffset(bytes) }))
  for (let index = 0; index < count; index += 1) {
    const folder = join(root, `folder-${index % 50}`)
    if (index < 50) mkdirSync(folder, { recursive: true })
    const template = withPlace[index % withPlace.length]
    if (!template) throw new Error('there are no golden files')
    const bytes = Buffer.from(template.bytes)
    randomBytes(KEY_BYTE_LENGTH).copy(bytes, template.keyAt)
    writeFileSync(join(folder, `account-${index}.session`), bytes, { mode: 0o600 })
  }
}

/** Where the key lies: the manifests know it in hex. */
function keyOffset(bytes: Buffer): number {
  for (const key of knownKeys()) {
    const at = bytes.indexOf(key)
    if (at >= 0) return at
  }
  throw new Error('a golden file holds no known key')
}

let keys: Buffer[] | null = null
function knownKeys(): Buffer[] {
  keys ??= ['telethon/manifest.json', 'pyrogram/manifest.json'].flatMap((name) => {
    const found = readFileSync(join(fixtures, name), 'utf8').matchAll(/"auth_key_hex":\s*"([0-9a-f]{512})"/g)
    return [...found].map(([, hex]) => Buffer.from(hex ?? '', 'hex'))
  })
  return keys
}
