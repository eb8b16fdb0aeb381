import { normalizeIp } from '../bytes/ip.ts'
import { AppError } from '../domain/errors.ts'
import { type DataCenter, homeOf, type Session } from '../domain/session.ts'
import type { Format } from './format.ts'

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
  format: Format,
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
  const apiId = values.get('api-id')
  const testMode = values.get('test-mode')
  return {
    ...session,
    apiId: apiId === undefined ? session.apiId : Number(integer('api-id', apiId, 1n, 2n ** 31n - 1n)),
    test: testMode === undefined ? session.test : flag('test-mode', testMode),
    account: filledAccount(session, values),
    dataCenters: filledDataCenters(session, values),
  }
}

function filledAccount(session: Session, values: ReadonlyMap<FillName, string>): Session['account'] {
  const userId = values.get('user-id')
  const isBot = values.get('is-bot')
  const id = userId === undefined ? undefined : integer('user-id', userId, 1n, 2n ** 63n - 1n)
  if (session.account === null) {
    if (id === undefined) {
      // Validated all the same; it has no place without an account.
      if (isBot !== undefined) flag('is-bot', isBot)
      return null
    }
    return { id, isBot: isBot === undefined ? null : flag('is-bot', isBot), username: null, phone: null }
  }
  const sameAccount = id === undefined || id === session.account.id
  return {
    id: id ?? session.account.id,
    isBot: isBot === undefined ? session.account.isBot : flag('is-bot', isBot),
    username: sameAccount ? session.account.username : null,
    phone: sameAccount ? session.account.phone : null,
  }
}

function filledDataCenters(session: Session, values: ReadonlyMap<FillName, string>): readonly DataCenter[] {
  const dcText = values.get('dc')
  const addressText = values.get('address')
  const portText = values.get('port')
  if (dcText === undefined && addressText === undefined && portText === undefined) return session.dataCenters
  const id = dcText === undefined ? undefined : Number(integer('dc', dcText, 1n, 5n))
  const address = addressText === undefined ? undefined : ipAddress(addressText)
  const port = portText === undefined ? undefined : Number(integer('port', portText, 1n, 65_535n))
  const home = homeOf(session) ?? session.dataCenters.find((dc) => dc.id === id) ?? null
  if (home === null && id === undefined) {
    throw new AppError('request.invalid', { field: 'dc', reason: 'give the data centre as well' })
  }
  const filled: DataCenter = {
    id: id ?? home?.id ?? 0,
    address: address ?? home?.address ?? null,
    port: port ?? home?.port ?? null,
    authKey: home?.authKey ?? null,
    home: true,
  }
  const others = session.dataCenters.filter((dc) => dc !== home)
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
