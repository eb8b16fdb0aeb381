/** Addresses the libraries ship (Telegram's own list); used to infer a DC or an address that a format leaves out. */
interface KnownAddress {
  readonly dcId: number
  readonly test: boolean
}

const PRODUCTION: Readonly<Record<number, { ipv4: readonly string[]; ipv6: string }>> = {
  1: { ipv4: ['149.154.175.53', '149.154.175.50', '149.154.175.54'], ipv6: '2001:b28:f23d:f001::a' },
  2: {
    ipv4: ['149.154.167.51', '149.154.167.50', '149.154.167.41', '95.161.76.100', '149.154.167.151'],
    ipv6: '2001:67c:4e8:f002::a',
  },
  3: { ipv4: ['149.154.175.100'], ipv6: '2001:b28:f23d:f003::a' },
  4: { ipv4: ['149.154.167.91', '149.154.167.92', '149.154.164.250'], ipv6: '2001:67c:4e8:f004::a' },
  5: {
    ipv4: ['91.108.56.130', '91.108.56.165', '91.108.56.190', '149.154.171.5'],
    ipv6: '2001:b28:f23f:f005::a',
  },
  203: { ipv4: ['91.105.192.100'], ipv6: '2a0a:f280:203:a:5000::100' },
}

const TEST: Readonly<Record<number, { ipv4: readonly string[]; ipv6: string }>> = {
  1: { ipv4: ['149.154.175.10'], ipv6: '2001:b28:f23d:f001::e' },
  2: { ipv4: ['149.154.167.40'], ipv6: '2001:67c:4e8:f002::e' },
  3: { ipv4: ['149.154.175.117'], ipv6: '2001:b28:f23d:f003::e' },
}

const BY_ADDRESS: ReadonlyMap<string, KnownAddress> = new Map(
  [
    { table: PRODUCTION, test: false },
    { table: TEST, test: true },
  ].flatMap(({ table, test }) =>
    Object.entries(table).flatMap(([id, { ipv4, ipv6 }]) =>
      [...ipv4, ipv6].map((address) => [address, { dcId: Number(id), test }] as const),
    ),
  ),
)

/** Ids a home or media DC can have. 203 is a CDN and never a home. */
export function isPlausibleDcId(id: number): boolean {
  return (id >= 1 && id <= 5) || id === 203
}

/** The DC that owns a well-known address, or null. `address` must be normalised (`bytes/ip.ts`). */
export function dcOfAddress(address: string): KnownAddress | null {
  return BY_ADDRESS.get(address) ?? null
}

/** Default address and port of a DC, or null where none is published (test DC 4, say). */
export function defaultAddress(
  dcId: number,
  test: boolean,
  family: 'ipv4' | 'ipv6' = 'ipv4',
): { address: string; port: number } | null {
  const entry = (test ? TEST : PRODUCTION)[dcId]
  const address = family === 'ipv4' ? entry?.ipv4[0] : entry?.ipv6
  return address === undefined ? null : { address, port: test ? 80 : 443 }
}
