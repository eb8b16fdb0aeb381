import { defaultAddress } from '../domain/data-centers.ts'
import { AppError, isAppError } from '../domain/errors.ts'
import { keyIdOf } from '../domain/key-id.ts'
import type { Problem } from '../domain/problem.ts'
import { hasSalt } from '../domain/salt.ts'
import { type Account, type Field, homeOf, type Session } from '../domain/session.ts'
import { codedError } from '../../shared/coded-error.ts'
import { errorSentence } from '../../shared/error-texts.ts'
import type { Decoded } from '../formats/format.ts'
import type { AccountSummary, DataCenterSummary, SessionSummary } from './session-store.ts'

export interface SummaryPlace {
  readonly key: string
  readonly name: string
  readonly path: string | null
}

/**
 * What the list knows of a decoded session: no key, no rows. `carries` are the fields the format can hold; a count of
 * something it cannot hold is null.
 */
export function summaryOf(decoded: Decoded, carries: ReadonlySet<Field>, place: SummaryPlace): SessionSummary {
  const { session, info, problems } = decoded
  const home = homeOf(session) ?? session.dataCenters.find((dc) => dc.authKey !== null)
  return {
    key: place.key,
    name: place.name,
    path: place.path,
    format: { ...info },
    keyId: home?.authKey ? keyIdOf(home.authKey) : null,
    dataCenters: dataCenterSummaries(session),
    test: session.test,
    account: session.account && accountSummary(session.account),
    apiId: session.apiId,
    updateState: session.updateState ? { ...session.updateState } : null,
    channelStates: carries.has('channel-states') ? session.channelStates.count : null,
    peers: carries.has('peers') ? session.peers.count : null,
    sentFiles: carries.has('sent-files') ? session.sentFiles.count : null,
    minContexts: carries.has('min-contexts') ? session.minContexts.count : null,
    ...(session.peerParts && { peerParts: session.peerParts }),
    hasTakeout: carries.has('takeout-id') ? session.takeoutId !== null : null,
    hasTemporaryKey: session.temporaryKey !== null,
    hasFutureAuthToken: session.futureAuthToken !== undefined,
    savedAt: session.savedAt,
    problems,
    ...(session.server && { server: session.server }),
  }
}

function accountSummary({ id, isBot, username, phone, extraUsernames, isPremium }: Account): AccountSummary {
  return {
    id: id.toString(),
    isBot,
    username,
    phone,
    ...(extraUsernames && { extraUsernames: [...extraUsernames] }),
    ...(isPremium !== undefined && { isPremium }),
  }
}

/** A place that is named like a session and could not be read: the row says why. */
export function unreadableSummary(place: SummaryPlace, problems: readonly Problem[]): SessionSummary {
  return {
    ...place,
    format: null,
    keyId: null,
    dataCenters: [],
    test: null,
    account: null,
    apiId: null,
    updateState: null,
    channelStates: null,
    peers: null,
    sentFiles: null,
    hasTakeout: null,
    hasTemporaryKey: false,
    savedAt: null,
    problems,
  }
}

/** A place that a passcode would open: the row asks for it. */
export function lockedSummary(place: SummaryPlace, formatId: string, error: AppError): SessionSummary {
  return { ...unreadableSummary(place, [problemOf(error)]), locked: { formatId } }
}

/** A failure as a problem of one session: its code and the sentence for it. */
export function problemOf(error: unknown): Problem {
  const known = isAppError(error) ? error : new AppError('internal', {}, { cause: error })
  return { code: known.code, message: errorSentence(codedError(known.code, known.details)) }
}

function dataCenterSummaries(session: Session): DataCenterSummary[] {
  return session.dataCenters.map((dc) => {
    const known = dc.address === null ? defaultAddress(dc.id, session.test === true) : null
    return {
      id: dc.id,
      address: dc.address ?? known?.address ?? null,
      port: dc.port ?? known?.port ?? null,
      hasKey: dc.authKey !== null,
      home: dc.home,
      implied: dc.address === null && known !== null,
      keyId: dc.authKey === null ? null : keyIdOf(dc.authKey),
      flags: dc.flags ?? null,
      hasSalt: hasSalt(dc),
      hasTimeOffset: Boolean(dc.timeOffset),
      timeOffset: dc.timeOffset ?? null,
    }
  })
}
