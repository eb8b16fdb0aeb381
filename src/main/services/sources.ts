import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { quoted } from '../../shared/error-texts.ts'
import { AppError } from '../domain/errors.ts'
import { Secret } from '../domain/secret.ts'
import { knownPlaces } from '../sources/known-places.ts'
import type { Core } from './core.ts'
import { sourceAround } from './covering-source.ts'
import type { Implementer } from './implementer.ts'
import { refOf, shortPath, sourceOf } from './present.ts'
import { storeSourcesService } from './store-sources.ts'

export function sourcesService(os: Implementer['sources'], core: Core) {
  const { library, ports } = core
  const { home } = ports.paths
  return {
    ...storeSourcesService(os, core),
    list: os.list.handler(async () => library.sources().map((source) => sourceOf(source, home))),
    add: os.add.handler(async ({ input }) => {
      const path = absolutePath(input.path, home)
      const source = await library.add(path, input.name?.trim() || null)
      library.audit.add({ action: 'source-added', text: `Added the source ${quoted(path)}`, ref: null, keyId: null })
      return sourceOf(source, home)
    }),
    rename: os.rename.handler(async ({ input }) => sourceOf(library.rename(input.sourceId, input.name), home)),
    remove: os.remove.handler(async ({ input }) => {
      const source = library.sources().find(({ id }) => id === input.sourceId)
      await library.remove(input.sourceId)
      if (source) {
        const text = `Removed the source ${quoted(source.path ?? source.name)}; nothing in it was touched`
        library.audit.add({ action: 'source-removed', text, ref: null, keyId: null })
      }
      return { removed: source !== undefined }
    }),
    rescan: os.rescan.handler(async ({ input }) => sourceOf(library.rescan(input.sourceId), home)),
    unlock: os.unlock.handler(async ({ input }) => ({
      refs: (await library.unlock(input.ref, Secret.fromText(input.passcode))).map(refOf),
    })),
    suggestions: os.suggestions.handler(async () =>
      (await knownPlaces(home)).map(({ name, path }) => ({
        name,
        path,
        location: shortPath(path, home),
        sourceId: sourceAround(library, path)?.id ?? null,
      })),
    ),
  }
}

const MAX_NAME_BYTES = 255

/** A typed path: `~` is the home folder, quotes around it (as file managers copy them) go. @throws AppError request.invalid */
export function absolutePath(typed: string, home: string = homedir()): string {
  const bare = typed.trim().replace(/^(["'])(.*)\1$/, '$2')
  const path = bare === '~' || /^~[/\\]/.test(bare) ? join(home, bare.slice(1)) : bare
  if (!isAbsolute(path)) {
    throw new AppError('request.invalid', { field: 'path', reason: 'a whole path is needed, from the root or from ~' })
  }
  // No file system has such a name, but a string pasted into the wrong field looks like one: it is not repeated.
  if (path.split(/[/\\]/).some((name) => Buffer.byteLength(name) > MAX_NAME_BYTES)) {
    throw new AppError('request.invalid', { field: 'path', reason: 'a name in it is longer than any file name can be' })
  }
  return resolve(path)
}
