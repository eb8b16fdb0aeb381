import type { AnyStoreKind } from '../../shared/contract/common.ts'
import type { Target } from '../../shared/contract/exports.ts'
import type { Source } from '../../shared/contract/sources.ts'
import { isStore, storeLabel } from './store-kinds.ts'

export type Destination = { kind: 'source'; sourceId: string } | { kind: 'folder'; path: string }

export const VAULT: Destination = { kind: 'source', sourceId: 'vault' }

/** Where something goes, and in which format; null for each session's own. */
export interface Placement {
  destination: Destination
  target: Target | null
}

/** Value of the entry that stands for a folder to type. */
const OTHER_FOLDER = 'other-folder'

export interface DestinationChoice {
  value: string
  label: string
  disabled?: boolean
}

/** Where sessions that are taken in can go: the vault first, then memory, folders that can be written, any other folder. */
export function destinationChoices(sources: readonly Source[]): DestinationChoice[] {
  const folders = sources.filter(({ kind, writable }) => kind === 'folder' && writable)
  return [
    { value: 'vault', label: 'Vault (sealed on this machine)' },
    { value: 'memory', label: 'Memory (until you quit)' },
    ...folders.map(({ id, name }) => ({ value: id, label: name })),
    ...sources.filter(isStore).map(({ id, name, store, writable }) => ({
      value: id,
      label: `${name} (${storeLabel(store)}${store.readOnly ? ', writing is off' : writable ? '' : ', not reached'})`,
      disabled: !writable,
    })),
    { value: OTHER_FOLDER, label: 'Another folder…' },
  ]
}

export function valueOf(destination: Destination): string {
  return destination.kind === 'folder' ? OTHER_FOLDER : destination.sourceId
}

export function destinationOf(value: string): Destination {
  return value === OTHER_FOLDER ? { kind: 'folder', path: '' } : { kind: 'source', sourceId: value }
}

/** The vault and memory keep everything a session holds: no format is chosen for them. */
export function isBuiltIn(destination: Destination): boolean {
  return destination.kind === 'source' && (destination.sourceId === 'vault' || destination.sourceId === 'memory')
}

/** What kind of store it is, null for everything else. */
export function storeKindOf(destination: Destination, sources: readonly Source[]): AnyStoreKind | null {
  if (destination.kind === 'folder') return null
  return sources.find(({ id }) => id === destination.sourceId)?.store?.location.kind ?? null
}

/** What choosing it means, in a sentence. `fresh`: the session is made here, there is no other copy of it. */
export function destinationHelp(destination: Destination, storeKind: AnyStoreKind | null, fresh: boolean): string {
  if (storeKind !== null) {
    return 'Adds each session to the store, not encrypted: programs that read the store can use it. Nothing there is replaced.'
  }
  switch (valueOf(destination)) {
    case 'vault':
      if (fresh) return 'Sealed on this machine: only your passphrase or keychain opens it.'
      return 'Keeps a sealed copy that only your passphrase or keychain opens, with everything the session holds. The original stays where it is.'
    case 'memory':
      return 'Nothing is written to disk. The sessions are gone when Session Deck quits.'
    default:
      return 'Writes one file for each session, readable by you alone (mode 0600). Nothing there is overwritten.'
  }
}
