import type { tl } from '@mtcute/core'
import { nowSeconds } from '../core.ts'
import type { Handler } from './handler.ts'

const CONFIG_SECONDS = 3600

/** Limits that no test looks at. */
const LIMITS = {
  dcTxtDomainName: '',
  chatSizeMax: 200,
  megagroupSizeMax: 200_000,
  forwardedCountMax: 100,
  onlineUpdatePeriodMs: 210_000,
  offlineBlurTimeoutMs: 5000,
  offlineIdleTimeoutMs: 30_000,
  onlineCloudTimeoutMs: 300_000,
  notifyCloudDelayMs: 30_000,
  notifyDefaultDelayMs: 1500,
  pushChatPeriodMs: 60_000,
  pushChatLimit: 2,
  editTimeLimit: 172_800,
  revokeTimeLimit: 172_800,
  revokePmTimeLimit: 172_800,
  ratingEDecay: 2_419_200,
  stickersRecentLimit: 200,
  channelsReadMediaPeriod: 604_800,
  callReceiveTimeoutMs: 20_000,
  callRingTimeoutMs: 90_000,
  callConnectTimeoutMs: 30_000,
  callPacketTimeoutMs: 10_000,
  meUrlPrefix: 'https://t.me/',
  captionLengthMax: 1024,
  messageLengthMax: 4096,
} as const

/** Leads to the loopback listeners alone. */
export const getConfig: Handler<tl.help.RawGetConfigRequest> = (core, login) => {
  const { endpoints, knobs } = core
  const dcOptions = [...endpoints].map(
    ([id, { host, port }]): tl.RawDcOption => ({ _: 'dcOption', id, ipAddress: host, port }),
  )
  const date = nowSeconds(core)
  return {
    _: 'config',
    date,
    expires: date + CONFIG_SECONDS,
    testMode: knobs.testMode,
    thisDc: login.dcId,
    dcOptions,
    webfileDcId: login.dcId,
    ...LIMITS,
    ...(knobs.tmpSessions !== null && { tmpSessions: knobs.tmpSessions }),
  }
}

export const getNearestDc: Handler<tl.help.RawGetNearestDcRequest> = (_core, { dcId }) => ({
  _: 'nearestDc',
  country: 'XX',
  thisDc: dcId,
  nearestDc: dcId,
})

/** Nothing ever happens in these accounts. */
export const getState: Handler<tl.updates.RawGetStateRequest> = (core) => ({
  _: 'updates.state',
  pts: 1,
  qts: 0,
  date: nowSeconds(core),
  seq: 0,
  unreadCount: 0,
})

export const getDifference: Handler<tl.updates.RawGetDifferenceRequest> = (core) => ({
  _: 'updates.differenceEmpty',
  date: nowSeconds(core),
  seq: 0,
})
