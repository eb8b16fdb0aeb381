import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../domain/errors.ts'
import type { Keeper } from './deck-store.ts'
import type { Protection } from './interfaces.ts'
import { sealedPath, writePrivateFile } from './vault-files.ts'

/** Keeps each image sealed in `<data>/vault/<id>.sealed`. Adding needs no unlock, reading does. */
export function vaultKeeper(dataFolder: string, protection: Pick<Protection, 'seal' | 'open'>): Keeper {
  const folder = join(dataFolder, 'vault')

  async function loadRaw(key: string): Promise<Uint8Array> {
    try {
      return await readFile(sealedPath(folder, key))
    } catch (error) {
      throw new AppError('session.not-found', {}, { cause: error })
    }
  }

  return {
    async keys() {
      const names = await readdir(folder).catch(() => [])
      return names.flatMap((name) => /^([0-9a-f]{16,64})\.sealed$/.exec(name)?.[1] ?? [])
    },
    load: async (key) => protection.open(await loadRaw(key)),
    save: (key, image) => writePrivateFile(sealedPath(folder, key), protection.seal(image)),
    loadRaw,
    saveRaw: (key, raw) => writePrivateFile(sealedPath(folder, key), raw),
    remove: (key) => rm(sealedPath(folder, key), { force: true }),
    async facts(key) {
      const path = sealedPath(folder, key)
      const facts = await stat(path)
      const mode = process.platform === 'win32' ? null : facts.mode & 0o7777
      return { path, sizeBytes: facts.size, modifiedAtMs: facts.mtimeMs, mode, companions: [] }
    },
  }
}
