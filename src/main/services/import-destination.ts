import { extname, join } from 'node:path'
import { AppError } from '../domain/errors.ts'
import { type EncodeOptions, extensionOf } from '../formats/format.ts'
import { formatById } from '../formats/registry.ts'
import type { Library, Ref } from '../sources/interfaces.ts'
import type { OpenSession } from '../sources/session-store.ts'
import { copySessionFolder } from '../sources/copy-folder.ts'
import { freePath, makeFolder, readUserFile, writeUserFile } from '../sources/user-files.ts'
import { fileNameFrom } from '../sources/file-keys.ts'
import { showAllWritten, showWritten } from './covering-source.ts'
import { type AnyTarget, assertFitsStore, type Target } from './formats-lookup.ts'
import type { StagedItem } from './import-tray.ts'
import { unhurried } from './unhurried.ts'

export type Destination =
  | { readonly kind: 'source'; readonly sourceId: string }
  | { readonly kind: 'folder'; readonly path: string }

/** Where an imported session went: its ref where a source holds it, its path where it is a file. */
export interface Landed {
  readonly ref: Ref | null
  readonly path: string | null
}

/** What a destination turns out to be. */
export type Ground =
  | { readonly kind: 'folder'; readonly path: string }
  /** The vault or memory. */
  | { readonly kind: 'own'; readonly sourceId: string }
  | { readonly kind: 'store'; readonly sourceId: string }

/** @throws AppError source.not-found, source.read-only */
export function groundOf(library: Library, destination: Destination): Ground {
  if (destination.kind === 'folder') return destination
  const { sourceId } = destination
  const source = library.source(sourceId)
  if (!source) throw new AppError('source.not-found', {})
  if (source.store?.readOnly) throw new AppError('source.read-only', { file: source.name, guarded: true })
  if (source.store) return { kind: 'store', sourceId }
  if (source.kind === 'file') throw new AppError('source.read-only', { file: source.path ?? source.name })
  return source.path === null ? { kind: 'own', sourceId } : { kind: 'folder', path: source.path }
}

/** Adds a session to the vault or memory, which keep everything a session can hold. */
export async function landInSource(
  library: Library,
  sourceId: string,
  name: string,
  opened: Pick<OpenSession, 'session' | 'info'>,
  nowSeconds: number,
): Promise<Landed> {
  const store = library.store(sourceId)
  if (!store.add) throw new AppError('source.read-only', {})
  const options: EncodeOptions = { variant: opened.info.variant, options: new Map(), nowSeconds }
  const key = await store.add(name, unhurried(opened.session), { formatId: opened.info.formatId, options })
  return { ref: { sourceId, key }, path: null }
}

/** Adds a session to a shared store, in the format chosen. */
export async function landInStore(
  library: Library,
  sourceId: string,
  name: string,
  opened: Pick<OpenSession, 'session'>,
  { format, variant }: AnyTarget,
  options: Omit<EncodeOptions, 'variant'>,
  resumes: boolean,
): Promise<Landed> {
  const kind = library.source(sourceId)?.store?.location.kind
  if (kind) assertFitsStore(format, kind)
  const { add } = library.store(sourceId)
  if (!add) throw new AppError('source.read-only', {})
  const target = { formatId: format.id, options: { ...options, variant: variant.id }, resumes }
  return { ref: { sourceId, key: await add(name, unhurried(opened.session), target) }, path: null }
}

/** Writes a session as a new file of a folder, in the format chosen. */
export async function landInFolder(
  library: Library,
  folder: string,
  name: string,
  opened: Pick<OpenSession, 'session'>,
  { format, variant }: Target,
  options: Omit<EncodeOptions, 'variant'>,
): Promise<Landed> {
  await makeFolder(folder)
  const { add } = library.scanner.store(folder)
  if (!add) throw new AppError('source.read-only', { file: folder })
  const key = await add(name, unhurried(opened.session), {
    formatId: format.id,
    options: { ...options, variant: variant.id },
  })
  const path = join(folder, ...key.split('/'))
  return { ref: await showWritten(library, path), path }
}

/** Copies the file an item lies in, byte for byte but for a log of a running program, which is merged in. */
export async function copyIntoFolder(
  library: Library,
  folder: string,
  name: string,
  item: StagedItem & { readonly content: { readonly kind: 'stored' } },
  scratch: string,
): Promise<Landed> {
  await makeFolder(folder)
  const from = item.content.path
  const path = freeFile(folder, name, extname(from) || '.session')
  await writeUserFile(path, await readUserFile(from, scratch), null)
  return { ref: await showWritten(library, path), path }
}

/** Copies a folder of sessions whole, byte for byte; answers where each of them is shown. */
export async function copyFolderInto(
  library: Library,
  folder: string,
  name: string,
  from: string,
): Promise<{ readonly path: string; readonly refs: readonly Ref[] }> {
  await makeFolder(folder)
  const path = await copySessionFolder(from, folder, fileNameFrom(name))
  return { path, refs: await showAllWritten(library, path) }
}

/** Writes a whole file that was pasted, byte for byte: formats that cannot be written come along, too. */
export async function bytesIntoFolder(
  library: Library,
  folder: string,
  name: string,
  bytes: Uint8Array,
  formatId: string,
): Promise<Landed> {
  await makeFolder(folder)
  const path = freeFile(folder, name, extensionOf(formatById(formatId)))
  await writeUserFile(path, bytes, null)
  return { ref: await showWritten(library, path), path }
}

function freeFile(folder: string, name: string, extension: string): string {
  const stem = name.toLowerCase().endsWith(extension) ? name.slice(0, -extension.length) : name
  return freePath(folder, fileNameFrom(stem) + extension)
}
