import type { DocumentsReader } from '../media.ts'

const GOOD_FOR_MS = 5000

interface LastFound<Place> {
  remember(documents: DocumentsReader, places: readonly Place[]): readonly Place[]
  /** Null when nothing was found lately. */
  recall(documents: DocumentsReader): readonly Place[] | null
}

/**
 * What a survey found, for the pages that are asked for just after it: to find it costs an answer of every database. A
 * place that went meanwhile is no session any more when it is read.
 */
export function lastFound<Place>(): LastFound<Place> {
  const known = new WeakMap<DocumentsReader, { readonly untilMs: number; readonly places: readonly Place[] }>()
  return {
    remember(documents, places) {
      known.set(documents, { untilMs: performance.now() + GOOD_FOR_MS, places })
      return places
    },
    recall(documents) {
      const last = known.get(documents)
      return last !== undefined && performance.now() < last.untilMs ? last.places : null
    },
  }
}
