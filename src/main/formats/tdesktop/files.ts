import { hash } from 'node:crypto'
import { isAppError } from '../../domain/errors.ts'
import type { FolderReader } from '../format.ts'
import { damaged, type Frame, readFrame } from './frame.ts'

/** Names of a folder's files. Each is stored under a suffix: `s` today, `0` and `1` in turns before. */

/** `data`, `data#2` …: what an account's files are named after. */
export function dataNameOf(name: string, index: number): string {
  return index === 0 ? name : `${name}#${index + 1}`
}

/** 16 characters: MD5 of the data name, 8 bytes of it, the low digit of each byte first. */
export function accountFolderOf(dataName: string): string {
  return hash('md5', dataName, 'hex')
    .slice(0, 16)
    .toUpperCase()
    .replaceAll(/(.)(.)/g, '$2$1')
}

export const FIRST_ACCOUNT_FOLDER = accountFolderOf('data')

const KEY_FILE = /^key_(.+)[s01]$/

/** `data` of `key_datas`; the name of the other key files there may be (option `-key`). */
export function nameOfKeyFile(path: string): string | null {
  return KEY_FILE.exec(path)?.[1] ?? null
}

/** The files that hold `base`, in the order the program tries them. */
export function pathsOf(folder: Pick<FolderReader, 'entries'>, base: string): readonly string[] {
  const found = folder.entries.filter(({ path }) => ['s', '0', '1'].some((suffix) => path === base + suffix))
  const current = found.filter(({ path }) => path.endsWith('s'))
  if (current.length > 0) return current.map(({ path }) => path)
  return found.toSorted((a, b) => b.modifiedAtMs - a.modifiedAtMs).map(({ path }) => path)
}

/**
 * A file's content, the older of two where the newer is damaged.
 * @returns null when there is none
 * @throws AppError format.malformed
 */
export async function readFileOf(folder: FolderReader, base: string): Promise<Frame | null> {
  const paths = pathsOf(folder, base)
  let firstError: unknown = null
  for (const path of paths) {
    try {
      return readFrame(await folder.read(path), path)
    } catch (error) {
      // The other one may be whole: the program goes on to it as well.
      if (!isAppError(error)) throw error
      firstError ??= error
    }
  }
  if (firstError !== null) throw firstError
  return null
}

/** Runs a reader of inner values and says which file was at fault where one ends too early. */
export function within<T>(what: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (isAppError(error, 'format.malformed') && error.details.format === undefined) {
      throw damaged(`in ${what}, ${error.details.reason}`)
    }
    throw error
  }
}
