import { pbkdf2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { bytesOf, GENERATOR, modPow, numberOf, PRIME, PRIME_BYTES } from './dh-prime.ts'
import { sha256, xor } from './hashes.ts'

/** Two-step verification, the server's half. Formulas: core.telegram.org/api/srp. */
export interface PasswordVerifier {
  readonly salt1: Uint8Array
  readonly salt2: Uint8Array
  readonly value: bigint
}

/** One question for a password. */
export interface PasswordChallenge {
  readonly id: bigint
  readonly verifier: PasswordVerifier
  readonly secret: bigint
  readonly publicBytes: Uint8Array
}

const ITERATIONS = 100_000
const DERIVED_BYTE_LENGTH = 64

const derive = promisify(pbkdf2)
const G = BigInt(GENERATOR)

export async function verifierOf(password: string): Promise<PasswordVerifier> {
  const salt1 = randomBytes(40)
  const salt2 = randomBytes(16)
  const first = salted(salted(Buffer.from(password), salt1), salt2)
  const derived = await derive(first, salt1, ITERATIONS, DERIVED_BYTE_LENGTH, 'sha512')
  return { salt1, salt2, value: modPow(G, numberOf(salted(derived, salt2)), PRIME) }
}

export function challengeFor(verifier: PasswordVerifier): PasswordChallenge {
  const secret = numberOf(randomBytes(256))
  const multiplier = numberOf(sha256(PRIME_BYTES, bytesOf(G)))
  const publicValue = (multiplier * verifier.value + modPow(G, secret, PRIME)) % PRIME
  return { id: randomBytes(8).readBigInt64LE(), verifier, secret, publicBytes: bytesOf(publicValue) }
}

/** Whether a client that sends `A` and `M1` knows the password. */
export function proves({ verifier, secret, publicBytes }: PasswordChallenge, A: Uint8Array, M1: Uint8Array): boolean {
  const { salt1, salt2, value } = verifier
  const scrambler = numberOf(sha256(A, publicBytes))
  const shared = modPow(numberOf(A) * modPow(value, scrambler, PRIME), secret, PRIME)
  const group = xor(sha256(PRIME_BYTES), sha256(bytesOf(G)))
  const expected = sha256(group, sha256(salt1), sha256(salt2), A, publicBytes, sha256(bytesOf(shared)))
  return expected.equals(M1)
}

function salted(bytes: Uint8Array, salt: Uint8Array): Buffer {
  return sha256(salt, bytes, salt)
}
