import { readQtBytes } from '../../bytes/qt-stream.ts'
import { byteReader } from '../../bytes/reader.ts'
import { hash } from 'node:crypto'
import { AppError, isAppError } from '../../domain/errors.ts'
import type { Problem } from '../../domain/problem.ts'
import { emptySession } from '../../domain/session.ts'
import type { Decoded, FolderReader, StoredSession, Unlock } from '../format.ts'
import { nameOf, sessionFrom } from './account.ts'
import { readAuthorization } from './authorization.ts'
import { readConfig, type ServerConfig } from './config.ts'
import { decryptBlock } from './crypt.ts'
import { accountFolderOf, dataNameOf, FIRST_ACCOUNT_FOLDER, nameOfKeyFile, readFileOf, within } from './files.ts'
import { damaged, FORMAT_ID, type Frame, spellVersion } from './frame.ts'
import { type OpenedFolder, openKeyFile, openLegacyMap } from './key-file.ts'
import { readMap, type SelfRecord } from './map.ts'

export const VARIANT = { accounts: '2', single: '1' } as const

/** What opentele writes in its "performance mode": SHA-256 of the salt and of the local key. */
const SHARED_BY_ALL = new Set([
  'abd62c683c0aa7566c81b49061dcb2d6f7a7dfeeb4cfc97d83973682309fd4fb',
  'e7930447122076356b6c19f113f559ccb387b867026d2b1261559e9cc418f172',
])

/** @throws AppError format.malformed, passcode.required, passcode.wrong, session.no-key */
export async function listAccounts(folder: FolderReader, unlock: Unlock): Promise<readonly StoredSession[]> {
  const names = keyFileNames(folder)
  if (names.length === 0) return [await readLegacy(folder, unlock)]
  const sessions: StoredSession[] = []
  const failures: unknown[] = []
  for (const name of names) {
    try {
      sessions.push(...(await listOf(folder, name, unlock)))
    } catch (error) {
      if (!isAppError(error)) throw error
      failures.push(error)
    }
  }
  if (sessions.length === 0) throw worstOf(failures)
  return failures.length === 0 ? sessions : sessions.map(withHiddenKeyFile)
}

/** `data` of `key_datas` first, then others there may be. */
export function keyFileNames(folder: Pick<FolderReader, 'entries'>): readonly string[] {
  const names = folder.entries.map(({ path }) => nameOfKeyFile(path)).filter((name) => name !== null)
  return [...new Set(names)].toSorted((a, b) => Number(b === 'data') - Number(a === 'data'))
}

/** A locked key file can be opened by asking; a damaged one cannot. */
function worstOf(failures: readonly unknown[]): unknown {
  return (
    failures.find((error) => isAppError(error, 'passcode.required') || isAppError(error, 'passcode.wrong')) ??
    failures[0]
  )
}

function withHiddenKeyFile(stored: StoredSession): StoredSession {
  const problem = {
    code: 'tdesktop.key-file-closed',
    message:
      'The folder has another key file, which was not opened: it is damaged or has another passcode. Its accounts are not shown.',
  }
  return { ...stored, decoded: { ...stored.decoded, problems: [...stored.decoded.problems, problem] } }
}

async function listOf(folder: FolderReader, name: string, unlock: Unlock): Promise<readonly StoredSession[]> {
  const opened = await openKeyFile(folder, name, unlock)
  const shared = sharedProblems(opened)
  const sessions: StoredSession[] = []
  const failures: unknown[] = []
  for (const index of opened.accounts) {
    const key = dataNameOf(name, index)
    try {
      const stored = await readAccount(folder, key, opened)
      if (stored !== null) sessions.push(stored)
    } catch (error) {
      if (!isAppError(error)) throw error
      failures.push(error)
      sessions.push(damagedAccount(key, opened, error))
    }
  }
  if (failures.length > 0 && failures.length === sessions.length) throw failures[0]
  // One account is listed as soon as the program is started for the first time.
  if (sessions.length === 0) throw new AppError('session.no-key', {})
  return sessions.map(({ decoded, ...stored }) => ({
    ...stored,
    decoded: { ...decoded, problems: [...decoded.problems, ...shared] },
  }))
}

/** @returns null for an account that has no file: nobody logged in. @throws AppError format.malformed */
async function readAccount(folder: FolderReader, key: string, opened: OpenedFolder): Promise<StoredSession | null> {
  const base = accountFolderOf(key)
  const frame = await readFileOf(folder, base)
  if (frame === null) return null
  const authorization = within(`“${base}”`, () => readAuthorization(openFile(frame, opened, base)))
  const problems: Problem[] = []
  const config = await optional(problems, 'config', () => configOf(folder, base, opened))
  const self = await optional(problems, 'map', () => selfOf(folder, base, opened, problems))
  const own = self !== null && self.userId === authorization.userId ? self : null
  const session = within(`“${base}”`, () => sessionFrom({ authorization, config, self: own }, problems))
  return { key, name: nameOf(own), decoded: decodedFrom(opened, VARIANT.accounts, session, problems) }
}

