/** Databases of a server that are looked at at the same time. */
const AT_ONCE = 8

/** Does something for each item, some at the same time; the answers come in the items' order. */
export async function forEach<Item, Answer>(
  items: readonly Item[],
  signal: AbortSignal | null,
  work: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = []
  const rest = items.entries()
  // Each takes the next when it is done: a slow one holds up none but itself.
  const worker = async (): Promise<void> => {
    for (const [index, item] of rest) {
      signal?.throwIfAborted()
      answers[index] = await work(item)
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker))
  return answers
}
