import type { Endpoint } from './gateway.ts'

/** Where Telegram's data centres listen, by id. */
interface Addresses {
  readonly ipv4: string
  readonly ipv6?: string
}

/**
 * Telegram's own list, as its clients carry it (tdlib, gotd/td `telegram/dcs` d0d567ee9, mtcute 0.30.3, Telethon 1.25.1).
 * Not the table that formats use: that one knows every address a library ever stored, this one where to call.
 */
const PRODUCTION: Readonly<Record<number, Addresses>> = {
  1: { ipv4: '149.154.175.53', ipv6: '2001:b28:f23d:f001::a' },
  2: { ipv4: '149.154.167.41', ipv6: '2001:67c:4e8:f002::a' },
  3: { ipv4: '149.154.175.100', ipv6: '2001:b28:f23d:f003::a' },
  4: { ipv4: '149.154.167.91', ipv6: '2001:67c:4e8:f004::a' },
  5: { ipv4: '91.108.56.191', ipv6: '2001:b28:f23f:f005::a' },
}

const TEST: Readonly<Record<number, Addresses>> = {
  1: { ipv4: '149.154.175.10' },
  2: { ipv4: '149.154.167.40' },
  3: { ipv4: '149.154.175.117' },
}

/** All of them listen here; 80 and 5222 are for networks that let nothing else through. */
const PORT = 443

/** Data centres of the network, in order. */
export function telegramDcIds(test: boolean): readonly number[] {
  return Object.keys(test ? TEST : PRODUCTION).map(Number)
}

/** Telegram's published address of a data centre; null where there is none. */
export function telegramAddress(dcId: number, test: boolean, family: 4 | 6 = 4): Endpoint | null {
  const known = (test ? TEST : PRODUCTION)[dcId]
  const host = family === 6 ? known?.ipv6 : known?.ipv4
  return host === undefined ? null : { id: dcId, host, port: PORT, test }
}
