/**
 * How long this thread was kept busy at a stretch while `work` ran: processor time of the thread between two turns of its
 * event loop. Unlike the delay of a timer it does not count what other programs took from the machine meanwhile.
 */
export async function longestStallMs(work: () => Promise<unknown>): Promise<number> {
  let longest = 0
  let last = busyMs()
  let isOver = false
  const turn = (): void => {
    const now = busyMs()
    longest = Math.max(longest, now - last)
    last = now
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  await work()
  longest = Math.max(longest, busyMs() - last)
  isOver = true
  return longest
}

function busyMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}
