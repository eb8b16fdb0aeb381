import { PickleObject, type PickleValue, readPickle } from '../../bytes/pickle.ts'
import { AppError } from '../../domain/errors.ts'
import type { Peer } from '../../domain/peer.ts'
import type { Problem } from '../../domain/problem.ts'
import { type Account, collectionOf, emptySession, type Field } from '../../domain/session.ts'
import type { Decoded, FileFormat } from '../format.ts'
import { userIdFrom } from '../stored-place.ts'
import { oldDataCenter } from './old-place.ts'

const ID = 'telethon.pickle'

const ROOTS = ['tl.session Session', 'telethon.tl.session Session']
const KEYS = ['crypto.auth_key AuthKey', 'telethon.crypto.auth_key AuthKey']

const carries: readonly Field[] = [
  'dc',
  'address',
  'test-mode',
  'auth-key',
  'salts',
  'time-offsets',
  'user-id',
  'is-bot',
  'account-username',
  'account-phone',
  'peers',
  'peer-types',
  'peer-names',
  'peer-usernames',
  'peer-phones',
]

/**
 * Upstream: `telethon/tl/session.py`, releases 0.1 to 0.10 (module `tl.session` up to 0.4); read at those releases.
 *
 * | attribute | value |
 * |---|---|
 * | server_address, port | text and number; no DC id |
 * | auth_key | none, or an object with `key`: 256 bytes |
 * | salt, time_offset, id, sequence, last_message_id | MTProto state |
 * | user | none, or the account as a whole TL object |
 *
 * Read only, and read as data: a pickle is a program, and nothing in it is run (`bytes/pickle.ts`).
 */
export const telethonPickle: FileFormat = {
  id: ID,
  library: 'telethon',
  label: 'Telethon pickle',
  help: 'The “.session” file of Telethon 0.1 to 0.10, a Python pickle. It is read without running anything in it. Read only: export it as Telethon SQLite to use it again.',
  medium: 'file',
  extension: '.session',
  variants: [
    { id: '0.4', label: '0.1 to 0.4', library: 'telethon', carries: new Set(carries), requires: [], writable: false },
    { id: '0.10', label: '0.5 to 0.10', library: 'telethon', carries: new Set(carries), requires: [], writable: false },
  ],
  defaultVariant: '0.10',
  detection: 'A Python pickle whose first object is the class `Session` of Telethon.',
  detect(bytes) {
    if (bytes[0] !== 0x80 || (bytes[1] ?? 0) < 2 || (bytes[1] ?? 0) > 5) return null
    // The class of the root comes first; what stands between its two names depends on the protocol.
    const head = new TextDecoder('latin1').decode(bytes.subarray(2, 80))
    const found = /(telethon\.)?tl\.session[^A-Za-z]{1,6}Session/.exec(head)
    if (found === null) return null
    const variant = found[1] === undefined ? '0.4' : '0.10'
    return { certainty: 'exact', reason: `Python pickle of Telethon’s Session class (${variant} or older)`, variant }
  },
  async decode(bytes) {
    const { root, trailingByteLength } = readPickle(bytes, isKnownName)
    if (!(root instanceof PickleObject) || !ROOTS.includes(root.name)) throw malformed('it is no Telethon session')
    return decodedFrom(root, trailingByteLength)
  },
}

function isKnownName(name: string): boolean {
  return (
    ROOTS.includes(name) ||
    KEYS.includes(name) ||
    name === 'datetime datetime' ||
    /^(?:telethon\.)?tl\.types(?:\.\w+)* \w+$/.test(name)
  )
}

function decodedFrom(root: PickleObject, trailingByteLength: number): Decoded {
  const problems: Problem[] = []
  if (trailingByteLength > 0) {
    problems.push({
      code: 'telethon.trailing-bytes',
      message: `The file goes on for ${trailingByteLength} bytes behind its end. They are left out; check what was read before you rely on it.`,
    })
  }
  const offset = integerIn(root, 'time_offset')
  const place = {
    address: textIn(root, 'server_address'),
    port: portIn(root),
    key: keyIn(root),
    salt: integerIn(root, 'salt') ?? 0n,
    timeOffset: offset === null || BigInt.asIntN(32, offset) !== offset ? null : Number(offset),
  }
  const { dataCenter, test } = oldDataCenter(place, problems)
  const self = selfIn(root)
  return {
    info: {
      formatId: ID,
      variant: root.name.startsWith('telethon.') ? '0.10' : '0.4',
      library: 'telethon',
      formatVersion: null,
    },
    problems,
    session: {
      ...emptySession(),
      dataCenters: [dataCenter],
      test,
      account: self?.account ?? null,
      peers: collectionOf(self === null ? [] : [self.peer]),
    },
  }
}

/** The account, which is the only entity such a file knows. */
function selfIn(root: PickleObject): { account: Account; peer: Peer } | null {
  const user = root.get('user')
  if (!(user instanceof PickleObject)) return null
  const id = userIdFrom(integerIn(user, 'id'))
  if (id === null) return null
  const isBot = user.get('bot') === true
  const username = textIn(user, 'username')
  const phone = textIn(user, 'phone')
  const name = [textIn(user, 'first_name'), textIn(user, 'last_name')].filter((part) => part !== null).join(' ')
  const accessHash = integerIn(user, 'access_hash')
  return {
    account: { id, isBot, username, phone },
    peer: {
      kind: 'user',
      type: isBot ? 'bot' : 'user',
      id,
      accessHash: accessHash === null ? null : BigInt.asIntN(64, accessHash),
      usernames: username === null ? [] : [username.toLowerCase()],
      phone,
      name: name === '' ? null : name,
      updatedAt: null,
    },
  }
}

function keyIn(root: PickleObject): Uint8Array | null {
  const key = root.get('auth_key')
  if (key === null) return null
  const bytes = key instanceof PickleObject && KEYS.includes(key.name) ? key.get('key') : null
  if (!(bytes instanceof Uint8Array)) throw malformed('its auth key is none')
  return bytes
}

function portIn(root: PickleObject): number | null {
  const port = integerIn(root, 'port')
  if (port === null) return null
  if (port < 1n || port > 65_535n) throw malformed('its port is none')
  return Number(port)
}

function textIn(object: PickleObject, name: string): string | null {
  const value: PickleValue = object.get(name)
  if (value === null || typeof value === 'string') return value === '' ? null : value
  throw malformed(`its attribute “${name}” is no text`)
}

function integerIn(object: PickleObject, name: string): bigint | null {
  const value = object.get(name)
  if (value === null || typeof value === 'bigint') return value
  throw malformed(`its attribute “${name}” is no whole number`)
}

function malformed(reason: string): AppError<'format.malformed'> {
  return new AppError('format.malformed', { format: ID, reason })
}
