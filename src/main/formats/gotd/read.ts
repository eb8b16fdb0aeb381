import { toHex } from '../../bytes/hex.ts'
import { dcOfAddress, isPlausibleDcId } from '../../domain/data-centers.ts'
import { AppError } from '../../domain/errors.ts'
import { keyIdOf } from '../../domain/key-id.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Secret } from '../../domain/secret.ts'
import { type DataCenter, emptySession, type Session } from '../../domain/session.ts'
import { type HostPort, parseHostPort } from '../host-port.ts'
import { bytesMember, flagMember, int64Member, numberMember, textMember } from '../json-members.ts'
import { saltOf } from '../salt.ts'
import { storedKeyFrom } from '../stored-key.ts'
import type { SessionMembers } from './members.ts'
import { type DcOption, isOrdinary, optionFrom } from './options.ts'

const MAX_DC_ID = 10_000

/** The session in `Data`. Odd things go to `problems`. @throws AppError format.malformed */
export function sessionFrom(members: SessionMembers, problems: Problem[]): Session {
  const { data, config } = members
  if (data === null) throw new AppError('format.malformed', { reason: 'it has no “Data”' })
  const options = members.options.map(optionFrom)
  const authKey = keyFrom(bytesMember(data, 'AuthKey'), bytesMember(data, 'AuthKeyID'), problems)
  const place = placeFrom(members, problems)
  const home = { authKey, home: true, ...saltOf(int64Member(data, 'Salt')) }
  const known = place.stored === null ? null : dcOfAddress(place.stored.address)
  const isTest = flagMember(config, 'TestMode') ?? false
  if (!isTest && known?.test === true) {
    problems.push({
      code: 'gotd.test-mode-unmarked',
      message:
        'The file does not say that it belongs to the test servers, but its address is one of theirs. It is taken for a test session; an export marks it as one.',
    })
  }
  reportLeftOut(members, options, problems)
  const date = numberMember(config, 'Date', 0, 2 ** 40) ?? 0
  return {
    ...emptySession(),
    test: isTest || known?.test === true,
    savedAt: date === 0 ? null : date,
    dataCenters: dataCentersFrom(options, place, home),
  }
}

interface Place {
  readonly id: number
  /** From `Addr`; the running client leaves it empty. */
  readonly stored: HostPort | null
}

/** One entry for each option; the home one among them, or before them where its address is not in the list. */
function dataCentersFrom(
  options: readonly DcOption[],
  { id, stored }: Place,
  home: Pick<DataCenter, 'authKey' | 'home' | 'salt'>,
): readonly DataCenter[] {
  const candidates = options.filter(({ dc }) => dc.id === id && isOrdinary(dc.flags))
  const own =
    stored === null
      ? candidates[0]
      : candidates.find(({ dc }) => dc.address === stored.address && (stored.port ?? dc.port) === dc.port)
  if (own !== undefined) return options.map(({ dc }) => (dc === own.dc ? { ...dc, ...home } : dc))
  return [{ id, address: stored?.address ?? null, port: stored?.port ?? null, ...home }, ...options.map(({ dc }) => dc)]
}

/** Very old files have no DC; the importer from Telegram Desktop leaves out the port. */
function placeFrom({ data, config }: SessionMembers, problems: Problem[]): Place {
  const address = textMember(data ?? {}, 'Addr') ?? ''
  const stored = address === '' ? null : parseHostPort(address)
  if (address !== '' && stored === null) throw new AppError('format.malformed', { reason: 'its “Addr” is no address' })
  const storedId = numberMember(data ?? {}, 'DC', 0, MAX_DC_ID) ?? 0
  const owner = stored === null ? null : dcOfAddress(stored.address)
  if (owner !== null && owner.dcId !== storedId) {
    problems.push({
      code: storedId === 0 ? 'gotd.dc-inferred' : 'gotd.dc-mismatch',
      message: `The file says DC ${storedId}, but its address belongs to DC ${owner.dcId}, where the key was made. DC ${owner.dcId} is taken; an export writes it.`,
    })
    return { id: owner.dcId, stored }
  }
  const thisDc = numberMember(config, 'ThisDC', 0, MAX_DC_ID) ?? 0
  if (storedId === 0 && isPlausibleDcId(thisDc)) {
    problems.push({
      code: 'gotd.dc-inferred',
      message: `The file is of an early release and names no DC. Its settings came from DC ${thisDc}, which is taken; an export writes it.`,
    })
    return { id: thisDc, stored }
  }
  if (!isPlausibleDcId(storedId)) {
    problems.push({
      code: 'gotd.dc-unknown',
      message: `The file says DC ${storedId}, which Telegram does not have, and its address is not a known one. Give the DC when you export the session.`,
    })
  }
  return { id: storedId, stored }
}

function keyFrom(bytes: Uint8Array | null, storedId: Uint8Array | null, problems: Problem[]): Secret | null {
  const key = storedKeyFrom(bytes, problems, { noKey: 'The file holds no key: it was saved before any login.' })
  if (key !== null && keyIdOf(key) !== toHex(storedId ?? new Uint8Array())) {
    problems.push({
      code: 'gotd.key-id-mismatch',
      message:
        'The key id in the file is not that of its key, so gotd refuses the file as “corrupted key”. If the key itself is whole, an export to gotd writes the right id; if not, restore the file from a backup.',
    })
  }
  return key
}

/** What is in the file and has no place in a session. The library asks Telegram for all of it when it connects. */
function reportLeftOut({ unknownCount }: SessionMembers, options: readonly DcOption[], problems: Problem[]): void {
  const secretCount = options.filter(({ hasSecret }) => hasSecret).length
  const parts = [
    ...(unknownCount > 0 ? [`${unknownCount} further settings of Telegram’s servers`] : []),
    ...(secretCount > 0 ? [`the obfuscation secrets of ${secretCount} addresses`] : []),
  ]
  if (parts.length === 0) return
  problems.push({
    code: 'gotd.left-out',
    message: `The file also holds ${parts.join(' and ')}, which only a file of gotd has room for. Nothing has to be done: gotd asks for them anew when it connects.`,
  })
}
