import { dcOfAddress, isPlausibleDcId } from '../../domain/data-centers.ts'
import type { Problem } from '../../domain/problem.ts'
import { type Account, type DataCenter, emptySession, type Session, type UpdateState } from '../../domain/session.ts'
import type { Decoded, Detection, FileFormat, Unlock } from '../format.ts'
import { dataCentersOf } from '../dc-ways.ts'
import { keysOfDcs } from './auth.ts'
import {
  damaged,
  decryptRest,
  encryptionOf,
  type Events,
  LEAST_EVENT_BYTE_LENGTH,
  peekEvent,
  readEvent,
  replay,
  SERVICE,
  type Stop,
} from './binlog.ts'
import { databaseKey } from './database-key.ts'
import { booleanOption, integerOption, numberFrom, type Stores, storesFrom, textFrom } from './stores.ts'
import { waysFrom } from './ways.ts'

const ID = 'tdlib.binlog'

/** Of the log itself and of its two stores; a log in clear begins with one of them. */
const FIRST_TYPES: ReadonlySet<number> = new Set([SERVICE.header, SERVICE.encryption, 0x4327, 0x1f18])

/**
 * Upstream: `tddb/td/db/binlog`, `td/telegram/TdDb.cpp`, `td/telegram/net/AuthDataShared.cpp` of TDLib, read at 1.8.65.
 *
 * | part | content |
 * |---|---|
 * | event | size u32, id u64, type i32, flags i32, extra u64, data, CRC-32; little-endian |
 * | encryption event | first, in clear: flags i32, salt, IV, hash of the key; AES-256-CTR over all that follows |
 * | type 0x4327 | a key and its value: login, keys and addresses of the DCs, counters |
 * | type 0x1F18 | an option: the account's own id among them |
 */
export const tdlibBinlog: FileFormat = {
  id: ID,
  library: 'tdlib',
  label: 'TDLib td.binlog',
  help: 'The log in which TDLib and the apps made with it keep a login: “td.binlog” in the database folder, “td_test.binlog” for the test servers. Where the log holds no addresses, only that name tells the servers: say so when you export. Peers are in “db.sqlite” beside it, which is encrypted and is not read.',
  medium: 'file',
  extension: '.binlog',
  variants: [
    {
      id: '1',
      label: '1',
      library: 'tdlib',
      carries: new Set([
        'dc',
        'address',
        'test-mode',
        'dc-flags',
        'auth-key',
        'salts',
        'user-id',
        'is-bot',
        'account-premium',
        'update-state',
        'update-state-qts-seq',
        'other-data-centers',
        'other-keys',
      ]),
      requires: [],
      writable: false,
    },
  ],
  defaultVariant: '1',
  passcode: {
    label: 'Database key',
    help: 'What the program passes to TDLib as its database encryption key (setTdlibParameters, checkDatabaseEncryptionKey): text, hexadecimal or Base64. Without one, TDLib uses a key that everybody knows, and you are not asked.',
  },
  detection: 'The frame of its first event: length, type and CRC-32.',
  promising(head, sizeBytes) {
    const first = peekEvent(head)
    if (first === null || !FIRST_TYPES.has(first.type) || first.byteLength > sizeBytes) return false
    return first.byteLength > head.byteLength || typeof readEvent(head) !== 'string'
  },
  detect,
  decode,
}

function detect(bytes: Uint8Array): Detection | null {
  const first = readEvent(bytes)
  if (typeof first === 'string' || !FIRST_TYPES.has(first.type)) return null
  const isEncrypted = first.type === SERVICE.encryption
  return {
    certainty: 'exact',
    reason: `a log of TDLib, ${isEncrypted ? 'encrypted' : 'in clear'}`,
    variant: '1',
  }
}

