import { createHash, randomBytes } from 'node:crypto'
import type { PasswordChallenge, PasswordVerifier } from './srp.ts'
import type { Account, Device, InitFields, LoginState, NewLogin } from './telegram.ts'

/** An auth key and whom it stands for. The account stays noted when the login has ended. */
export interface Login {
  readonly keyId: string
  readonly authKey: Uint8Array
  readonly dcId: number
  readonly salt: bigint
  readonly hash: bigint
  readonly device: Partial<Device>
  /** MTProto sessions that the server has met, and the messages it has answered. */
  readonly sessions: Set<bigint>
  readonly answered: Set<bigint>
  state: LoginState
  accountId: number | null
  createdAt: number
  activeAt: number
  init: InitFields | null
  layer: number | null
  sentCode: { readonly phone: string; readonly hash: string } | null
  challenge: PasswordChallenge | null
}

/** For a login by QR code. */
export interface LoginToken {
  readonly token: Uint8Array
  readonly keyId: string
  readonly expiresAt: number
  acceptedBy: number | null
}

/** What all data centres know. */
export interface World {
  readonly accounts: Map<number, Account>
  readonly logins: Map<string, Login>
  /** Null for a token that has expired. */
  readonly botTokens: Map<string, number | null>
  readonly passwords: Map<number, PasswordVerifier>
  readonly loginCodes: Map<string, string>
  readonly loginTokens: LoginToken[]
  /** Days without use after which logins of an account end. */
  readonly ttlDays: Map<number, number>
}

const DEFAULT_AGE_SECONDS = 10 * 86_400
const HASH_BYTE_LENGTH = 8

export function createWorld(): World {
  return {
    accounts: new Map(),
    logins: new Map(),
    botTokens: new Map(),
    passwords: new Map(),
    loginCodes: new Map(),
    loginTokens: [],
    ttlDays: new Map(),
  }
}

/** Takes a key in. `salt` is drawn when left out. */
export function addLogin(
  world: World,
  { authKey, dcId, accountId, state, createdAt, activeAt, device }: NewLogin & { readonly dcId: number },
  nowSeconds: number,
  salt: bigint = drawNumber(),
): Login {
  if (accountId !== null && !world.accounts.has(accountId)) throw new Error(`there is no account ${accountId}`)
  const login: Login = {
    keyId: keyIdOf(authKey),
    authKey: Uint8Array.from(authKey),
    dcId,
    salt,
    hash: drawNumber(),
    device: device ?? {},
    sessions: new Set(),
    answered: new Set(),
    state: state ?? (accountId === null ? 'unregistered' : 'ok'),
    accountId,
    createdAt: createdAt ?? nowSeconds - DEFAULT_AGE_SECONDS,
    activeAt: activeAt ?? nowSeconds,
    init: null,
    layer: null,
    sentCode: null,
    challenge: null,
  }
  world.logins.set(login.keyId, login)
  return login
}

/** The logins that an account's devices list shows. */
export function standingLogins(world: World, accountId: number): readonly Login[] {
  return [...world.logins.values()].filter((login) => login.accountId === accountId && STANDING.has(login.state))
}

const STANDING: ReadonlySet<LoginState> = new Set<LoginState>(['ok', 'frozen', 'password-pending'])

export function accountOf(world: World, id: number | null): Account {
  const account = id === null ? undefined : world.accounts.get(id)
  if (account === undefined) throw new Error(`there is no account ${id}`)
  return account
}

/** Of a phone number only the digits count. */
export function digitsOf(phone: string): string {
  return phone.replaceAll(/\D/g, '')
}

/** The server's own count, so that a fault of the app's shows. */
function keyIdOf(authKey: Uint8Array): string {
  return createHash('sha1').update(authKey).digest().subarray(-8).toString('hex')
}

function drawNumber(): bigint {
  return randomBytes(HASH_BYTE_LENGTH).readBigInt64LE()
}
