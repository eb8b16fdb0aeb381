import type { tl } from '@mtcute/core'
import type { LoginAccount } from '../domain/login.ts'
import type { Device, DeviceList } from './gateway.ts'

/** Null for what is no user (`userEmpty`, an empty list). */
export function accountOf(user: tl.TypeUser | undefined): LoginAccount | null {
  if (user?._ !== 'user') return null
  return {
    id: BigInt(user.id),
    isBot: user.bot ?? false,
    name: [user.firstName, user.lastName].filter((part) => part !== undefined && part !== '').join(' '),
    // Accounts with collectible names have no plain one.
    username: user.username ?? user.usernames?.find((known) => known.active)?.username ?? null,
    phone: user.phone ?? null,
  }
}

export function deviceListOf(answer: tl.account.RawAuthorizations): DeviceList {
  return { ttlDays: answer.authorizationTtlDays, devices: answer.authorizations.map(deviceOf) }
}

function deviceOf(row: tl.RawAuthorization): Device {
  return {
    hash: BigInt(row.hash.toString()),
    current: row.current ?? false,
    officialApp: row.officialApp ?? false,
    passwordPending: row.passwordPending ?? false,
    unconfirmed: row.unconfirmed ?? false,
    deviceModel: row.deviceModel,
    platform: row.platform,
    systemVersion: row.systemVersion,
    apiId: row.apiId,
    appName: row.appName,
    appVersion: row.appVersion,
    createdAt: row.dateCreated,
    activeAt: row.dateActive,
    ip: row.ip,
    country: row.country,
    region: row.region,
  }
}
