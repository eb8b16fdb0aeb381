import { type Field, fields, type Session } from '../domain/session.ts'
import type { FormatInfo } from './format.ts'
import { formats } from './registry.ts'

/**
 * What the loss report needs of a session: no keys, no rows. A summary from the catalog has this shape too, so that a
 * report over hundreds of sessions opens none of them.
 */
export interface SessionFacts {
  readonly format: FormatInfo | null
  readonly dataCenters: readonly {
    readonly id: number
    readonly address: string | null
    readonly port: number | null
    readonly hasKey: boolean
    readonly home: boolean
    /** The address is not stored but follows from the id. */
    readonly implied?: boolean
  }[]
  readonly test: boolean | null
  readonly account: {
    readonly id: string | bigint
    readonly isBot: boolean | null
    readonly username: string | null
    readonly phone: string | null
  } | null
  readonly apiId: number | null
  readonly updateState: {
    readonly pts: number | null
    readonly qts: number | null
    readonly date: number | null
    readonly seq: number | null
  } | null
  readonly channelStates: number | null
  readonly peers: number | null
  readonly sentFiles: number | null
  readonly hasTakeout: boolean | null
  readonly hasTemporaryKey: boolean
  readonly savedAt: number | null
}

export function factsOf(session: Session, format: FormatInfo | null): SessionFacts {
  return {
    format,
    dataCenters: session.dataCenters.map(({ id, address, port, home, authKey }) => {
      return { id, address, port, home, hasKey: authKey !== null }
    }),
    test: session.test,
    account: session.account,
    apiId: session.apiId,
    updateState: session.updateState,
    channelStates: session.channelStates.count,
    peers: session.peers.count,
    sentFiles: session.sentFiles.count,
    hasTakeout: session.takeoutId !== null,
    hasTemporaryKey: session.temporaryKey !== null,
    savedAt: session.savedAt,
  }
}

/** What the shape a session came in can hold; everything when the shape is not known. */
export function carriesOf(info: FormatInfo | null): ReadonlySet<Field> {
  const format = formats.find((one) => one.id === info?.formatId)
  const variant = format?.variants.find((one) => one.id === info?.variant)
  return variant?.carries ?? new Set(fields)
}

/** The home DC of facts, as `homeOf` finds that of a session. */
export function homeFacts(facts: Pick<SessionFacts, 'dataCenters'>): SessionFacts['dataCenters'][number] | null {
  const marked = facts.dataCenters.find((dc) => dc.home)
  if (marked) return marked
  const withKey = facts.dataCenters.filter((dc) => dc.hasKey)
  return withKey.length === 1 ? (withKey[0] ?? null) : null
}
