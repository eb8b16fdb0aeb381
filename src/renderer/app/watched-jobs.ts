const watched = new Map<string, number>()

/** Somebody looks at the results of a job from now on. Answers how that ends. */
export function watchJob(jobId: string): () => void {
  watched.set(jobId, (watched.get(jobId) ?? 0) + 1)
  return () => {
    const others = (watched.get(jobId) ?? 1) - 1
    if (others === 0) watched.delete(jobId)
    else watched.set(jobId, others)
  }
}

/** Somebody looks at its results: its end needs no word of its own. */
export function isWatched(jobId: string): boolean {
  return watched.has(jobId)
}
