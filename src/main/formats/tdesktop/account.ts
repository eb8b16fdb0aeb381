import { isPlausibleDcId } from '../../domain/data-centers.ts'
import { normalizeIp } from '../../bytes/ip.ts'
import { authKeyFrom } from '../../domain/key-id.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Secret } from '../../domain/secret.ts'
import { DC_FLAGS, type DataCenter, emptySession, type Session } from '../../domain/session.ts'
import type { Authorization } from './authorization.ts'
import type { DcOption, ServerConfig } from './config.ts'
import { damaged } from './frame.ts'
import type { SelfRecord } from './map.ts'

/** Ids from here on are special connections of a DC (id mod 10000). */
const SHIFT = 10_000

/** Everything the files of one account say. */
interface AccountParts {
  readonly authorization: Authorization
  /** Null where none is stored or it cannot be read. */
  readonly config: ServerConfig | null
  readonly self: SelfRecord | null
}

/** The account as a session; what was left out or is odd goes to `problems`. @throws AppError format.malformed */
export function sessionFrom({ authorization, config, self }: AccountParts, problems: Problem[]): Session {
  const { userId, mainDcId } = authorization
  if (!isPlausibleDcId(mainDcId)) throw damaged(`it names DC ${mainDcId} as its own, which Telegram does not have`)
  const keys = keysFrom(authorization, problems)
  if (!keys.has(mainDcId)) {
    problems.push({
      code: 'session.no-key',
      message: `The account has no key for DC ${mainDcId}, where it lives: it is not logged in. Log in with Telegram Desktop.`,
    })
  }
  if (userId === 0n) {
    problems.push({
      code: 'tdesktop.nobody',
      message:
        'Nobody is logged in with this key: Telegram Desktop made it and shows its start page. Log in there, or delete it.',
    })
  }
  if (authorization.keysToDestroy > 0) {
    const several = authorization.keysToDestroy > 1
    problems.push({
      code: 'tdesktop.keys-to-destroy',
      message: `${authorization.keysToDestroy} ${several ? 'keys' : 'key'} of logins that are being ended ${several ? 'are' : 'is'} left out; Telegram Desktop removes ${several ? 'them' : 'it'} when it is online next.`,
    })
  }
  return {
    ...emptySession(),
    dataCenters: dataCentersFrom(mainDcId, keys, config),
    test: config?.test ?? null,
    account:
      userId === 0n
        ? null
        : {
            id: userId,
            isBot: null,
            username: self?.username.replace(/^@/, '') || null,
            phone: self?.phone.replaceAll(/\D/g, '') || null,
          },
  }
}

/** What a person calls the account: its name, else its username, null when neither is known. */
export function nameOf(self: SelfRecord | null): string | null {
  if (self === null) return null
  const name = [self.firstName, self.lastName]
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(' ')
  return name || (self.username === '' ? null : `@${self.username.replace(/^@/, '')}`)
}

/** The first key of each DC, as the program takes them. Keys of special connections (ids above 10000) are left out. */
function keysFrom({ keys }: Authorization, problems: Problem[]): ReadonlyMap<number, Secret> {
  const found = new Map<number, Secret>()
  let leftOut = 0
  for (const { dcId, key } of keys) {
    const secret = authKeyFrom(key)
    if (secret === null || secret === 'damaged' || !isPlausibleDcId(dcId) || found.has(dcId)) leftOut += 1
    else found.set(dcId, secret)
  }
  if (leftOut > 0) {
    problems.push({
      code: 'tdesktop.keys-left-out',
      message: `${leftOut} of ${keys.length} keys ${leftOut === 1 ? 'is' : 'are'} left out: of a special connection, of a data centre that Telegram does not have, doubled, or nothing but zeros. The login does not need them.`,
    })
  }
  return found
}

/** Ways to the DCs in the config's order, each DC's key at the best of its own; then keys without an address. */
function dataCentersFrom(
  mainDcId: number,
  keys: ReadonlyMap<number, Secret>,
  config: ServerConfig | null,
): readonly DataCenter[] {
  const options = (config?.options ?? []).filter(({ id, port }) => id > 0 && id < SHIFT && port > 0 && port <= 0xffff)
  const carriers = new Map([mainDcId, ...keys.keys()].map((id) => [id, carrierOf(id, options)]))
  const listed = options.map((option): DataCenter => {
    const carries = carriers.get(option.id) === option
    return {
      id: option.id,
      address: normalizeIp(option.address) ?? option.address,
      port: option.port,
      authKey: carries ? (keys.get(option.id) ?? null) : null,
      home: carries && option.id === mainDcId,
      flags: option.flags,
    }
  })
  const unlisted = [...carriers].flatMap(([id, option]): readonly DataCenter[] =>
    option === null ? [{ id, address: null, port: null, authKey: keys.get(id) ?? null, home: id === mainDcId }] : [],
  )
  return [...unlisted.filter((dc) => dc.home), ...listed, ...unlisted.filter((dc) => !dc.home)]
}

/** The way that a plain connection takes first: not for media or CDN alone, IPv4 before IPv6. */
function carrierOf(id: number, options: readonly DcOption[]): DcOption | null {
  const special = DC_FLAGS.media | DC_FLAGS.cdn | DC_FLAGS.obfuscatedOnly
  const rank = ({ flags }: DcOption): number =>
    ((flags & special) === 0 ? 0 : 2) + ((flags & DC_FLAGS.ipv6) === 0 ? 0 : 1)
  const own = options.filter((option) => option.id === id)
  return own.toSorted((a, b) => rank(a) - rank(b))[0] ?? null
}
