import { isJsonObject, type JsonObject, type JsonValue } from '../../bytes/json.ts'
import { AppError } from '../../domain/errors.ts'
import { authKeyFrom } from '../../domain/key-id.ts'
import { Secret } from '../../domain/secret.ts'
import type { StoredChannel, StoredDc, StoredFerogram, StoredMinPeer, StoredPeer } from './stored.ts'

export const JSON_ID = 'ferogram.json'

const MEMBERS = ['home_dc_id', 'dcs', 'updates_state', 'peers', 'min_peers'] as const

/** Whether the whole has the members that every shape has. */
export function isFerogramJson(value: JsonValue): value is JsonObject {
  return isJsonObject(value) && MEMBERS.every((name) => Object.hasOwn(value, name))
}

/** The newest shape whose members are all there: the first release that wrote it. */
export function jsonVariantOf(value: JsonObject): string {
  const peers = Array.isArray(value['peers']) ? value['peers'] : []
  const first: unknown = peers[0]
  const has = (name: string): boolean => typeof first === 'object' && first !== null && Object.hasOwn(first, name)
  const hasToken = Object.hasOwn(value, 'future_auth_token')
  if (hasToken && (peers.length === 0 || has('is_community'))) return '0.6.5'
  if (hasToken) return '0.6.4'
  return peers.length === 0 || has('channel_kind') ? '0.5.2' : '0.3.0'
}

/** @throws AppError format.malformed, naming the member */
export function storedFromJson(value: JsonObject): StoredFerogram {
  const state = objectIn(value, 'updates_state')
  const token = value['future_auth_token'] ?? null
  return {
    homeDcId: int32(value, 'home_dc_id'),
    dcs: itemsOf(value, 'dcs').map(dcFrom),
    state: { pts: int32(state, 'pts'), qts: int32(state, 'qts'), date: int32(state, 'date'), seq: int32(state, 'seq') },
    channels: itemsOf(state, 'channels', (item) => item).map(channelFrom),
    peers: itemsOf(value, 'peers').map(peerFrom),
    minPeers: itemsOf(value, 'min_peers').map(minPeerFrom),
    token: token === null ? null : new Secret(bytesFrom(token, 'future_auth_token')),
  }
}

function dcFrom(dc: JsonObject): StoredDc {
  const id = int32(dc, 'dc_id')
  if (id < 1 || id > 10_000) throw malformed('dc_id')
  const address = dc['addr']
  if (typeof address !== 'string') throw malformed('addr')
  const key = dc['auth_key'] ?? null
  return {
    id,
    address,
    isWholeAddress: true,
    authKey: key === null ? null : emptyIsDamaged(bytesFrom(key, 'auth_key')),
    salt: int64(dc, 'first_salt'),
    timeOffset: int32(dc, 'time_offset'),
    flags: integer(dc, 'flags', 0n, 255n),
  }
}

/** The library refuses a key of no bytes like any other of a wrong length. */
function emptyIsDamaged(bytes: Uint8Array): Secret | null | 'damaged' {
  return bytes.byteLength === 0 ? 'damaged' : authKeyFrom(bytes)
}

function channelFrom(pair: JsonValue): StoredChannel {
  if (!Array.isArray(pair) || pair.length !== 2) throw malformed('channels')
  const named: JsonObject = { channels: pair[0] ?? null, pts: pair[1] ?? null }
  return { id: int64(named, 'channels'), pts: int32(named, 'pts') }
}

const KINDS = { Broadcast: 0, Megagroup: 1, Gigagroup: 2 } as const

function peerFrom(peer: JsonObject): StoredPeer {
  const kind = peer['channel_kind'] ?? null
  if (kind !== null && (typeof kind !== 'string' || !Object.hasOwn(KINDS, kind))) throw malformed('channel_kind')
  const is = (name: string): boolean => {
    const flag = peer[name] ?? false
    if (typeof flag !== 'boolean') throw malformed(name)
    return flag
  }
  const [isCommunity, isChat, isChannel] = [is('is_community'), is('is_chat'), is('is_channel')]
  return {
    id: int64(peer, 'id'),
    accessHash: int64(peer, 'access_hash'),
    form: isCommunity ? 'community' : isChat ? 'chat' : isChannel ? 'channel' : 'user',
    channelKind: kind === null ? null : KINDS[kind as keyof typeof KINDS],
  }
}

function minPeerFrom(min: JsonObject): StoredMinPeer {
  return { userId: int64(min, 'user_id'), peerId: int64(min, 'peer_id'), messageId: int32(min, 'msg_id') }
}

function itemsOf(value: JsonObject, name: string): readonly JsonObject[]
function itemsOf<T extends JsonValue>(value: JsonObject, name: string, one: (item: JsonValue) => T): readonly T[]
function itemsOf(
  value: JsonObject,
  name: string,
  one: (item: JsonValue) => JsonValue = (item) => {
    if (!isJsonObject(item)) throw malformed(name)
    return item
  },
): readonly JsonValue[] {
  const items = value[name]
  if (!Array.isArray(items)) throw malformed(name)
  return (items as readonly JsonValue[]).map(one)
}

function objectIn(value: JsonObject, name: string): JsonObject {
  const member = value[name]
  if (!isJsonObject(member)) throw malformed(name)
  return member
}

function bytesFrom(value: JsonValue, name: string): Uint8Array {
  if (!Array.isArray(value)) throw malformed(name)
  const isByte = (item: unknown): item is number =>
    typeof item === 'number' && Number.isInteger(item) && item >= 0 && item <= 255
  if (!value.every(isByte)) throw malformed(name)
  return Uint8Array.from(value)
}

function int32(value: JsonObject, name: string): number {
  return integer(value, name, -(2n ** 31n), 2n ** 31n - 1n)
}

function integer(value: JsonObject, name: string, least: bigint, most: bigint): number {
  const whole = int64(value, name)
  if (whole < least || whole > most) throw malformed(name)
  return Number(whole)
}

function int64(value: JsonObject, name: string): bigint {
  const member = value[name]
  const isWhole = typeof member === 'bigint' || (typeof member === 'number' && Number.isSafeInteger(member))
  const whole = isWhole ? BigInt(member) : null
  if (whole === null || BigInt.asIntN(64, whole) !== whole) throw malformed(name)
  return whole
}

function malformed(name: string): AppError<'format.malformed'> {
  return new AppError('format.malformed', {
    format: JSON_ID,
    reason: `its member “${name}” is missing or is not what ferogram writes there`,
  })
}
