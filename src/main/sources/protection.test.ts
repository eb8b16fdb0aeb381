import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Secret } from '../domain/secret.ts'
import type { Keychain } from '../ports.ts'
import { stretchPassphrase } from '../workers/stretch-passphrase.ts'
import type { ProtectionState } from './interfaces.ts'
import { openProtection } from './protection.ts'

const cheap = { memoryKiB: 64, iterations: 1, parallelism: 1 }
const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
const passphrase = Secret.fromText('correct horse battery')
let data: string

function keychainOf(mask: number): Keychain {
  const flip = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ mask)
  return { seal: flip, open: flip }
}

function open(keychain: Keychain | null = null) {
  const paths = { data, scratch: data, home: data, code: data }
  return openProtection(
    { paths, keychain, randomBytes, clock: { now: () => 7 }, log },
    { stretch: stretchPassphrase, cost: cheap },
  )
}

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'deck-protection-'))
})
afterEach(() => rm(data, { recursive: true, force: true }))

test('asks to be set up first', () => {
  const protection = open()
  expect(protection.state()).toEqual({ state: 'none', kind: 'passphrase' })
  expect(() => protection.seal(new Uint8Array(1))).toThrow(expect.objectContaining({ code: 'protection.required' }))
})

test('a lock that comes while the passphrase is tried wins', async () => {
  const protection = open()
  await protection.setUp(passphrase)
  protection.lock()
  const unlocking = protection.unlock(passphrase)
  protection.lock()
  await expect(unlocking).rejects.toMatchObject({ code: 'protection.locked' })
  expect(protection.state().state).toBe('locked')
  await protection.unlock(passphrase)
  expect(protection.state().state).toBe('unlocked')
})

test('seals at any time, and opens only while unlocked with the right passphrase', async () => {
  const protection = open()
  const states: ProtectionState['state'][] = []
  protection.onChange(({ state }) => states.push(state))
  await protection.setUp(passphrase)
  const plain = randomBytes(1000)
  const sealed = protection.seal(plain)
  protection.lock()
  const sealedWhileLocked = protection.seal(plain)
  expect(() => protection.open(sealed)).toThrow(expect.objectContaining({ code: 'protection.locked' }))
  expect(states).toEqual(['unlocked', 'locked'])

  const later = open()
  expect(later.state()).toEqual({ state: 'locked', kind: 'passphrase' })
  await expect(later.unlock(Secret.fromText('wrong'))).rejects.toMatchObject({ code: 'passcode.wrong' })
  await expect(later.unlock(null)).rejects.toMatchObject({ code: 'passcode.required' })
  expect(later.state().state).toBe('locked')
  await later.unlock(passphrase)
  expect(Buffer.from(later.open(sealed)).equals(plain)).toBe(true)
  expect(Buffer.from(later.open(sealedWhileLocked)).equals(plain)).toBe(true)
  await expect(later.setUp(passphrase)).rejects.toMatchObject({ code: 'request.invalid' })
})

test('never overwrites a key that another process made meanwhile', async () => {
  const [first, second] = [open(), open()]
  await first.setUp(passphrase)
  const before = await readFile(join(data, 'protection.json'))
  await expect(second.setUp(Secret.fromText('another one'))).rejects.toMatchObject({ code: 'request.invalid' })
  expect((await readFile(join(data, 'protection.json'))).equals(before)).toBe(true)
})

test('needs nothing typed where a keychain is', async () => {
  const first = open(keychainOf(0x5a))
  expect(first.state()).toEqual({ state: 'unlocked', kind: 'keychain' })
  const sealed = first.seal(Buffer.from('hello'))
  const second = open(keychainOf(0x5a))
  expect(Buffer.from(second.open(sealed)).toString()).toBe('hello')
  second.lock()
  await second.unlock(null)
  expect(second.state().state).toBe('unlocked')

  const changed = open(keychainOf(0x11))
  expect(changed.state()).toEqual({ state: 'locked', kind: 'keychain' })
  await expect(changed.unlock(null)).rejects.toMatchObject({ code: 'format.malformed' })
  const without = open(null)
  expect(without.state()).toEqual({ state: 'locked', kind: 'keychain' })
  await expect(without.unlock(passphrase)).rejects.toMatchObject({ code: 'request.unsupported' })
})

test('stretches the passphrase as promised', async () => {
  await open(null).setUp(passphrase)
  const path = join(data, 'protection.json')
  const text = await readFile(path, 'utf8')
  expect(JSON.parse(text)).toMatchObject({ privateKey: { argon2id: cheap } })
  expect(text).not.toContain('correct')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  await rm(path)
  const paths = { data, scratch: data, home: data, code: data }
  await openProtection(
    { paths, keychain: null, randomBytes, clock: { now: () => 7 }, log },
    { stretch: stretchPassphrase },
  ).setUp(passphrase)
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
    privateKey: { argon2id: { memoryKiB: 131_072, iterations: 3, parallelism: 4 } },
  })
})

test('sets a damaged file aside instead of overwriting it', async () => {
  await writeFile(join(data, 'protection.json'), '{"version":1,')
  expect(open().state().state).toBe('none')
  expect(await readFile(join(data, 'protection.json.damaged-7'), 'utf8')).toBe('{"version":1,')
})

test('any changed or missing byte is told, whatever the length', async () => {
  const protection = open()
  await protection.setUp(passphrase)
  const refused = expect.objectContaining({ code: expect.stringMatching(/^format\.(malformed|unsupported-version)$/) })
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (plain, at, mask) => {
      const sealed = protection.seal(plain)
      expect(Buffer.from(protection.open(sealed)).equals(plain)).toBe(true)
      const changed = Uint8Array.from(sealed)
      const index = at % changed.byteLength
      changed[index] = (changed[index] ?? 0) ^ mask
      // X25519 ignores the highest bit of a public key.
      if (!(index === 38 && mask === 0x80)) expect(() => protection.open(changed)).toThrow(refused)
      expect(() => protection.open(sealed.subarray(0, index))).toThrow(refused)
    }),
    { numRuns: 50 },
  )
})

test('takes tens of megabytes', async () => {
  const protection = open()
  await protection.setUp(passphrase)
  const plain = Buffer.alloc(48 * 1024 * 1024, 'x')
  const sealed = protection.seal(plain)
  expect(sealed.byteLength).toBe(plain.byteLength + 67)
  expect(Buffer.compare(protection.open(sealed), plain)).toBe(0)
})
