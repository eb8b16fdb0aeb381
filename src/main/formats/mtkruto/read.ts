import { byteReader } from '../../bytes/reader.ts'
import { AppError, isAppError } from '../../domain/errors.ts'
import type { Problem } from '../../domain/problem.ts'
import {
  type Account,
  type ChannelState,
  type Collection,
  emptySession,
  type MinContext,
  type UpdateState,
} from '../../domain/session.ts'
import { fromMarkedId } from '../../domain/peer.ts'
import type { Decoded, FormatInfo } from '../format.ts'
import { saltOf } from '../salt.ts'
import { storedKeyFrom } from '../stored-key.ts'
import { type Coded, isCodedObject } from './coded.ts'
import { type Branch, keyIs, type KeySet, keySetOf, type StoreEntry, under } from './entries.ts'
import { lazily, orNull } from './lazy.ts'
import { peersOf } from './peers.ts'
import { dcFrom, MAX_USER_ID } from './place.ts'
import { unpackRuns } from './rle.ts'

const UPDATES_STATE = 0xa56c2a3e

interface Auth {
  readonly dc: Coded | null
  readonly key: Coded | null
  readonly userId: Coded | null
  readonly isBot: boolean | null
  readonly apiId: Coded | null
}

/**
 * The session of one branch.
 * @throws AppError format.malformed when what says where and whose it is cannot be read
 */
export async function readBranch(branch: Branch, info: FormatInfo): Promise<Decoded> {
  const { entries } = branch
  const set = keySetOf(entries)
  if (set === null) throw malformed('there is no login in it')
  const problems: Problem[] = []
  const auth = await (set === 'A' ? authOfA(entries) : authOfB(entries))
  const name = typeof auth.dc === 'string' && auth.dc !== '' ? auth.dc : null
  const dc = name === null ? null : dcFrom(name)
  if (name !== null && dc === null) throw malformed('it names a data centre that Telegram does not have')
  const keyBytes = auth.key instanceof Uint8Array ? auth.key : null
  const authKey = storedKeyFrom(keyBytes, problems, {
    holder: 'files',
    noKey: 'The storage holds no login: a client made it but never logged in, or logged out.',
  })
  if (dc === null && authKey !== null) {
    problems.push({
      code: 'mtkruto.no-dc',
      message: 'The storage has a key and does not say of which data centre. Give the DC when you export the session.',
    })
  }
  const salt = await optional(entries, 'session.serverSalt')
  return {
    info,
    problems,
    session: {
      ...emptySession(),
      dataCenters:
        dc === null && authKey === null
          ? []
          : [
              {
                id: dc?.id ?? 0,
                address: null,
                port: null,
                authKey,
                home: true,
                ...saltOf(typeof salt === 'bigint' ? salt : null),
              },
            ],
      test: dc?.test ?? null,
      account: await accountOf(auth, entries),
      apiId: typeof auth.apiId === 'number' && auth.apiId > 0 ? auth.apiId : null,
      updateState: await updateStateOf(entries),
      channelStates: channelStatesOf(entries, set),
      peers: peersOf(entries, set),
      minContexts: minContextsOf(entries),
    },
  }
}

async function authOfB(entries: readonly StoreEntry[]): Promise<Auth> {
  const auth = await entries.find((entry) => keyIs(entry, 'auth'))?.read()
  if (!isCodedObject(auth)) throw malformed('its login is not as MTKruto writes one')
  const isBot = auth.get('isBot')
  return {
    dc: auth.get('dc') ?? null,
    key: auth.get('authKey') ?? null,
    userId: auth.get('userId') ?? null,
    isBot: typeof isBot === 'boolean' ? isBot : null,
    apiId: auth.get('apiId') ?? null,
  }
}

async function authOfA(entries: readonly StoreEntry[]): Promise<Auth> {
  const value = async (name: string): Promise<Coded | null> =>
    (await entries.find((entry) => keyIs(entry, name))?.read()) ?? null
  const type = await value('auth.accountType')
  return {
    dc: await value('auth.dc'),
    key: await value('auth.key'),
    userId: await value('auth.accountId'),
    isBot: type === 'bot' || type === 'user' ? type === 'bot' : null,
    apiId: await value('connection.apiId'),
  }
}

async function accountOf(auth: Auth, entries: readonly StoreEntry[]): Promise<Account | null> {
  const { userId } = auth
  if (typeof userId !== 'number' || !Number.isSafeInteger(userId) || userId < 1 || userId > MAX_USER_ID) return null
  const isPremium = await optional(entries, 'auth.isPremium')
  return {
    id: BigInt(userId),
    isBot: auth.isBot,
    username: null,
    phone: null,
    ...(typeof isPremium === 'boolean' ? { isPremium } : {}),
  }
}

/** ["updates.state"]: its name and the packed TL object. */
async function updateStateOf(entries: readonly StoreEntry[]): Promise<UpdateState | null> {
  const value = await optional(entries, 'updates.state')
  const packed = Array.isArray(value) ? (value[1] as Coded) : value
  if (!(packed instanceof Uint8Array)) return null
  try {
    const reader = byteReader(unpackRuns(packed))
    if (reader.u32le() !== UPDATES_STATE) return null
    const [pts, qts, date, seq] = [reader.i32le(), reader.i32le(), reader.i32le(), reader.i32le()]
    return { pts, qts, date, seq }
  } catch (error) {
    if (isAppError(error)) return null
    throw error
  }
}

function channelStatesOf(entries: readonly StoreEntry[], set: KeySet): Collection<ChannelState> {
  const found = under(entries, set === 'A' ? 'updates.channelPts' : 'channelPts')
  return lazily(found, async (entry) => {
    const [, id] = entry.key
    const pts = await entry.read()
    if (typeof id !== 'bigint' || typeof pts !== 'number') return null
    return { channelId: id, pts, date: null, seq: null, qts: null }
  })
}

/** ["cache.minPeerReferences", sender, chat]: the message and when it was met. */
function minContextsOf(entries: readonly StoreEntry[]): Collection<MinContext> {
  return lazily(under(entries, 'cache.minPeerReferences', 3), async (entry) => {
    const [, sender, chat] = entry.key
    const [reference] = await entry.readPair()
    const messageId = isCodedObject(reference) ? reference.get('messageId') : null
    if (typeof sender !== 'number' || typeof chat !== 'number' || typeof messageId !== 'number') return null
    if (![sender, chat, messageId].every(Number.isSafeInteger)) return null
    const peer = fromMarkedId(BigInt(sender))
    const place = fromMarkedId(BigInt(chat))
    return { peerKind: peer.kind, peerId: peer.id, chatKind: place.kind, chatId: place.id, messageId }
  })
}

async function optional(entries: readonly StoreEntry[], name: string): Promise<Coded | null> {
  const entry = entries.find((one) => keyIs(one, name))
  return entry === undefined ? null : orNull(() => entry.read())
}

function malformed(reason: string): AppError<'format.malformed'> {
  return new AppError('format.malformed', { reason })
}
