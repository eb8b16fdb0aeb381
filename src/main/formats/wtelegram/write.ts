import { encodeBase64 } from '../../bytes/base64.ts'
import type { JsonObject } from '../../bytes/json.ts'
import { AppError } from '../../domain/errors.ts'
import { DC_FLAGS, type DataCenter, homeOf, type Session } from '../../domain/session.ts'
import { endpointOf } from '../address.ts'
import { saltNumber } from '../salt.ts'
import { requireKey, requirePlace } from '../write-checks.ts'
import { optionOf } from './dc-option.ts'

/**
 * The JSON of a session: members with their default left out, as the library does. Slots are made only of entries with
 * a key: one without makes the library refuse the file.
 * @throws AppError session.no-key, format.missing-field
 */
export function membersFor(session: Session, format: string): JsonObject {
  const home = requirePlace(homeOf(session), format)
  requireKey(home)
  if (session.account === null) throw new AppError('format.missing-field', { format, field: 'user-id' })
  const placed = session.dataCenters.flatMap((dc) => {
    const endpoint = endpointOf(dc, session.test)
    if (endpoint !== null) return [{ ...dc, address: endpoint.address, port: endpoint.port }]
    if (dc === home) throw new AppError('format.missing-field', { format, field: 'address' })
    return []
  })
  const userId = session.account.id
  const slots = new Map<number, JsonObject>()
  for (const dc of placed) {
    if (dc.authKey === null || slots.has(slotOf(dc))) continue
    // Elsewhere the library logs in by itself with what the home DC gives out; saying it had would keep it from that.
    slots.set(slotOf(dc), slotMembers(dc, dc.home || dc.id === home.id ? userId : 0n))
  }
  return {
    ...(session.apiId === null ? {} : { ApiId: session.apiId }),
    UserId: userId,
    MainDC: slotOf(home),
    DCSessions: Object.fromEntries([...slots].map(([slot, members]) => [String(slot), members])),
    DcOptions: placed.map(optionOf),
  }
}

/** A DC that serves media alone has a negative number. */
function slotOf(dc: DataCenter): number {
  return ((dc.flags ?? 0) & DC_FLAGS.media) === 0 ? dc.id : -dc.id
}

function slotMembers(dc: DataCenter, userId: bigint): JsonObject {
  const salt = saltNumber(dc)
  return {
    ...(dc.authKey === null ? {} : { AuthKey: encodeBase64(dc.authKey.open()) }),
    ...(userId === 0n ? {} : { UserId: userId }),
    ...(salt === 0n ? {} : { Salt: salt }),
    DataCenter: optionOf(dc),
  }
}
