import type { Collection } from '../domain/session.ts'
import type { Decoded } from '../formats/format.ts'

/** What was decoded from places that are read whole: the pages of one list need not read it again each. */
export interface DecodedPlaces {
  /** `read` runs when nothing is kept for the place as it is now; `signature` tells, and is not asked all the time. */
  use(name: string, signature: () => Promise<string>, read: () => Promise<Decoded>): Promise<Decoded>
  clear(): void
}

/** Keys are among what is kept: not many, and not for long. */
const KEPT = 3
const KEPT_MS = 30_000
/** A store of many files takes its time to be looked at. */
const TRUSTED_MS = 1_500
/** Rows that are read from thousands of files are kept up to this many. */
const KEPT_ROWS = 250_000

interface KeptPlace {
  readonly signature: string
  readonly decoded: Promise<Decoded>
  seenAtMs: number
}

export function createDecodedPlaces(): DecodedPlaces {
  const places = new Map<string, KeptPlace>()
  let timer: NodeJS.Timeout | null = null
  const clear = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    places.clear()
  }
  return {
    use: async (name, signatureNow, read) => {
      const known = places.get(name)
      if (known && performance.now() - known.seenAtMs < TRUSTED_MS) return known.decoded
      const signature = await signatureNow()
      const isSame = known?.signature === signature && places.get(name) === known
      const place = isSame ? known : { signature, decoded: read().then(keepingPeers), seenAtMs: 0 }
      place.seenAtMs = performance.now()
      places.delete(name)
      places.set(name, place)
      place.decoded.catch(() => {
        if (places.get(name) === place) places.delete(name)
      })
      for (const oldest of places.keys()) if (places.size > KEPT) places.delete(oldest)
      if (timer !== null) clearTimeout(timer)
      timer = setTimeout(clear, KEPT_MS).unref()
      return place.decoded
    },
    clear,
  }
}

function keepingPeers(decoded: Decoded): Decoded {
  const { session } = decoded
  return { ...decoded, session: { ...session, peers: keeping(session.peers) } }
}

/** The same rows, read once when all of them were wanted once. */
function keeping<T>(collection: Collection<T>): Collection<T> {
  let kept: readonly (readonly T[])[] | null = null
  return {
    count: collection.count,
    async *batches() {
      if (kept) return yield* kept
      const batches: (readonly T[])[] = []
      for await (const batch of collection.batches()) {
        if (collection.count <= KEPT_ROWS) batches.push(batch)
        yield batch
      }
      if (collection.count <= KEPT_ROWS) kept = batches
    },
  }
}
