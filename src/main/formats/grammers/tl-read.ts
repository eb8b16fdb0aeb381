import { type ByteReader, byteReader } from '../../bytes/reader.ts'
import { readTlBoolean, readTlBytes, readTlString, TL_VECTOR } from '../../bytes/tl.ts'
import { AppError } from '../../domain/errors.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Secret } from '../../domain/secret.ts'
import { type ChannelState, collectionOf, emptySession, type UpdateState } from '../../domain/session.ts'
import type { Decoded } from '../format.ts'
import { storedKeyFrom } from '../stored-key.ts'
import { addressesFrom } from './address-bytes.ts'
import { type DcEntry, dataCentersOf, listProblems, testOf } from './data-centers.ts'
import { DC_HAS, SESSION_HAS, type TlVariant, TYPE, WEB_SOCKET_HAS } from './tl-layout.ts'

export const ID = 'grammers.tl'

const MAX_DC_ID = 10_000

interface Findings {
  is32: boolean
  isReversed: boolean
  readonly problems: Problem[]
}

/** @throws AppError format.malformed, format.unsupported-version */
export function decodeTl(bytes: Uint8Array): Decoded {
  const reader = byteReader(bytes)
  const found: Findings = { is32: false, isReversed: false, problems: [] }
  expectConstructor(reader, TYPE.session, 'session')
  const flags = flagsOf(reader, SESSION_HAS.user | SESSION_HAS.state)
  const entries = readVector(reader, 8, () => readDataCenter(reader, found))
  const user = (flags & SESSION_HAS.user) === 0 ? null : readUser(reader, found)
  const state = (flags & SESSION_HAS.state) === 0 ? null : readState(reader, found)
  const { problems } = found
  if (reader.remaining > 0) {
    problems.push({
      code: 'grammers.trailing-bytes',
      message: `Behind the session come ${reader.remaining} bytes that mean nothing; grammers ignores them. Compare the file with a backup if you did not expect that.`,
    })
  }
  if (user !== null && !entries.some(({ id }) => id === user.dcId)) {
    problems.push({
      code: 'grammers.home-missing',
      message: `The account lives in DC ${user.dcId}, but the file lists no such data centre. Log in again, or restore the file from a backup.`,
    })
    entries.push({ id: user.dcId, ipv4: null, ipv6: null, authKey: null })
  }
  const dataCenters = dataCentersOf(entries, user?.dcId ?? null)
  listProblems(dataCenters, problems)
  const variant: TlVariant = found.is32 ? '0.3' : found.isReversed ? '0.8' : '0.4'
  return {
    info: { formatId: ID, variant, library: 'grammers', formatVersion: null },
    problems,
    session: {
      ...emptySession(),
      dataCenters,
      test: testOf(dataCenters),
      // 0.8.0 writes a user 0 to keep the home of a client that is not logged in.
      account: user && user.id !== 0n ? { id: user.id, isBot: user.isBot, username: null, phone: null } : null,
      updateState: state?.account ?? null,
      channelStates: collectionOf(state?.channels ?? []),
    },
  }
}

function readDataCenter(reader: ByteReader, found: Findings): DcEntry {
  const constructor = reader.u32le()
  if (constructor === TYPE.webSocket) return readWebSocket(reader, found)
  if (constructor !== TYPE.dataCenter) throw unknownConstructor()
  const flags = flagsOf(reader, DC_HAS.ipv4 | DC_HAS.ipv6 | DC_HAS.key)
  const id = dcIdFrom(reader.i32le())
  const ipv4 = (flags & DC_HAS.ipv4) === 0 ? null : reader.bytes(4)
  const ipv6 = (flags & DC_HAS.ipv6) === 0 ? null : reader.bytes(16)
  const port = portFrom(reader.i32le())
  const authKey = (flags & DC_HAS.key) === 0 ? null : readKey(reader, id, found)
  if (ipv4 !== null && ipv6 !== null) found.isReversed = true
  const addresses = addressesFrom(ipv4, ipv6)
  if (addresses.isDoubtful) {
    found.problems.push({
      code: 'grammers.address-order',
      message: `The address of DC ${id} can be read in two ways, for 0.8.0 stored it backwards. ${addresses.ipv4} is taken; check it before you rely on it.`,
    })
  }
  if (addresses.ipv4 === null && addresses.ipv6 === null) {
    found.problems.push({
      code: 'grammers.no-address',
      message: `The file gives no address of DC ${id}, and grammers 0.8 breaks off at such a file. An export writes the usual one.`,
    })
  }
  const endpoint = (address: string | null) => (address === null ? null : { address, port })
  return { id, ipv4: endpoint(addresses.ipv4), ipv6: endpoint(addresses.ipv6), authKey }
}

