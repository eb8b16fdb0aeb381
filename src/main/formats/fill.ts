import { normalizeIp } from '../bytes/ip.ts'
import { AppError } from '../domain/errors.ts'
import { type Account, type DataCenter, homeOf, type Session } from '../domain/session.ts'
import type { DataCenterFacts, SessionFacts } from './facts.ts'
import type { Format } from './format.ts'
import { homeFacts } from './session-facts.ts'

/** Values a person can give a session before it is written, by the names of their fields. */
const fillNames = ['api-id', 'user-id', 'is-bot', 'dc', 'address', 'port', 'test-mode'] as const
export type FillName = (typeof fillNames)[number]

export interface SplitValues {
  /** For {@link fillSession}. */
  readonly fields: ReadonlyMap<FillName, string>
  /** For `EncodeOptions.options`. */
  readonly options: ReadonlyMap<string, string>
}

/**
 * Tells the values for the session from those for the format. Empty values count as not given.
 * @throws AppError request.invalid for a name neither knows, or a flag that is no yes or no
 */
export function splitValues(
  values: ReadonlyMap<string, string> | Readonly<Record<string, string>>,
  format: Pick<Format, 'options'>,
): SplitValues {
  const fields = new Map<FillName, string>()
  const options = new Map<string, string>()
  for (const [name, raw] of values instanceof Map ? values : Object.entries(values)) {
    const value = raw.trim()
    const option = format.options?.find((one) => one.name === name)
    if (value === '') continue
    if (option !== undefined) options.set(name, option.kind === 'flag' ? String(flag(name, value)) : value)
    else if (isFillName(name)) fields.set(name, value)
    else throw new AppError('request.invalid', { field: name, reason: 'there is no such value to set' })
  }
  return { fields, options }
}

/**
 * The session with the given values in place of its own.
 * @throws AppError request.invalid, naming the field, for a value that cannot be one
 */
export function fillSession(session: Session, values: ReadonlyMap<FillName, string>): Session {
  return {
    ...session,
    ...filledNumbers(session, values),
    account: filledAccount(session.account, values, (id) => id),
    dataCenters: filledDataCenters(session.dataCenters, homeOf(session), values, { authKey: null }),
  }
}

/** The same for what is known of a session without opening it. */
export function fillFacts(facts: SessionFacts, values: ReadonlyMap<FillName, string>): SessionFacts {
  const stored = { dataCenters: facts.dataCenters.map(withoutImplied) }
  const dataCenters = filledDataCenters(stored.dataCenters, homeFacts(stored), values, { hasKey: false })
  return {
    ...facts,
    ...filledNumbers(facts, values),
    account: filledAccount(facts.account, values, String),
    dataCenters: dataCenters === stored.dataCenters ? facts.dataCenters : dataCenters,
  }
}

/** An implied address is not stored: it does not stay when the DC becomes another one. */
function withoutImplied(dc: DataCenterFacts): DataCenterFacts {
  return dc.implied === true ? { ...dc, address: null, port: null, implied: false } : dc
}

interface Numbers {
  readonly apiId: number | null
  readonly test: boolean | null
}

function filledNumbers({ apiId, test }: Numbers, values: ReadonlyMap<FillName, string>): Numbers {
  const apiIdText = values.get('api-id')
  const testMode = values.get('test-mode')
  return {
    apiId: apiIdText === undefined ? apiId : Number(integer('api-id', apiIdText, 1n, 2n ** 31n - 1n)),
    test: testMode === undefined ? test : flag('test-mode', testMode),
  }
}

type AnyAccount<Id> = Omit<Account, 'id'> & { readonly id: Id }

function filledAccount<Id>(
  account: AnyAccount<Id> | null,
  values: ReadonlyMap<FillName, string>,
  toId: (id: bigint) => Id,
): AnyAccount<Id> | null {
  const userId = values.get('user-id')
  const isBotText = values.get('is-bot')
  const id = userId === undefined ? undefined : integer('user-id', userId, 1n, 2n ** 63n - 1n)
  const isBot = isBotText === undefined ? undefined : flag('is-bot', isBotText)
  // Whether it is a bot has no place without an account.
  if (account === null && id === undefined) return null
  const isSame = account !== null && (id === undefined || id.toString() === String(account.id))
  if (isSame) return { ...account, isBot: isBot ?? account.isBot }
  return { id: toId(id ?? 0n), isBot: isBot ?? account?.isBot ?? null, username: null, phone: null }
}

type Place = Pick<DataCenter, 'id' | 'address' | 'port' | 'home'>

function filledDataCenters<Entry extends Place>(
  dataCenters: readonly Entry[],
  ownHome: Entry | null,
  values: ReadonlyMap<FillName, string>,
  blank: Omit<Entry, keyof Place>,
): readonly (Entry | (Place & Omit<Entry, keyof Place>))[] {
  const dcText = values.get('dc')
  const addressText = values.get('address')
  const portText = values.get('port')
  if (dcText === undefined && addressText === undefined && portText === undefined) return dataCenters
  const id = dcText === undefined ? undefined : Number(integer('dc', dcText, 1n, 5n))
  const address = addressText === undefined ? undefined : ipAddress(addressText)
  const port = portText === undefined ? undefined : Number(integer('port', portText, 1n, 65_535n))
  const home = ownHome ?? dataCenters.find((dc) => dc.id === id) ?? null
  if (home === null && id === undefined) {
    throw new AppError('request.invalid', { field: 'dc', reason: 'give the data centre as well' })
  }
  const filled = {
    ...(home ?? blank),
    id: id ?? home?.id ?? 0,
    address: address ?? home?.address ?? null,
    port: port ?? home?.port ?? null,
    home: true,
  }
  const others = dataCenters.filter((dc) => dc !== home)
  return [filled, ...others.map((dc) => ({ ...dc, home: false }))]
}

function isFillName(name: string): name is FillName {
  return (fillNames as readonly string[]).includes(name)
}

function integer(field: FillName, text: string, least: bigint, most: bigint): bigint {
  const digits = text.trim()
  if (/^\d{1,19}$/.test(digits)) {
    const value = BigInt(digits)
    if (value >= least && value <= most) return value
  }
  throw new AppError('request.invalid', { field, reason: `a whole number from ${least} to ${most} is needed` })
}

function flag(field: string, text: string): boolean {
  const word = text.trim().toLowerCase()
  if (['yes', 'true', '1', 'on'].includes(word)) return true
  if (['no', 'false', '0', 'off'].includes(word)) return false
  throw new AppError('request.invalid', { field, reason: 'yes or no is needed' })
}

function ipAddress(text: string): string {
  const address = normalizeIp(text)
  if (address === null) throw new AppError('request.invalid', { field: 'address', reason: 'an IP address is needed' })
  return address
}
