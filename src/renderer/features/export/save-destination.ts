import type { Format } from '../../../shared/contract/formats.ts'
import type { Source } from '../../../shared/contract/sources.ts'
import { isStore, storeLabel } from '../../lib/store-kinds.ts'
import type { Thing } from './holder-words.ts'
import { needsStore, storesFor } from './store-targets.ts'

export type SaveDestination =
  | { kind: 'file'; path: string }
  | { kind: 'folder'; path: string }
  | { kind: 'source'; sourceId: string }
  | { kind: 'download' }

type Protection = { kind: 'age'; passphrase: string } | { kind: 'plain'; confirmed: true } | { kind: 'source' }

/** What goes into the call. A source seals or writes as it does for everything else in it. */
export function saveInput(
  destination: SaveDestination,
  passphrase: string | null,
): { destination: SaveDestination; protection: Protection } {
  if (isSealedSource(destination)) return { destination, protection: { kind: 'source' } }
  if (passphrase === null) return { destination, protection: { kind: 'plain', confirmed: true } }
  return { destination, protection: { kind: 'age', passphrase } }
}

/** The vault and memory write no plain file. */
export function isSealedSource(destination: SaveDestination): boolean {
  return destination.kind === 'source' && (destination.sourceId === 'vault' || destination.sourceId === 'memory')
}

/** A source holds sessions that libraries open: encrypted files have no place there. */
export function canEncrypt(destination: SaveDestination): boolean {
  return destination.kind !== 'source'
}

/** Where it can go after all: of what was chosen for another format, not everything holds this one. */
export function fittingDestination(
  chosen: SaveDestination,
  { many, format, sources }: { many: boolean; format: Format | undefined; sources: readonly Source[] },
): SaveDestination {
  const stores = storesFor(format, sources)
  const named = chosen.kind === 'source' ? sources.find(({ id }) => id === chosen.sourceId) : undefined
  if (named !== undefined && stores.some(({ id, writable }) => id === named.id && writable)) return chosen
  if (needsStore(format)) return { kind: 'source', sourceId: stores.find(({ writable }) => writable)?.id ?? '' }
  const usual: SaveDestination = many ? { kind: 'folder', path: '' } : { kind: 'file', path: '' }
  if (named !== undefined && isStore(named)) return usual
  return chosen.kind === 'file' && many ? usual : chosen
}

export function saveChoices(
  sources: readonly Source[],
  { many, thing, download, format }: { many: boolean; thing: Thing; download: boolean; format: Format | undefined },
): { value: string; label: string; disabled?: boolean }[] {
  const stores = storesFor(format, sources).map(({ id, name, store, writable }) => ({
    value: `source:${id}`,
    label: `Source ${name} (${storeLabel(store)}${store.readOnly ? ', writing is off' : writable ? '' : ', not reached'})`,
    disabled: !writable,
  }))
  if (needsStore(format)) return stores
  const folders = sources.filter(({ kind, writable }) => kind === 'folder' && writable)
  return [
    many
      ? { value: 'folder', label: 'A folder' }
      : { value: 'file', label: thing === 'folder' ? 'A new folder' : 'A file' },
    ...(download ? [{ value: 'download', label: 'Download in this browser' }] : []),
    { value: 'source:vault', label: 'Vault (sealed on this machine)' },
    ...folders.map(({ id, name }) => ({ value: `source:${id}`, label: `Source ${name}` })),
    ...stores,
  ]
}

export function choiceOf(destination: SaveDestination): string {
  return destination.kind === 'source' ? `source:${destination.sourceId}` : destination.kind
}

export function destinationOfChoice(choice: string, path: string): SaveDestination {
  if (choice.startsWith('source:')) return { kind: 'source', sourceId: choice.slice('source:'.length) }
  if (choice === 'download') return { kind: 'download' }
  return choice === 'folder' ? { kind: 'folder', path } : { kind: 'file', path }
}

/** A file name made of the session's: nothing a file system or a shell would stumble over. */
export function suggestedFileName(name: string, format: Format | undefined, encrypted: boolean): string {
  const isFolder = format?.medium === 'folder'
  const extension = isFolder ? (encrypted ? '.tar' : '') : (format?.extension ?? '.txt')
  const base = name
    .replace(/\.(session|txt|age)$/i, '')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[.-]+|[.-]+$/g, '')
    .slice(0, 80)
  return `${base === '' ? 'session' : base}${extension}${encrypted ? '.age' : ''}`
}

/** A typed file name with or without the ending of encrypted files. */
export function withAge(path: string, encrypted: boolean): string {
  const bare = path.replace(/\.age$/i, '')
  return encrypted ? `${bare}.age` : bare
}
