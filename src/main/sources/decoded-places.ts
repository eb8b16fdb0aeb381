import type { Decoded } from '../formats/format.ts'

/** What was decoded from places that are read whole: the pages of one list need not read it again each. */
export interface DecodedPlaces {
  /** `signature` is that of the place now; `read` runs when nothing is kept for it. */
  use(name: string, signature: string, read: () => Promise<Decoded>): Promise<Decoded>
  clear(): void
}

/** Keys are among what is kept: not many, and not for long. */
const KEPT = 3
const KEPT_MS = 30_000

export function createDecodedPlaces(): DecodedPlaces {
  const places = new Map<string, { readonly signature: string; readonly decoded: Promise<Decoded> }>()
  let timer: NodeJS.Timeout | null = null
  const clear = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    places.clear()
  }
  return {
    use: (name, signature, read) => {
      const known = places.get(name)
      const place = known?.signature === signature ? known : { signature, decoded: read() }
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
