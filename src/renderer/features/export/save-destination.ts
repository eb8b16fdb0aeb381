import type { Format } from '../../../shared/contract/formats.ts'
import type { Source } from '../../../shared/contract/sources.ts'
import type { Thing } from './holder-words.ts'

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

export function saveChoices(
  sources: readonly Source[],
  { many, thing, download }: { many: boolean; thing: Thing; download: boolean },
): { value: string; label: string }[] {
  const folders = sources.filter(({ kind, writable }) => kind === 'folder' && writable)
  return [
    many
      ? { value: 'folder', label: 'A folder' }
      : { value: 'file', label: thing === 'folder' ? 'A new folder' : 'A file' },
    ...(download ? [{ value: 'download', label: 'Download in this browser' }] : []),
    { value: 'source:vault', label: 'Vault (sealed on this machine)' },
    ...folders.map(({ id, name }) => ({ value: `source:${id}`, label: `Source ${name}` })),
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
