import { isAbsolute, relative, sep } from 'node:path'
import type { Library, Ref, SourceState } from '../sources/interfaces.ts'

/** The folder source that a path lies in, with the key it has there; null when no source covers it. */
export function sourceCovering(library: Library, path: string): { source: SourceState; ref: Ref } | null {
  for (const source of library.sources()) {
    if (source.kind !== 'folder' || source.path === null) continue
    const way = relative(source.path, path)
    if (way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) continue
    return { source, ref: { sourceId: source.id, key: way.split(sep).join('/') } }
  }
  return null
}

/** The source that shows what lies at a path. */
export function sourceAround(library: Library, path: string): SourceState | null {
  return sourceCovering(library, path)?.source ?? library.sources().find((source) => source.path === path) ?? null
}

/** A file of ours shows at once where a source covers its place, without waiting for the watcher. */
export async function showWritten(library: Library, path: string): Promise<Ref | null> {
  return (await showAllWritten(library, path))[0] ?? null
}

/** The same for every session in a file or folder of ours. */
export async function showAllWritten(library: Library, path: string): Promise<readonly Ref[]> {
  const covering = sourceCovering(library, path)
  if (!covering) return []
  const { sourceId, key } = covering.ref
  await library.refresh(sourceId, [key])
  // The session of a folder, or of a file that could hold several, has a key of its own in it.
  const refs = library.sessionsAt(sourceId, key)
  return refs.length > 0 ? refs : [covering.ref]
}
