import { type JsonValue, parseJson, printJson } from '../../bytes/json.ts'
import { AppError, isAppError } from '../../domain/errors.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Detection, FileFormat } from '../format.ts'
import { splitAddress } from './address-text.ts'
import { isFerogramJson, JSON_ID, jsonVariantOf, storedFromJson } from './json-read.ts'
import { sessionFrom } from './session-from.ts'
import { shapeOf, type StoredDc, type StoredFerogram, type StoredPeer } from './stored.ts'
import { storedFrom } from './stored-from.ts'
import { ferogramVariant } from './variants.ts'

/**
 * Upstream: `PersistedSession` of `ferogram-session/src/lib.rs` with the feature `serde`, printed by serde_json; read at
 * 0.6.6. Programs that keep sessions in a database of their own store it.
 *
 * | object | members (release that added them) |
 * |---|---|
 * | session | home_dc_id, dcs, updates_state, peers, min_peers, future_auth_token (0.6.4) |
 * | dc | dc_id, addr, auth_key (256 numbers or null), first_salt, time_offset, flags |
 * | updates_state | pts, qts, date, seq, channels (pairs of id and pts) |
 * | peer | id, access_hash, is_channel, is_chat, channel_kind (0.5.2), is_community (0.6.5) |
 * | min peer | user_id, peer_id, msg_id |
 *
 * Only the newest shape is written: older releases pass over members they do not know, newer ones insist on theirs.
 */
export const ferogramJson: FileFormat = {
  id: JSON_ID,
  library: 'ferogram',
  label: 'ferogram JSON',
  help: 'A ferogram session as programs keep it in Redis, PostgreSQL and the like. Every release with the “serde” feature reads the newest shape.',
  medium: 'file',
  extension: '.json',
  variants: [
    ferogramVariant('0.3.0', '0.3.0 to 0.5.1', shapeOf(5), false),
    ferogramVariant('0.5.2', '0.5.2 to 0.6.3', shapeOf(6), false),
    ferogramVariant('0.6.4', '0.6.4', shapeOf(7), false),
    ferogramVariant('0.6.5', '0.6.5 and later', shapeOf(8), true),
  ],
  defaultVariant: '0.6.5',
  detection: 'JSON with `home_dc_id` and `dcs`.',
  promising: (head) => {
    const text = new TextDecoder('latin1').decode(head).trimStart()
    return text.startsWith('{') && text.includes('"home_dc_id"')
  },
  detect(bytes) {
    if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('"home_dc_id"')) return null
    const value = quietly(() => parsed(bytes))
    return value === null || !isFerogramJson(value) ? null : detectionOf(value)
  },
  async decode(bytes) {
    const value = parsed(bytes)
    if (!isFerogramJson(value)) {
      throw new AppError('format.malformed', { format: JSON_ID, reason: 'members of a ferogram session are missing' })
    }
    const problems: Problem[] = []
    return {
      session: sessionFrom(storedFromJson(value), problems),
      info: { formatId: JSON_ID, variant: jsonVariantOf(value), library: 'ferogram', formatVersion: null },
      problems,
    }
  },
  async encode(session, options) {
    if (options.variant !== '0.6.5') {
      throw new AppError('format.not-writable', { format: JSON_ID, reason: 'this version can be read only' })
    }
    const stored = await storedFrom(session, shapeOf(8), JSON_ID, options)
    return new TextEncoder().encode(printJson(jsonFrom(stored)))
  },
}

/** Nothing else has these members; whether they are what they should be is for reading to say. */
function detectionOf(value: Parameters<typeof jsonVariantOf>[0]): Detection {
  const stored = quietly(() => storedFromJson(value))
  const isSound = stored?.dcs.every((dc) => splitAddress(dc.address, dc.flags) !== null) === true
  return {
    certainty: isSound ? 'exact' : 'plausible',
    reason: stored === null ? 'JSON with the members of a ferogram session' : `JSON, home DC ${stored.homeDcId}`,
    variant: jsonVariantOf(value),
  }
}

function quietly<T>(work: () => T): T | null {
  try {
    return work()
  } catch (error) {
    if (isAppError(error)) return null
    throw error
  }
}

function parsed(bytes: Uint8Array): JsonValue {
  return parseJson(new TextDecoder().decode(bytes))
}

/** Members in the order of the library's structs. */
function jsonFrom(stored: StoredFerogram): JsonValue {
  const { pts, qts, date, seq } = stored.state ?? { pts: 0, qts: 0, date: 0, seq: 0 }
  return {
    home_dc_id: stored.homeDcId,
    dcs: stored.dcs.map(jsonFromDc),
    updates_state: { pts, qts, date, seq, channels: stored.channels.map((channel) => [channel.id, channel.pts]) },
    peers: stored.peers.map(jsonFromPeer),
    min_peers: stored.minPeers.map(({ userId, peerId, messageId }) => {
      return { user_id: userId, peer_id: peerId, msg_id: messageId }
    }),
    future_auth_token: stored.token === null ? null : Array.from(stored.token.open()),
  }
}

function jsonFromDc(dc: StoredDc): JsonValue {
  const key = dc.authKey === 'damaged' ? null : dc.authKey
  return {
    dc_id: dc.id,
    addr: dc.address,
    auth_key: key === null ? null : Array.from(key.open()),
    first_salt: dc.salt,
    time_offset: dc.timeOffset,
    flags: dc.flags ?? 0,
  }
}

function jsonFromPeer({ id, accessHash, form, channelKind }: StoredPeer): JsonValue {
  return {
    id,
    access_hash: accessHash,
    is_channel: form === 'channel',
    is_chat: form === 'chat',
    channel_kind: channelKind === null ? null : (['Broadcast', 'Megagroup', 'Gigagroup'][channelKind] ?? null),
    is_community: form === 'community',
  }
}