/** Only development versions between 0.7 and 0.8 wrote one, in browsers. */
function readWebSocket(reader: ByteReader, found: Findings): DcEntry {
  const flags = flagsOf(reader, WEB_SOCKET_HAS.key)
  const id = dcIdFrom(reader.i32le())
  const url = URL.parse(readTlString(reader))
  const authKey = (flags & WEB_SOCKET_HAS.key) === 0 ? null : readKey(reader, id, found)
  const host = url?.hostname ?? ''
  if (host === '') throw malformed('the address of a data centre is no web address')
  return { id, ipv4: { address: host, port: Number(url?.port) || 443 }, ipv6: null, authKey }
}

function readKey(reader: ByteReader, id: number, found: Findings): Secret | null {
  return storedKeyFrom(readTlBytes(reader), found.problems, { dcId: id })
}

function readUser(reader: ByteReader, found: Findings): { id: bigint; dcId: number; isBot: boolean } {
  const constructor = reader.u32le()
  if (constructor !== TYPE.user && constructor !== TYPE.user32) throw unknownConstructor()
  found.is32 ||= constructor === TYPE.user32
  const id = constructor === TYPE.user32 ? BigInt(reader.i32le()) : reader.i64le()
  if (id < 0n) throw malformed('the id of its account is not one')
  return { id, dcId: dcIdFrom(reader.i32le()), isBot: readTlBoolean(reader) }
}

function readState(reader: ByteReader, found: Findings): { account: UpdateState | null; channels: ChannelState[] } {
  expectConstructor(reader, TYPE.updateState, 'update state')
  const account = { pts: reader.i32le(), qts: reader.i32le(), date: reader.i32le(), seq: reader.i32le() }
  const channels = readVector(reader, 12, () => {
    const constructor = reader.u32le()
    if (constructor !== TYPE.channelState && constructor !== TYPE.channelState32) throw unknownConstructor()
    found.is32 ||= constructor === TYPE.channelState32
    const channelId = constructor === TYPE.channelState32 ? BigInt(reader.i32le()) : reader.i64le()
    return { channelId, pts: reader.i32le(), date: null, seq: null, qts: null }
  })
  // All zeros is the library's own word for "none".
  const isNone = Object.values(account).every((value) => value === 0)
  return { account: isNone ? null : account, channels }
}

/** @param leastBytes what an element takes at least: a count that lies is found before anything is read */
function readVector<T>(reader: ByteReader, leastBytes: number, read: () => T): T[] {
  expectConstructor(reader, TL_VECTOR, 'list')
  const count = reader.i32le()
  if (count < 0 || count * leastBytes > reader.remaining) throw malformed('a list is longer than the file')
  return Array.from({ length: count }, read)
}

function expectConstructor(reader: ByteReader, expected: number, what: string): void {
  if (reader.u32le() !== expected) throw unknownConstructor(what)
}

function flagsOf(reader: ByteReader, known: number): number {
  const flags = reader.u32le()
  if ((flags & ~known) !== 0) throw malformed('a mark in it is of no known kind')
  return flags
}

function dcIdFrom(id: number): number {
  if (id < 0 || id > MAX_DC_ID) throw malformed('the number of a data centre is not one')
  return id
}

function portFrom(port: number): number {
  if (port < 0 || port > 0xffff) throw malformed('the port of a data centre is not one')
  return port
}

function malformed(reason: string): AppError<'format.malformed'> {
  return new AppError('format.malformed', { format: ID, reason })
}

function unknownConstructor(what = 'part'): AppError<'format.unsupported-version'> {
  return new AppError('format.unsupported-version', {
    format: ID,
    found: `a ${what} of another kind`,
    known: 'releases 0.3 to 0.8',
  })
}
