import { isPlausibleDcId } from '../../domain/data-centers.ts'
import { authKeyFrom } from '../../domain/key-id.ts'
import type { Problem } from '../../domain/problem.ts'
import { emptySession, type Session } from '../../domain/session.ts'
import { dataCentersOf, type DcKey } from '../dc-ways.ts'
import type { Authorization } from './authorization.ts'
import type { ServerConfig } from './config.ts'
import { damaged } from './frame.ts'
import type { SelfRecord } from './map.ts'

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
  if (userId >= 1n << 63n) throw damaged('it names an impossible user')
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
    dataCenters: dataCentersOf(mainDcId, keys, config?.options ?? []),
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
function keysFrom({ keys }: Authorization, problems: Problem[]): ReadonlyMap<number, DcKey> {
  const found = new Map<number, DcKey>()
  let leftOut = 0
  for (const { dcId, key } of keys) {
    const secret = authKeyFrom(key)
    if (secret === null || secret === 'damaged' || !isPlausibleDcId(dcId) || found.has(dcId)) leftOut += 1
    else found.set(dcId, { authKey: secret })
  }
  if (leftOut > 0) {
    problems.push({
      code: 'tdesktop.keys-left-out',
      message: `${leftOut} of ${keys.length} keys ${leftOut === 1 ? 'is' : 'are'} left out: of a special connection, of a data centre that Telegram does not have, doubled, or nothing but zeros. The login does not need them.`,
    })
  }
  return found
}
