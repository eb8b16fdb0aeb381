import { isJsonObject, type JsonObject } from '../../bytes/json.ts'
import { dcOfAddress, isPlausibleDcId } from '../../domain/data-centers.ts'
import { AppError } from '../../domain/errors.ts'
import { authKeyFrom } from '../../domain/key-id.ts'
import type { Problem } from '../../domain/problem.ts'
import { DC_FLAGS, type DataCenter, emptySession, type Session } from '../../domain/session.ts'
import { bytesMember, int64Member, numberMember, objectMember, objectsMember } from '../json-members.ts'
import { saltOf } from '../salt.ts'
import { damagedKeyProblem } from '../stored-key.ts'
import { userIdFrom } from '../stored-place.ts'
import { type DcOption, optionFrom } from './dc-option.ts'

const MAX_INT32 = 2 ** 31 - 1

/** Members that are in a session of ours, or of no use to another process (state of one connection). */
const KNOWN = {
  top: ['ApiId', 'UserId', 'MainDC', 'DCSessions', 'DcOptions'],
  session: ['AuthKey', 'UserId', 'OldSalt', 'Salt', 'Salts', 'DataCenter', 'Layer'],
  /** Before April 2025. */
  earlier: ['Id', 'AuthKeyID', 'Seqno', 'ServerTicksOffset', 'LastSentMsgId', 'WithoutUpdates'],
  option: ['flags', 'id', 'ip_address', 'port', 'secret'],
}

/** The session in the JSON. @throws AppError format.malformed */
export function sessionFrom(top: JsonObject, problems: Problem[]): Session {
  const mainDc = numberMember(top, 'MainDC', -10_000, 10_000) ?? 0
  const slots = slotsFrom(objectMember(top, 'DCSessions') ?? {}, mainDc, problems)
  const options = (objectsMember(top, 'DcOptions') ?? []).map(optionFrom)
  // An address of a slot is in the list again: one entry for both.
  const rest = options.filter(({ dc }) => !slots.some(({ option }) => option !== null && isSamePlace(option.dc, dc)))
  const home = slots.find(({ dc }) => dc.home)?.dc
  reportHome(mainDc, home, problems)
  const secrets = [...options, ...slots.flatMap(({ option }) => option ?? [])].filter(({ hasSecret }) => hasSecret)
  reportLeftOut(unknownCountOf(top), secrets.length, problems)
  const apiId = numberMember(top, 'ApiId', -MAX_INT32, MAX_INT32) ?? 0
  const userId = userIdFrom(int64Member(top, 'UserId'))
  return {
    ...emptySession(),
    test: home?.address == null ? null : (dcOfAddress(home.address)?.test ?? null),
    apiId: apiId > 0 ? apiId : null,
    account: userId === null ? null : { id: userId, isBot: null, username: null, phone: null },
    dataCenters: [...slots.map(({ dc }) => dc), ...rest.map(({ dc }) => dc)],
  }
}

interface Slot {
  readonly dc: DataCenter
  readonly option: DcOption | null
}

/** `DCSessions` by DC number; a negative one is a key that serves media alone. */
function slotsFrom(sessions: JsonObject, mainDc: number, problems: Problem[]): readonly Slot[] {
  return Object.entries(sessions).map(([number, value]) => {
    const slot = /^-?\d{1,5}$/.test(number) ? Number(number) : 0
    if (slot === 0 || Math.abs(slot) > 10_000 || !isJsonObject(value)) {
      throw new AppError('format.malformed', { reason: 'one of its “DCSessions” is none' })
    }
    const stored = objectMember(value, 'DataCenter')
    const option = stored === null ? null : optionFrom(stored)
    const bytes = bytesMember(value, 'AuthKey')
    const key = authKeyFrom(bytes)
    if (key === 'damaged') problems.push(damagedKeyProblem(bytes, { dcId: slot }))
    if (key === null) {
      problems.push({
        code: 'wtelegram.empty-slot',
        message: `The file has an entry without a key for DC ${slot}: WTelegramClient cannot open it so. An export leaves the entry out.`,
      })
    }
    const media = slot < 0 ? DC_FLAGS.media : 0
    const dc: DataCenter = {
      id: Math.abs(slot),
      address: option?.dc.address ?? null,
      port: option?.dc.port ?? null,
      authKey: key === 'damaged' ? null : key,
      home: slot === mainDc,
      flags: (option?.dc.flags ?? 0) | media,
      ...saltOf(int64Member(value, 'Salt')),
    }
    return { dc, option }
  })
}

function isSamePlace(a: DataCenter, b: DataCenter): boolean {
  return a.id === b.id && a.address === b.address && a.port === b.port && a.flags === b.flags
}

function reportHome(mainDc: number, home: DataCenter | undefined, problems: Problem[]): void {
  const owner = home?.address == null ? null : dcOfAddress(home.address)
  if (home === undefined || home.authKey === null) {
    problems.push({
      code: 'session.no-key',
      message:
        mainDc === 0
          ? 'The file names no home DC: it was saved before any login.'
          : `The file says that the account lives in DC ${mainDc}, but holds no key for it. Log in again.`,
    })
  } else if (!isPlausibleDcId(home.id)) {
    problems.push({
      code: 'wtelegram.dc-unknown',
      message: `The file says DC ${home.id}, which Telegram does not have. Give the DC when you export the session.`,
    })
  } else if (owner !== null && owner.dcId !== home.id) {
    problems.push({
      code: 'wtelegram.address-mismatch',
      message: `The file has a key of DC ${home.id} but the address of DC ${owner.dcId}. An export writes the address of DC ${home.id} instead.`,
    })
  }
}

function unknownCountOf(top: JsonObject): number {
  const count = (object: unknown, names: readonly string[]): number =>
    isJsonObject(object as JsonObject)
      ? Object.keys(object as JsonObject).filter((name) => !names.includes(name)).length
      : 0
  const sessions = Object.values(objectMember(top, 'DCSessions') ?? {}).filter(isJsonObject)
  return (
    count(top, KNOWN.top) +
    sessions.reduce((sum, one) => sum + count(one, [...KNOWN.session, ...KNOWN.earlier]), 0) +
    [...sessions.map((one) => one['DataCenter']), ...(objectsMember(top, 'DcOptions') ?? [])].reduce<number>(
      (sum, one) => sum + count(one, KNOWN.option),
      0,
    )
  )
}

function reportLeftOut(unknownCount: number, secretCount: number, problems: Problem[]): void {
  const parts = [
    ...(unknownCount > 0 ? [`${unknownCount} values that the app does not know`] : []),
    ...(secretCount > 0 ? [`the obfuscation secrets of ${secretCount} addresses`] : []),
  ]
  if (parts.length === 0) return
  problems.push({
    code: 'wtelegram.left-out',
    message: `The file also holds ${parts.join(' and ')}, which an export leaves out. Keep the file if you go on with WTelegramClient.`,
  })
}
