/** Fewer low bits than a millisecond has: the lowest two say what a message is. */
const SECOND = 0x1_0000_0000

/** Seconds in the high half of a message id. */
export function secondsOf(messageId: bigint): number {
  return Number(messageId >> 32n)
}

/** 1 for an answer, 3 for what the server says by itself. */
export type Remainder = 1 | 3

/**
 * Ids for the messages of one connection, ever growing: seconds in the high half, and the remainder by four says what
 * a message is. Clients drop others.
 */
export function messageIds(nowMs: () => number): (remainder: Remainder) => bigint {
  let last = 0n
  return (remainder) => {
    const ms = nowMs()
    const fraction = Math.floor(((ms % 1000) / 1000) * SECOND)
    let id = ((BigInt(Math.floor(ms / 1000)) << 32n) | (BigInt(fraction) & ~3n)) + BigInt(remainder)
    while (id <= last) id += 4n
    last = id
    return id
  }
}
