/**
 * Numbers that follow from a seed alone, so that two runs make the same sample library. Not for secrets: whatever
 * comes out of it is sample data.
 */
export interface SeededRandom {
  /** From 0 to below `bound`. */
  integer(bound: number): number
  /** From `low` to `high`, both included. */
  between(low: number, high: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly [T, ...T[]]): T
  bytes(byteLength: number): Uint8Array
  /** Any signed 64-bit number. */
  int64(): bigint
}

/** A mulberry32 generator. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const integer = (bound: number): number => Math.floor((next() / 2 ** 32) * bound)
  return {
    integer,
    between: (low, high) => low + integer(high - low + 1),
    chance: (probability) => next() / 2 ** 32 < probability,
    pick: (items) => items[integer(items.length)] ?? items[0],
    bytes: (byteLength) => {
      const bytes = new Uint8Array(byteLength)
      for (let index = 0; index < byteLength; index += 1) bytes[index] = next() & 0xff
      return bytes
    },
    int64: () => BigInt.asIntN(64, (BigInt(next()) << 32n) | BigInt(next())),
  }
}
