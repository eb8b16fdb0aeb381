/**
 * The 2048-bit safe prime that clients have built in, so that they skip their own test of it. It is Telegram's own:
 * core.telegram.org/mtproto/security_guidelines, "Checking server_DH_params".
 */
export const PRIME_BYTES: Uint8Array = Buffer.from(
  'c71caeb9c6b1c9048e6c522f70f13f73980d40238e3e21c14934d037563d930f' +
    '48198a0aa7c14058229493d22530f4dbfa336f6e0ac925139543aed44cce7c37' +
    '20fd51f69458705ac68cd4fe6b6b13abdc9746512969328454f18faf8c595f64' +
    '2477fe96bb2a941d5bcd1d4ac8cc49880708fa9b378e3c4f3a9060bee67cf9a4' +
    'a4a695811051907e162753b56b0f6b410dba74d8a84b2a14b3144e0ef1284754' +
    'fd17ed950d5965b4b9dd46582db1178d169c6bc465b0d6ff9ca3928fef5b9ae4' +
    'e418fc15e83ebea0f87fa9ff5eed70050ded2849f47bf959d956850ce929851f' +
    '0d8115f635b105ee2e4e15d04b2454bf6f4fadf034b10403119cd8e3b92fcc5b',
  'hex',
)

export const PRIME: bigint = numberOf(PRIME_BYTES)

/** Generates the whole group of the prime's quadratic residues. */
export const GENERATOR = 3

const NUMBER_BYTE_LENGTH = 256

/** Big-endian, unsigned. */
export function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

/** Big-endian, with zeros in front up to 256 bytes. */
export function bytesOf(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(NUMBER_BYTE_LENGTH * 2, '0'), 'hex')
}

export function modPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  let square = base % modulus
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}
