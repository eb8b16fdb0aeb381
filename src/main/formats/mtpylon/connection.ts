import type { Problem } from '../../domain/problem.ts'
import type { Session } from '../../domain/session.ts'
import type { StoredSession, Variant } from '../format.ts'
import { foreignSession } from './key.ts'

/** A session of the protocol on a mtpylon server: a client's connection, known by its key's id. No key is kept of it. */
export interface Connection {
  /** 16 hexadecimal digits. */
  readonly keyId: string
  readonly sessionId: bigint
  /** Unix seconds. */
  readonly createdAt: number | null
  readonly lastSeenAt: number | null
}

function connectionKey({ keyId, sessionId }: Pick<Connection, 'keyId' | 'sessionId'>): string {
  return `${keyId}:${sessionId}`
}

/** @returns null for a key that none of ours is */
export function parseConnectionKey(key: string): Pick<Connection, 'keyId' | 'sessionId'> | null {
  const [, keyId, digits] = /^([0-9a-f]{16}):(-?\d{1,19})$/.exec(key) ?? []
  if (keyId === undefined || digits === undefined) return null
  const sessionId = BigInt(digits)
  return BigInt.asIntN(64, sessionId) === sessionId ? { keyId, sessionId } : null
}

export function storedConnection(formatId: string, connection: Connection): StoredSession {
  const key = connectionKey(connection)
  const session: Session = { ...foreignSession(null), savedAt: connection.lastSeenAt }
  const info = { formatId, variant: '1', library: 'mtpylon', formatVersion: null }
  return { key, name: `Key ${connection.keyId}`, decoded: { info, problems: [explained(connection)], session } }
}

function explained({ keyId, sessionId, createdAt, lastSeenAt }: Connection): Problem {
  const times = [
    ...(createdAt === null ? [] : [`opened ${moment(createdAt)}`]),
    ...(lastSeenAt === null ? [] : [`seen last ${moment(lastSeenAt)}`]),
  ]
  const when = times.length === 0 ? '' : `, ${times.join(', ')}`
  return {
    code: 'mtpylon.connection',
    message: `This is no login but session ${sessionId} of the client with key ${keyId} on a server of one’s own${when}. Deleting it ends it there; the client’s next call opens it anew as long as the server has its key.`,
  }
}

/** The largest that a date can be made of. */
const MAX_SECONDS = 8_640_000_000_000

function moment(seconds: number): string {
  if (Math.abs(seconds) > MAX_SECONDS) return 'at no possible time'
  return new Date(seconds * 1000).toISOString().replace('T', ' ').replace(/\..*$/, ' UTC')
}

/** What both layouts hold. */
export const connectionVariants: readonly Variant[] = [
  {
    id: '1',
    label: '1 (module of Session Deck)',
    library: 'mtpylon',
    carries: new Set(['saved-at']),
    requires: [],
    writable: false,
  },
]

export const CONNECTION_HELP =
  'What a mtpylon server noted with the module of Session Deck: who is connected, by key and session. It holds no keys, so nothing can be exported from it; deleting a row ends that session at the server.'