/** @throws AppError format.malformed */
function openFile(frame: Frame, opened: OpenedFolder, file: string): Uint8Array {
  const data = decryptBlock(readQtBytes(byteReader(frame.payload)), opened.localKey, `“${file}”`)
  if (data === null) throw damaged(`“${file}” does not fit the folder's key: it is of another folder, or was changed`)
  return data
}

async function configOf(folder: FolderReader, base: string, opened: OpenedFolder): Promise<ServerConfig | null> {
  const file = `${base}/config`
  const frame = await readFileOf(folder, file)
  return frame === null ? null : within(`“${file}”`, () => readConfig(openFile(frame, opened, file)))
}

async function selfOf(
  folder: FolderReader,
  base: string,
  opened: OpenedFolder,
  problems: Problem[],
): Promise<SelfRecord | null> {
  const file = `${base}/map`
  const frame = await readFileOf(folder, file)
  if (frame === null) {
    problems.push({
      code: 'tdesktop.no-map',
      message: `The file “${file}s” is missing: Telegram Desktop takes the account for logged out. Export it as a new folder, which has one.`,
    })
    return null
  }
  return within(`“${file}”`, () => {
    const reader = byteReader(frame.payload)
    // Salt and key stood here before there were several accounts.
    readQtBytes(reader)
    readQtBytes(reader)
    const data = decryptBlock(readQtBytes(reader), opened.localKey, `“${file}”`)
    if (data === null) throw damaged('its content does not fit the folder’s key')
    return readMap(data, frame.version)
  })
}

/** A part that the login does without: damage in it is told and goes no further. */
async function optional<T>(problems: Problem[], part: 'config' | 'map', read: () => Promise<T>): Promise<T | null> {
  try {
    return await read()
  } catch (error) {
    if (!isAppError(error)) throw error
    problems.push(
      part === 'config'
        ? {
            code: 'tdesktop.config-ignored',
            message:
              'The account’s server configuration is damaged (opentele writes such ones): Telegram Desktop ignores it and so does this app. Addresses and the mark of the test servers are not known.',
          }
        : {
            code: 'tdesktop.map-damaged',
            message:
              'The account’s index (“map”) is damaged: Telegram Desktop takes the account for logged out. Export it as a new folder, which has a whole one.',
          },
    )
    return null
  }
}

/** One of several that cannot be read: shown without a key, so that nobody takes it for gone. */
function damagedAccount(key: string, opened: OpenedFolder, error: AppError): StoredSession {
  const reason = isAppError(error, 'format.malformed') ? error.details.reason : 'its file cannot be read'
  const problem = {
    code: 'session.damaged-key',
    message: `This account of the folder cannot be read: ${reason}. Restore the folder from a backup, or log in again.`,
  }
  return { key, name: null, decoded: decodedFrom(opened, VARIANT.accounts, emptySession(), [problem]) }
}

function sharedProblems(opened: OpenedFolder): readonly Problem[] {
  const isShared = [opened.salt, opened.localKey].some((part) => SHARED_BY_ALL.has(hash('sha256', part)))
  if (!isShared || opened.hasPasscode) return []
  return [
    {
      code: 'tdesktop.no-secrecy',
      message:
        'The folder is encrypted with a key that opentele gives to every folder written in its “performance mode”: anyone can read it. Export it anew with a key of its own.',
    },
  ]
}

function decodedFrom(
  opened: OpenedFolder,
  variant: string,
  session: Decoded['session'],
  problems: readonly Problem[],
): Decoded {
  return {
    session,
    info: { formatId: FORMAT_ID, variant, library: 'tdesktop', formatVersion: spellVersion(opened.version) },
    problems,
  }
}

/** Before there were several accounts: the index carries salt and key. */
async function readLegacy(folder: FolderReader, unlock: Unlock): Promise<StoredSession> {
  const base = FIRST_ACCOUNT_FOLDER
  const file = `${base}/map`
  const map = await readFileOf(folder, file)
  if (map === null) throw damaged('the key file (“key_datas”) is missing')
  const opened = await openLegacyMap(map, file, unlock)
  const frame = await readFileOf(folder, base)
  if (frame === null) throw new AppError('session.no-key', {})
  const authorization = within(`“${base}”`, () => readAuthorization(openFile(frame, opened, base)))
  const problems: Problem[] = []
  const self = await optional(problems, 'map', async () => {
    const data = decryptBlock(opened.mapBlock, opened.localKey, `“${file}”`)
    if (data === null) throw damaged('its content does not fit the folder’s key')
    return within(`“${file}”`, () => readMap(data, map.version))
  })
  const own = self !== null && self.userId === authorization.userId ? self : null
  const session = within(`“${base}”`, () => sessionFrom({ authorization, config: null, self: own }, problems))
  return { key: '', name: nameOf(own), decoded: decodedFrom(opened, VARIANT.single, session, problems) }
}
