import { type ByteWriter, byteWriter } from '../../bytes/writer.ts'
import { TL_VECTOR, writeTlBoolean, writeTlBytes } from '../../bytes/tl.ts'
import { AppError } from '../../domain/errors.ts'
import { type ChannelState, collect, homeOf, type Session, type UpdateState } from '../../domain/session.ts'
import type { EncodeOptions } from '../format.ts'
import { testModeOf } from '../test-mode.ts'
import { requireKey, requirePlace } from '../write-checks.ts'
import { carrierOf } from './address-bytes.ts'
import { addressBytes, type DcEntry, entriesOf, requireIpv4 } from './data-centers.ts'
import { int32From } from './numbers.ts'
import { DC_HAS, SESSION_HAS, type TlVariant, TYPE } from './tl-layout.ts'
import { ID } from './tl-read.ts'

const MAX_INT32 = 2n ** 31n - 1n

export async function encodeTl(session: Session, options: EncodeOptions): Promise<Uint8Array> {
  const variant = options.variant as TlVariant
  const home = homeOf(session)
  requireKey(home)
  const dc = requirePlace(home, ID)
  const entries = entriesOf(session, ID)
  const { account } = session
  // Without a user there is no home, and grammers would begin at DC 2.
  if (account === null) throw new AppError('format.missing-field', { format: ID, field: 'user-id' })
  if (account.isBot === null) throw new AppError('format.missing-field', { format: ID, field: 'is-bot' })
  refuseLongId(account.id, variant)
  const channels = await channelsOf(session, variant, options)
  const hasState = session.updateState !== null || channels.length > 0
  const test = testModeOf(session)

  const writer = byteWriter()
    .u32le(TYPE.session)
    .u32le(SESSION_HAS.user | (hasState ? SESSION_HAS.state : 0))
  writer.u32le(TL_VECTOR).i32le(entries.length)
  for (const entry of entries) writeDataCenter(writer, entry, variant, test)
  if (variant === '0.3') writer.u32le(TYPE.user32).i32le(Number(account.id))
  else writer.u32le(TYPE.user).i64le(account.id)
  writeTlBoolean(writer.i32le(dc.id), account.isBot)
  if (hasState) writeState(writer, session.updateState, channels, variant)
  if (variant !== '0.8') {
    const left = entries.filter(({ ipv4, ipv6 }) => ipv4 !== null && ipv6 !== null).length
    if (left > 0) {
      const reason = 'these releases keep one address of each'
      options.onDropped?.('other-data-centers', left, reason)
    }
  }
  return writer.done()
}

function writeDataCenter(writer: ByteWriter, entry: DcEntry, variant: TlVariant, test: boolean): void {
  const key = entry.authKey === null ? 0 : DC_HAS.key
  writer.u32le(TYPE.dataCenter)
  if (variant === '0.8') {
    const { address, port } = requireIpv4(entry, test, ID)
    const ipv4 = addressBytes(address)
    const ipv6 = entry.ipv6 === null ? carrierOf(ipv4, 'compatible') : addressBytes(entry.ipv6.address)
    writer.u32le(DC_HAS.ipv4 | DC_HAS.ipv6 | key).i32le(entry.id)
    writer.bytes(ipv4.toReversed()).bytes(ipv6.toReversed()).i32le(port)
  } else {
    const endpoint = entry.ipv4 ?? entry.ipv6 ?? requireIpv4(entry, test, ID)
    const bytes = addressBytes(endpoint.address)
    writer.u32le((bytes.byteLength === 4 ? DC_HAS.ipv4 : DC_HAS.ipv6) | key).i32le(entry.id)
    writer.bytes(bytes).i32le(endpoint.port)
  }
  if (entry.authKey !== null) writeTlBytes(writer, entry.authKey.open())
}

function writeState(
  writer: ByteWriter,
  state: UpdateState | null,
  channels: readonly ChannelState[],
  variant: TlVariant,
): void {
  writer.u32le(TYPE.updateState)
  for (const value of [state?.pts, state?.qts, state?.date, state?.seq]) writer.i32le(int32From(value ?? 0, ID))
  writer.u32le(TL_VECTOR).i32le(channels.length)
  for (const { channelId, pts } of channels) {
    if (variant === '0.3') writer.u32le(TYPE.channelState32).i32le(Number(channelId))
    else writer.u32le(TYPE.channelState).i64le(channelId)
    writer.i32le(int32From(pts ?? 0, ID))
  }
}

/** Channels whose state can be written. */
async function channelsOf(session: Session, variant: TlVariant, options: EncodeOptions): Promise<ChannelState[]> {
  const all = await collect(session.channelStates)
  const kept = all.filter(({ channelId, pts }) => pts !== null && (variant !== '0.3' || channelId <= MAX_INT32))
  if (kept.length < all.length) {
    const count = all.length - kept.length
    const reason = 'they have no counter, or an id too long for this release'
    options.onDropped?.('channel-states', count, reason)
  }
  return kept
}

function refuseLongId(id: bigint, variant: TlVariant): void {
  if (variant === '0.3' && id > MAX_INT32) {
    throw new AppError('format.not-writable', {
      format: ID,
      reason: 'grammers 0.3 has no room for a user id this long: take 0.4',
    })
  }
}
