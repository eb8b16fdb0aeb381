import type { TelegramSettings } from '../../../src/shared/contract/telegram.ts'

/** Settings of a window that may ask: an API id with its hash, no proxies, Telegram's own addresses. */
export const readyToAsk: TelegramSettings = {
  apiId: 1,
  hasApiHash: true,
  moreApiIds: [],
  proxies: [],
  proxyId: null,
  sourceProxies: {},
  testNetwork: false,
  dcOverrides: [],
  serverKeys: [],
  explained: true,
}
