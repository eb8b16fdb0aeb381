import { keyIdOf } from '../domain/key-id.ts'
import { hasSalt } from '../domain/salt.ts'
import { type DataCenter, type Field, fields, type Session } from '../domain/session.ts'
import type { DataCenterFacts, FormatInfo, SessionFacts } from './facts.ts'
import { formats } from './registry.ts'

export type { SessionFacts } from './facts.ts'

export function factsOf(session: Session, format: FormatInfo | null): SessionFacts {
  return {
    format,
    dataCenters: session.dataCenters.map((dc) => {
      return { id: dc.id, address: dc.address, port: dc.port, home: dc.home, ...dataCenterFacts(dc) }
    }),
    test: session.test,
    account: session.account,
    apiId: session.apiId,
    updateState: session.updateState,
    channelStates: session.channelStates.count,
    peers: session.peers.count,
    sentFiles: session.sentFiles.count,
    minContexts: session.minContexts.count,
    hasTakeout: session.takeoutId !== null,
    hasTemporaryKey: session.temporaryKey !== null,
    hasFutureAuthToken: session.futureAuthToken !== undefined,
    savedAt: session.savedAt,
    ...(session.peerParts && { peerParts: session.peerParts }),
    ...(session.server && { server: session.server }),
  }
}

/** What is told of a data centre without its secrets: which key it is, not the key. */
function dataCenterFacts(
  dc: DataCenter,
): Required<Pick<DataCenterFacts, 'hasKey' | 'keyId' | 'flags' | 'hasSalt' | 'hasTimeOffset'>> {
  return {
    hasKey: dc.authKey !== null,
    keyId: dc.authKey && keyIdOf(dc.authKey),
    flags: dc.flags ?? null,
    hasSalt: hasSalt(dc),
    hasTimeOffset: Boolean(dc.timeOffset),
  }
}

/** What the shape a session came in can hold; everything when the shape is not known. */
export function carriesOf(info: FormatInfo | null): ReadonlySet<Field> {
  const format = formats.find((one) => one.id === info?.formatId)
  const variant = format?.variants.find((one) => one.id === info?.variant)
  return variant?.carries ?? new Set(fields)
}

/** The home DC of facts, as `homeOf` finds that of a session. */
export function homeFacts(facts: Pick<SessionFacts, 'dataCenters'>): DataCenterFacts | null {
  const marked = facts.dataCenters.find((dc) => dc.home)
  if (marked) return marked
  const withKey = facts.dataCenters.filter((dc) => dc.hasKey)
  const [first, ...others] = withKey
  return first !== undefined && others.every((dc) => isSameKey(dc, first)) ? first : null
}

/** Whether two entries are one DC with one key: it can be known by several addresses. */
export function isSameKey(one: DataCenterFacts, other: DataCenterFacts): boolean {
  if (!one.hasKey || !other.hasKey || one.id !== other.id) return false
  // Facts of earlier releases do not tell; a DC has one key.
  return one.keyId == null || other.keyId == null || one.keyId === other.keyId
}
