import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, isAppError } from '../domain/errors.ts'
import type { Secret } from '../domain/secret.ts'
import type { Ports } from '../ports.ts'
import type { StretchTask } from '../workers/stretch-passphrase.ts'
import type { Protection, ProtectionState } from './interfaces.ts'
import { type Argon2Cost, type ProtectionFile, readProtectionFile, writeProtectionFile } from './protection-file.ts'
import { openSealed, privateKeyFrom, publicBytesOf, sealFor } from './protection-seal.ts'

const COST: Argon2Cost = { memoryKiB: 128 * 1024, iterations: 3, parallelism: 4 }

export interface ProtectionOptions {
  /** Runs `stretchPassphrase`: in a worker thread, for it takes half a second. */
  readonly stretch: (task: StretchTask) => Promise<Uint8Array>
  /** For tests: what new passphrases cost. */
  readonly cost?: Argon2Cost
}

type ProtectionPorts = Pick<Ports, 'paths' | 'keychain' | 'randomBytes' | 'clock' | 'log'>

/**
 * Opens what `<data>/protection.json` holds. Where a keychain is, the key pair is made by itself and starts unlocked;
 * with a passphrase it starts locked.
 */
export function openProtection(ports: ProtectionPorts, { stretch, cost = COST }: ProtectionOptions): Protection {
  const path = join(ports.paths.data, 'protection.json')
  const listeners: ((state: ProtectionState) => void)[] = []
  let file = readOrSetAside(path, ports)
  let privateKey: KeyObject | null = null
  // Counts locks: one that comes while a passphrase is being stretched wins.
  let locks = 0

  const state = (): ProtectionState => ({
    state: file === null ? 'none' : privateKey === null ? 'locked' : 'unlocked',
    kind: file?.privateKey.kind ?? (ports.keychain ? 'keychain' : 'passphrase'),
  })
  const changed = (): void => {
    for (const listener of listeners) listener(state())
  }

  function unlockWithKeychain(stored: ProtectionFile): KeyObject {
    if (stored.privateKey.kind !== 'keychain' || ports.keychain === null) {
      throw new AppError('request.unsupported', { reason: 'the key is kept by the keychain of the desktop app' })
    }
    let raw: Uint8Array
    try {
      raw = ports.keychain.open(stored.privateKey.sealed)
    } catch (error) {
      throw new AppError('passcode.wrong', { file: path }, { cause: error })
    }
    return checkedKey(raw, stored)
  }

  function create(raw: Uint8Array, half: ProtectionFile['privateKey']): void {
    // Another process may have set it up meanwhile: a key is never overwritten.
    if (existsSync(path)) throw new AppError('request.invalid', { reason: 'protection is set up already' })
    const key = privateKeyFrom(raw)
    const made: ProtectionFile = { version: 1, publicKey: publicBytesOf(key), privateKey: half }
    writeProtectionFile(path, made)
    file = made
    privateKey = key
  }

  if (ports.keychain !== null) {
    try {
      if (file === null) createWithKeychain(ports.keychain)
      else if (file.privateKey.kind === 'keychain') privateKey = unlockWithKeychain(file)
    } catch (error) {
      ports.log.warn('the keychain could not be used', { code: isAppError(error) ? error.code : 'unknown' })
    }
  }

  function createWithKeychain(keychain: NonNullable<Ports['keychain']>): void {
    const raw = ports.randomBytes(32)
    create(raw, { kind: 'keychain', sealed: Uint8Array.from(keychain.seal(raw)) })
    raw.fill(0)
  }

  function keyOf(passphrase: Secret, salt: Uint8Array, argon: Argon2Cost): Promise<Uint8Array> {
    return stretch({ passphrase: Uint8Array.from(passphrase.open()), salt, ...argon })
  }

  async function sealWithPassphrase(raw: Uint8Array, passphrase: Secret): Promise<PassphraseHalf> {
    const salt = ports.randomBytes(16)
    const nonce = ports.randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', await keyOf(passphrase, salt, cost), nonce)
    const sealed = Buffer.concat([cipher.update(raw), cipher.final()])
    return { kind: 'passphrase', salt, nonce, tag: cipher.getAuthTag(), sealed, argon2id: cost }
  }

  async function openWithPassphrase(half: PassphraseHalf, passphrase: Secret): Promise<Uint8Array> {
    const key = await keyOf(passphrase, half.salt, half.argon2id)
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, half.nonce)
      decipher.setAuthTag(half.tag)
      return Buffer.concat([decipher.update(half.sealed), decipher.final()])
    } catch (error) {
      throw new AppError('passcode.wrong', {}, { cause: error })
    }
  }

  return {
    state,
    async setUp(passphrase) {
      if (file !== null) throw new AppError('request.invalid', { reason: 'protection is set up already' })
      if (passphrase === null) {
        if (ports.keychain === null) throw new AppError('passcode.required', {})
        createWithKeychain(ports.keychain)
      } else {
        const raw = ports.randomBytes(32)
        create(raw, await sealWithPassphrase(raw, passphrase))
        raw.fill(0)
      }
      changed()
    },
    async unlock(passphrase) {
      if (file === null) throw new AppError('protection.required', {})
      if (file.privateKey.kind === 'keychain') {
        privateKey = unlockWithKeychain(file)
      } else {
        if (passphrase === null) throw new AppError('passcode.required', {})
        const before = locks
        const key = checkedKey(await openWithPassphrase(file.privateKey, passphrase), file)
        if (before !== locks) throw new AppError('protection.locked', {})
        privateKey = key
      }
      changed()
    },
    lock() {
      locks += 1
      if (privateKey === null) return
      privateKey = null
      changed()
    },
    seal(bytes) {
      if (file === null) throw new AppError('protection.required', {})
      return sealFor(file.publicKey, bytes, ports.randomBytes)
    },
    open(sealed) {
      if (file === null) throw new AppError('protection.required', {})
      if (privateKey === null) throw new AppError('protection.locked', {})
      return openSealed(privateKey, file.publicKey, sealed)
    },
    onChange(listener) {
      listeners.push(listener)
    },
  }
}

type PassphraseHalf = Extract<ProtectionFile['privateKey'], { kind: 'passphrase' }>

function checkedKey(raw: Uint8Array, file: ProtectionFile): KeyObject {
  const key = raw.byteLength === 32 ? privateKeyFrom(raw) : null
  raw.fill(0)
  if (key === null || !Buffer.from(publicBytesOf(key)).equals(file.publicKey)) {
    throw new AppError('format.malformed', { format: 'protection', reason: 'the two halves do not belong together' })
  }
  return key
}

/** A damaged file is kept under another name: what it sealed may still be rescued by hand. */
function readOrSetAside(path: string, ports: ProtectionPorts): ProtectionFile | null {
  const file = readProtectionFile(path)
  if (file !== 'damaged') return file
  renameSync(path, `${path}.damaged-${ports.clock.now()}`)
  ports.log.error('protection.json is damaged and was set aside')
  return null
}