async function decode(bytes: Uint8Array, unlock: Unlock): Promise<Decoded> {
  if (bytes.byteLength < LEAST_EVENT_BYTE_LENGTH) throw damaged('it ends before its first event does')
  const encryption = encryptionOf(bytes)
  if (encryption === null && detect(bytes) === null) throw damaged('its first event is damaged or cut short')
  const log =
    encryption === null
      ? bytes
      : decryptRest(bytes, encryption.from, encryption.event.iv, await databaseKey(encryption.event, unlock))
  const { events, stop }: Events = replay(log)
  const stores = storesFrom(events)
  const problems: Problem[] = []
  if (stop !== null) problems.push(stopProblem(stop))
  if (stores.damaged > 0) {
    problems.push({
      code: 'tdlib.entries-left-out',
      message: `${stores.damaged} ${stores.damaged === 1 ? 'entry of the log is' : 'entries of the log are'} of no known form and left out.`,
    })
  }
  return {
    session: sessionFrom(stores, problems),
    info: { formatId: ID, variant: '1', library: 'tdlib', formatVersion: null },
    problems,
  }
}

function stopProblem(stop: Stop): Problem {
  const what: Record<Stop, string> = {
    cut: 'The log ends in the middle of an event',
    checksum: 'An event of the log is damaged: its checksum does not fit',
    order: 'An event of the log stands where none can be',
  }
  return {
    code: 'tdlib.cut',
    message: `${what[stop]}. It is read up to there, as TDLib does; what was written later is lost. Copy the file again, with its program closed.`,
  }
}

function sessionFrom(stores: Stores, problems: Problem[]): Session {
  const { values, options } = stores
  const storedHome = numberFrom(values.get('main_dc_id'))
  const homeId = storedHome !== null && isPlausibleDcId(storedHome) ? storedHome : null
  const { keys, damaged: unreadable } = keysOfDcs(stores)
  const dataCenters = dataCentersOf(homeId, keys, waysFrom(values.get('dc_options')))
  if (unreadable.length > 0) {
    problems.push({
      code: 'session.damaged-key',
      message: `${unreadable.length === 1 ? 'A key is' : `${unreadable.length} keys are`} damaged or of a data centre that Telegram does not have, and left out. Restore the file from a backup if the login needs it.`,
    })
  }
  loginProblems(textFrom(values.get('auth')), problems)
  if (homeId === null || !keys.has(homeId)) {
    problems.push({
      code: 'session.no-key',
      message: 'The log holds no key of the data centre where the account lives: nobody is logged in with it.',
    })
  }
  return {
    ...emptySession(),
    dataCenters,
    test: testOf(dataCenters),
    account: accountFrom(values, options),
    updateState: updateStateFrom(values),
  }
}

/** Told by addresses that are known: the log itself does not say. */
function testOf(dataCenters: readonly DataCenter[]): boolean | null {
  const homeFirst = dataCenters.toSorted((a, b) => Number(b.home) - Number(a.home))
  const owners = homeFirst.map(({ address }) => (address === null ? null : dcOfAddress(address)))
  return owners.find((owner) => owner !== null)?.test ?? null
}

/** `ok` when logged in; `logout` and `destroy` while that is under way; nothing before. */
function loginProblems(state: string, problems: Problem[]): void {
  if (state === 'ok') return
  const isEnding = state === 'logout' || state === 'destroy'
  problems.push({
    code: 'tdlib.logged-out',
    message: isEnding
      ? 'The account is being logged out: the program ends this login as soon as it is online. Log in again to use it elsewhere.'
      : 'The log does not say that anybody is logged in: the login was not finished. Finish it in the program that made the log.',
  })
}

function accountFrom(values: Stores['values'], options: Stores['options']): Account | null {
  const id = integerOption(options, 'my_id')
  if (id === null || id <= 0n || id >= 1n << 63n) return null
  const isPremium = booleanOption(options, 'is_premium')
  return {
    id,
    // Written for bots alone.
    isBot: textFrom(values.get('auth')) === 'ok' ? textFrom(values.get('auth_is_bot')) === 'true' : null,
    username: null,
    phone: null,
    ...(isPremium === null ? {} : { isPremium }),
  }
}

function updateStateFrom(values: Stores['values']): UpdateState | null {
  const pts = numberFrom(values.get('updates.pts'))
  const qts = numberFrom(values.get('updates.qts'))
  const date = numberFrom(values.get('updates.date'))
  return pts === null && qts === null && date === null ? null : { pts, qts, date, seq: null }
}
