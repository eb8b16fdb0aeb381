/** How many files go into the catalog in one transaction: more would keep the window waiting. */
const BATCH_FILES = 100

export function* batchesOf<T>(rows: readonly T[]): Iterable<readonly T[]> {
  for (let start = 0; start < rows.length; start += BATCH_FILES) yield rows.slice(start, start + BATCH_FILES)
}

/** Lets what waits in the process (the window's calls) go first. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
