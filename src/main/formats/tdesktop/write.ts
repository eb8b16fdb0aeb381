import { randomBytes } from 'node:crypto'
import { isIpv6, parseIp } from '../../bytes/ip.ts'
import { writeQtBytes } from '../../bytes/qt-stream.ts'
import { byteWriter } from '../../bytes/writer.ts'
import { defaultAddress, isPlausibleDcId } from '../../domain/data-centers.ts'
import { AppError } from '../../domain/errors.ts'
import { DC_FLAGS, homeOf, type Session } from '../../domain/session.ts'
import { endpointOf } from '../address.ts'
import type { DcWay } from '../dc-ways.ts'
import type { EncodeOptions } from '../format.ts'
import { testModeOf } from '../test-mode.ts'
import { requireKey, requirePlace } from '../write-checks.ts'
import { type StoredKey, writeAuthorization } from './authorization.ts'
import { writeConfig } from './config.ts'
import { encryptBlock, KEY_BYTE_LENGTH, passcodeKey, SALT_BYTE_LENGTH } from './crypt.ts'
import { accountFolderOf, dataNameOf } from './files.ts'
import { FORMAT_ID, writeFrame } from './frame.ts'
import { writeMap } from './map.ts'

/**
 * 3.4.0, low on purpose: a program older than a file takes it for missing, makes a key file of its own in its place, and
 * every account of the folder is lost.
 */
const PROGRAM_VERSION = 3_004_000
/** As many as the program takes; with more it does not start. */
const MOST_ACCOUNTS = 6
/** Ids take 48 bits where the program stores a user. */
const USER_ID_LIMIT = 1n << 48n
const NAME = 'data'

/**
 * A new folder with a local key of its own. One passcode protects every account in it.
 * @param sessions one to six, of different users
 * @throws AppError session.no-key, format.missing-field, format.not-writable
 */
export async function encodeAccounts(
  sessions: readonly Session[],
  options: EncodeOptions,
): Promise<ReadonlyMap<string, Uint8Array>> {
  refuseImpossible(sessions)
  const localKey = randomBytes(KEY_BYTE_LENGTH)
  const seal = (data: Uint8Array): Uint8Array => encryptBlock(data, localKey)
  const files = new Map<string, Uint8Array>()
  for (const [index, session] of sessions.entries()) {
    const folder = accountFolderOf(dataNameOf(NAME, index))
    files.set(`${folder}s`, fileOf(seal(authorizationOf(session, options))))
    // Without an index the program takes the account for logged out. Its first two parts belong to old releases.
    const nothing = new Uint8Array()
    files.set(`${folder}/maps`, fileOf(nothing, nothing, seal(writeMap(selfOf(session)))))
    const config = configOf(session)
    if (config !== null) files.set(`${folder}/configs`, fileOf(seal(config)))
  }
  files.set(`key_${NAME}s`, await keyFileOf(sessions.length, localKey, options.options.get('passcode') ?? ''))
  return files
}

async function keyFileOf(accounts: number, localKey: Uint8Array, passcode: string): Promise<Uint8Array> {
  const salt = randomBytes(SALT_BYTE_LENGTH)
  const keyBlock = encryptBlock(localKey, await passcodeKey(new TextEncoder().encode(passcode), salt))
  const info = byteWriter().i32(accounts)
  for (let index = 0; index < accounts; index += 1) info.i32(index)
  const active = info.i32(0).done()
  return fileOf(salt, keyBlock, encryptBlock(active, localKey))
}

function fileOf(...parts: readonly Uint8Array[]): Uint8Array {
  const writer = byteWriter()
  for (const part of parts) writeQtBytes(writer, part)
  return writeFrame({ version: PROGRAM_VERSION, payload: writer.done() })
}

function refuseImpossible(sessions: readonly Session[]): void {
  const refuse = (reason: string): never => {
    throw new AppError('format.not-writable', { format: FORMAT_ID, reason })
  }
  if (sessions.length === 0 || sessions.length > MOST_ACCOUNTS) {
    refuse(`Telegram Desktop keeps one to six accounts in a folder, not ${sessions.length}`)
  }
  const users = sessions.map((session) => {
    const home = homeOf(session)
    requireKey(home)
    requirePlace(home, FORMAT_ID)
    const { account } = session
    if (account === null) throw new AppError('format.missing-field', { format: FORMAT_ID, field: 'user-id' })
    if (account.id <= 0n || account.id >= USER_ID_LIMIT) refuse('the user id is not a possible one')
    return `${account.id} ${testModeOf(session)}`
  })
  if (new Set(users).size < users.length)
    refuse('Telegram Desktop keeps a user once: two of the logins are of one user')
}

/** The home DC's key first: some readers take the first for the account's. */
function authorizationOf(session: Session, { onDropped }: EncodeOptions): Uint8Array {
  const home = requirePlace(homeOf(session), FORMAT_ID)
  const keys = new Map<number, StoredKey>()
  let leftOut = 0
  for (const { id, authKey } of [home, ...session.dataCenters]) {
    if (authKey === null || keys.has(id)) continue
    if (isPlausibleDcId(id)) keys.set(id, { dcId: id, key: authKey.open() })
    else leftOut += 1
  }
  if (leftOut > 0) onDropped?.('other-keys', leftOut, 'of data centres that Telegram does not have')
  return writeAuthorization({ userId: session.account?.id ?? 0n, mainDcId: home.id, keys: [...keys.values()] })
}

/** The program's own user as far as it is known; its name comes when it is online. */
function selfOf(session: Session): Parameters<typeof writeMap>[0] {
  const { account } = session
  if (account === null || (account.username === null && account.phone === null)) return null
  const { id: userId, phone, username } = account
  return { userId, firstName: '', lastName: '', phone: phone ?? '', username: username ?? '' }
}

/** Null where the program's own table says the same: production, no address known. */
function configOf(session: Session): Uint8Array | null {
  const test = testModeOf(session)
  const isKnown = session.dataCenters.some(({ address }) => address !== null)
  if (!isKnown && !test) return null
  const listed = session.dataCenters
    .filter(({ address }) => address !== null)
    .flatMap((dc): readonly DcWay[] => {
      const stored = endpointOf(dc, test)
      // The program dials addresses alone; a host name gives way to the published one.
      const place =
        stored !== null && parseIp(stored.address) === null ? endpointOf({ ...dc, address: null }, test) : stored
      if (place === null) return []
      const family = isIpv6(place.address) ? DC_FLAGS.ipv6 : 0
      return [{ id: dc.id, flags: ((dc.flags ?? 0) & ~DC_FLAGS.ipv6) | family, ...place }]
    })
  return writeConfig({ test, options: [...listed, ...missingOptions(session, test, listed)] })
}

/**
 * What is listed replaces the program's own table, so it must lead home at least: over IPv4, which works everywhere.
 * Where nothing is known (a test account), the whole table is written.
 */
function missingOptions(session: Session, test: boolean, listed: readonly DcWay[]): readonly DcWay[] {
  const homeId = homeOf(session)?.id
  const ids = listed.length === 0 ? [1, 2, 3, 4, 5] : [homeId ?? 0]
  return ids
    .filter((id) => !listed.some((option) => option.id === id && (option.flags & DC_FLAGS.ipv6) === 0))
    .flatMap((id) => {
      const place = defaultAddress(id, test)
      return place === null ? [] : [{ id, flags: DC_FLAGS.static, ...place }]
    })
}
