import { AppError } from '../domain/errors.ts'
import type { Keeper } from './deck-store.ts'

/** Keeps images in memory alone: nothing of them is written, all go with the process. */
export function memoryKeeper(): Keeper {
  const images = new Map<string, Uint8Array>()
  const load = async (key: string): Promise<Uint8Array> => {
    const image = images.get(key)
    if (!image) throw new AppError('session.not-found', {})
    return image
  }
  return {
    keys: async () => [...images.keys()],
    load,
    save: async (key, image) => void images.set(key, image),
    loadRaw: load,
    async saveRaw(key, raw) {
      if (images.has(key)) throw new AppError('source.exists', {})
      images.set(key, raw)
    },
    remove: async (key) => void images.delete(key),
    facts: async () => null,
  }
}
