import { encodeBase64 } from '../../bytes/base64.ts'
import { fromHex } from '../../bytes/hex.ts'
import { type JsonValue, parseJson, printJson } from '../../bytes/json.ts'
import { AppError, isAppError } from '../../domain/errors.ts'
import { keyIdOf } from '../../domain/key-id.ts'
import type { Problem } from '../../domain/problem.ts'
import { homeOf, type Session } from '../../domain/session.ts'
import { endpointOf } from '../address.ts'
import type { Detection, FileFormat } from '../format.ts'
import { printHostPort } from '../host-port.ts'
import { saltNumber } from '../salt.ts'
import { testModeOf } from '../test-mode.ts'
import { requireKey, requirePlace } from '../write-checks.ts'
import { settingsFrom, unchangedConfig } from './config.ts'
import { type SessionMembers, sessionMembers } from './members.ts'
import { optionOf } from './options.ts'
import { sessionFrom } from './read.ts'

const ID = 'gotd.json'
const VERSION = 1

/** @throws AppError format.malformed */
function membersOf(bytes: Uint8Array): SessionMembers {
  let value: JsonValue
  try {
    // A byte order mark is kept, and refused, as Go does.
    value = parseJson(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch (error) {
    if (isAppError(error)) throw error
    throw new AppError('format.malformed', { reason: 'it is not UTF-8 text' })
  }
  return sessionMembers(value)
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

function detect(bytes: Uint8Array): Detection | null {
  if (!/^\s*\{/.test(textOf(bytes.subarray(0, 64)))) return null
  // Looked for before anything is parsed: most JSON is no session, and some of it is large.
  if (!/"authkey"\s*:/i.test(textOf(bytes))) return null
  let members: SessionMembers
  try {
    members = membersOf(bytes)
  } catch {
    return null
  }
  const { top, data } = members
  const version = top['Version']
  if (typeof version !== 'number' || data === null || !('AuthKey' in data)) return null
  const isWhole = 'AuthKeyID' in data || 'Config' in data
  return {
    certainty: isWhole ? 'exact' : 'plausible',
    reason: `JSON of gotd, version ${version}, with ${members.options.length} server addresses`,
    variant: version === VERSION ? '1' : null,
  }
}

/**
 * Upstream: `gotd/td`, `session/session.go`, `telegram/session.go`; read at d0d567e (2026-07-28).
 *
 * | member | kept in it |
 * |---|---|
 * | `Version` | 1; anything else counts as no session |
 * | `Data.Config` | settings of the server with `TestMode`, `Date` and the address list `DCOptions` |
 * | `Data.DC`, `Data.Addr` | home DC; its address, which only importers fill |
 * | `Data.AuthKey`, `Data.AuthKeyID` | 256 and 8 bytes in base64 |
 * | `Data.Salt` | a bare number of 64 bits |
 *
 * One line of UTF-8 without a break. Go writes every member, `null` for an empty list.
 */
export const gotdJson: FileFormat = {
  id: ID,
  library: 'gotd',
  label: 'gotd JSON',
  help: 'The file (or value) that gotd/td for Go keeps a session in: one key, its salt and the addresses of all servers. What else the file keeps of the server’s settings goes into other files of gotd alone; the library asks for it when it connects.',
  medium: 'file',
  extension: '.json',
  variants: [
    {
      id: '1',
      label: '1',
      library: 'gotd',
      carries: new Set([
        'dc',
        'address',
        'test-mode',
        'dc-flags',
        'auth-key',
        'salts',
        'saved-at',
        'other-data-centers',
      ]),
      requires: ['auth-key', 'dc'],
      writable: true,
    },
  ],
  defaultVariant: '1',
  detection: 'JSON with `Version` and, in `Data`, `AuthKey`.',
  detect,
  async decode(bytes) {
    const members = membersOf(bytes)
    const version = members.top['Version']
    if (typeof version !== 'number' || members.data === null) {
      throw new AppError('format.malformed', { format: ID, reason: 'it has no “Version” and “Data”' })
    }
    if (version !== VERSION) {
      throw new AppError('format.unsupported-version', { format: ID, found: String(version), known: String(VERSION) })
    }
    const problems: Problem[] = []
    const settings = settingsFrom(members)
    const session = { ...sessionFrom(members, problems), ...(settings && { settings }) }
    return { info: { formatId: ID, variant: '1', library: 'gotd', formatVersion: VERSION }, problems, session }
  },
  async encode(session) {
    return new TextEncoder().encode(printJson({ Version: VERSION, Data: dataOf(session) }))
  },
}

function dataOf(session: Session): JsonValue {
  const home = homeOf(session)
  const authKey = requireKey(home)
  const dc = requirePlace(home, ID)
  const endpoint = dc.address === null ? null : endpointOf(dc, session.test)
  // With flags it came from a list of addresses and goes back there; without, it is what an importer puts in `Addr`.
  const isListed = dc.flags !== undefined
  const placed = { ...dc, ...(endpoint && { address: endpoint.address, port: endpoint.port }) }
  const options = session.dataCenters
    .filter((one) => one !== dc || isListed)
    .filter((one) => one === dc || one.address !== null)
    .map((one) => optionOf(one === dc ? placed : one))
  const isFilled = options.length > 0
  // The rest of the settings is the server's to say: the library asks for it whenever it connects.
  const config = {
    BlockedMode: false,
    ForceTryIpv6: false,
    Date: Math.floor(session.savedAt ?? 0),
    Expires: 0,
    TestMode: testModeOf(session),
    ThisDC: isFilled ? dc.id : 0,
    DCOptions: isFilled ? options : null,
    DCTxtDomainName: '',
    TmpSessions: 0,
    WebfileDCID: 0,
  }
  return {
    Config: unchangedConfig(session, config) ?? config,
    DC: dc.id,
    Addr: isListed || endpoint === null ? '' : printHostPort(endpoint.address, endpoint.port),
    AuthKey: encodeBase64(authKey.open()),
    AuthKeyID: encodeBase64(fromHex(keyIdOf(authKey)) ?? new Uint8Array()),
    Salt: saltNumber(dc),
  }
}
