import { readQtBytes } from '../../bytes/qt-stream.ts'
import { type ByteReader, byteReader } from '../../bytes/reader.ts'
import { AppError } from '../../domain/errors.ts'
import type { FolderReader, Unlock } from '../format.ts'
import { decryptBlock, KEY_BYTE_LENGTH, legacyPasscodeKey, passcodeKey, SALT_BYTE_LENGTH } from './crypt.ts'
import { readFileOf, within } from './files.ts'
import { damaged, type Frame } from './frame.ts'

/** A folder that was opened: what its files are encrypted with, and which accounts it lists. */
export interface OpenedFolder {
  /** Of the program that wrote the key file. */
  readonly version: number
  readonly salt: Uint8Array
  readonly localKey: Uint8Array
  readonly hasPasscode: boolean
  readonly accounts: readonly number[]
}

/** More than any fork allows; the program itself has six. */
const MOST_ACCOUNTS = 1000

/**
 * Opens `key_<name>`: salt, local key (encrypted with the passcode's key), list of accounts (with the local key).
 * @throws AppError format.malformed, passcode.required, passcode.wrong
 */
export async function openKeyFile(folder: FolderReader, name: string, unlock: Unlock): Promise<OpenedFolder> {
  const file = `key_${name}`
  const frame = await readFileOf(folder, file)
  if (frame === null) throw damaged(`the file “${file}” is missing`)
  const parts = within(`“${file}”`, () => {
    const reader = byteReader(frame.payload)
    return { salt: readSalt(reader, file), keyBlock: readQtBytes(reader), infoBlock: readQtBytes(reader) }
  })
  const { localKey, hasPasscode } = await openLocalKey(parts.salt, parts.keyBlock, unlock, file, passcodeKey)
  const info = decryptBlock(parts.infoBlock, localKey, `the list of accounts in “${file}”`)
  if (info === null) throw damaged(`the list of accounts in “${file}” does not fit its key: it was changed`)
  const accounts = within(`“${file}”`, () => readAccounts(byteReader(info)))
  return { version: frame.version, salt: parts.salt, localKey, hasPasscode, accounts }
}

/** What the index of an only account holds in front, before there were several. */
export async function openLegacyMap(
  map: Frame,
  file: string,
  unlock: Unlock,
): Promise<OpenedFolder & { readonly mapBlock: Uint8Array }> {
  const { salt, keyBlock, mapBlock } = within(`“${file}”`, () => {
    const reader = byteReader(map.payload)
    return { salt: readSalt(reader, file), keyBlock: readQtBytes(reader), mapBlock: readQtBytes(reader) }
  })
  const opened = await openLocalKey(salt, keyBlock, unlock, file, legacyPasscodeKey)
  return { ...opened, version: map.version, salt, accounts: [0], mapBlock }
}

function readSalt(reader: ByteReader, file: string): Uint8Array {
  const salt = readQtBytes(reader)
  if (salt.byteLength === SALT_BYTE_LENGTH) return salt
  throw damaged(
    salt.byteLength === 0
      ? `“${file}” holds no key, and the key file (“key_datas”) is missing: copy the whole folder`
      : `“${file}” begins with ${salt.byteLength} bytes where 32 are expected`,
  )
}

/** Without a passcode first: one round costs nothing, and a passcode meant for another folder does no harm. */
async function openLocalKey(
  salt: Uint8Array,
  keyBlock: Uint8Array,
  unlock: Unlock,
  file: string,
  derive: typeof passcodeKey,
): Promise<{ localKey: Uint8Array; hasPasscode: boolean }> {
  const what = `the key in “${file}”`
  const open = async (passcode: Uint8Array): Promise<Uint8Array | null> =>
    decryptBlock(keyBlock, await derive(passcode, salt), what)
  const unprotected = await open(new Uint8Array())
  const passcode = unlock.passcode?.open() ?? new Uint8Array()
  if (unprotected === null && passcode.byteLength === 0) throw new AppError('passcode.required', {})
  const localKey = unprotected ?? (await open(passcode))
  if (localKey === null) throw new AppError('passcode.wrong', {})
  if (localKey.byteLength !== KEY_BYTE_LENGTH) {
    throw damaged(`${what} has ${localKey.byteLength} bytes where 256 are expected`)
  }
  return { localKey, hasPasscode: unprotected === null }
}

/** Count, indexes, and (not in old files) the active one. */
function readAccounts(reader: ByteReader): readonly number[] {
  const count = reader.i32()
  if (count < 1 || count > MOST_ACCOUNTS) throw damaged(`the list of accounts names ${count}`)
  const indexes = Array.from({ length: count }, () => reader.i32())
  if (indexes.some((index) => index < 0 || index >= MOST_ACCOUNTS)) {
    throw damaged('the list of accounts names an impossible one')
  }
  return [...new Set(indexes)]
}
