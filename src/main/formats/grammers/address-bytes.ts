import { formatIp, parseIp } from '../../bytes/ip.ts'

/** Networks Telegram publishes (core.telegram.org/resources/cidr.txt): a hint which order of bytes is meant, no proof. */
const NETWORKS_V4 = [
  '149.154.160.0/20',
  '91.108.4.0/22',
  '91.108.8.0/22',
  '91.108.12.0/22',
  '91.108.16.0/22',
  '91.108.20.0/22',
  '91.108.56.0/22',
  '91.105.192.0/23',
  '95.161.64.0/20',
  '185.76.151.0/24',
].map(networkOf)
const NETWORKS_V6 = ['2001:67c:4e8::/48', '2001:b28:f23c::/47', '2001:b28:f23f::/48', '2a0a:f280::/32'].map(networkOf)

export interface StoredAddresses {
  readonly ipv4: string | null
  /** Null also where the field is only a carrier of the IPv4 address. */
  readonly ipv6: string | null
  /** Both orders are possible, and they differ. */
  readonly isDoubtful: boolean
}

/**
 * Addresses of a data centre from the bytes of a TL file. Releases 0.3 to 0.7 write one of the two, in network order;
 * 0.8.0 writes both, reversed, but leaves in place what it has once read in the wrong order.
 */
export function addressesFrom(ipv4: Uint8Array | null, ipv6: Uint8Array | null): StoredAddresses {
  if (ipv4 === null || ipv6 === null) {
    return { ipv4: ipv4 && formatIp(ipv4), ipv6: ipv6 && withoutCarrier(ipv6), isDoubtful: false }
  }
  const own = ordered(ipv4, NETWORKS_V4)
  return {
    ipv4: formatIp(own.bytes),
    ipv6: withoutCarrier(ordered(ipv6, NETWORKS_V6).bytes),
    isDoubtful: own.isDoubtful,
  }
}

function ordered(stored: Uint8Array, networks: readonly Network[]): { bytes: Uint8Array; isDoubtful: boolean } {
  const reversed = stored.slice().reverse()
  const [inNetwork, inReverse] = [isWithin(stored, networks), isWithin(reversed, networks)]
  const isSame = stored.every((byte, index) => byte === reversed[index])
  return { bytes: inNetwork && !inReverse ? stored : reversed, isDoubtful: inNetwork === inReverse && !isSame }
}

/** `::a.b.c.d` and `::ffff:a.b.c.d` are how "no IPv6 address" is written. */
export function isCarrier(ipv6: Uint8Array): boolean {
  return ipv6.subarray(0, 10).every((byte) => byte === 0) && ipv6[10] === ipv6[11] && [0, 0xff].includes(ipv6[10] ?? 1)
}

function withoutCarrier(ipv6: Uint8Array): string | null {
  return isCarrier(ipv6) ? null : formatIp(ipv6)
}

/** The 16 bytes that stand for "no IPv6 address": newer releases mark them with `ffff`, 0.8.0 does not. */
export function carrierOf(ipv4: Uint8Array, form: 'compatible' | 'mapped'): Uint8Array {
  const bytes = new Uint8Array(16)
  if (form === 'mapped') bytes.fill(0xff, 10, 12)
  bytes.set(ipv4, 12)
  return bytes
}

interface Network {
  readonly bytes: Uint8Array
  readonly bits: number
}

function networkOf(text: string): Network {
  const [address = '', bits = ''] = text.split('/')
  return { bytes: parseIp(address) ?? new Uint8Array(), bits: Number(bits) }
}

function isWithin(address: Uint8Array, networks: readonly Network[]): boolean {
  return networks.some(({ bytes, bits }) => {
    for (let bit = 0; bit < bits; bit += 8) {
      const mask = bits - bit >= 8 ? 0xff : (0xff << (8 - (bits - bit))) & 0xff
      if (((address[bit / 8] ?? 0) & mask) !== ((bytes[bit / 8] ?? 0) & mask)) return false
    }
    return true
  })
}
