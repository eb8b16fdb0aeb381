import { create } from 'zustand'
import { shallow } from 'zustand/shallow'
import type { PasscodeQuestion, Ref } from '../../shared/contract/common.ts'
import type { Extension, Extensions } from '../../shared/contract/extensions.ts'
import type { Upload } from '../api/files.ts'
import type { StoreSource } from '../lib/store-kinds.ts'

/** What a file dialog is asked for. `open` takes files or a folder. */
export interface PathQuestion {
  kind: 'files' | 'folder' | 'save' | 'open'
  title: string
  suggestedName?: string
}

export type NewSessionMethod = 'bots' | 'qr' | 'phone'

/** What each dialog is opened with. `DialogHost` renders `features/<feature>/<name>-dialog.tsx`. */
interface DialogPropsByName {
  /** `files` come from a plain browser, which knows no paths. */
  import: { paths?: readonly string[]; text?: string; files?: readonly Upload[] }
  export: { refs: readonly Ref[] }
  convert: { refs: readonly Ref[] }
  /** `store` begins with a shared store instead of a folder. */
  'add-source': { path?: string; store?: boolean }
  delete: { refs: readonly Ref[] }
  /** `onReady` runs once it is set up or unlocked. */
  protection: { mode: 'setup' | 'unlock'; onReady?: () => void }
  'who-knows': { search?: string }
  /** What is wrong with how a session is kept. */
  doctor: { ref: Ref; name: string }
  /** Opens a locked place. */
  passcode: { ref: Ref; name: string; question: PasscodeQuestion }
  rename: { ref: Ref; name: string; given: boolean }
  tags: { refs: readonly Ref[] }
  'rename-source': { sourceId: string; name: string }
  'remove-source': { sourceId: string; name: string; store?: boolean }
  /** How a shared store is reached. */
  'edit-store': { source: StoreSource }
  'allow-writing': { source: StoreSource }
  /** Asks Telegram about logins, or shows a check under way. `elsewhere` asks another data centre than their own, `again`
   * also those asked a moment ago. */
  check: { refs: readonly Ref[]; elsewhere?: boolean; again?: boolean } | { jobId: string }
  /** Ends logins at Telegram, or shows that under way. */
  revoke: { refs: readonly Ref[] } | { jobId: string }
  /** The Devices list of a person's account, asked for with this session. */
  devices: { ref: Ref; name: string }
  /** Signs in at Telegram anew: bot tokens, QR code or phone. */
  'new-session': { method?: NewSessionMethod }
  /** The API id and hash that Telegram is asked under. */
  'telegram-app': { further?: boolean }
  'add-proxy': Record<never, never>
  /** Other addresses instead of Telegram's own. */
  'data-centers': Record<never, never>
  /** The window's own file dialog, where the shell has none. Ask for paths with `choosePaths`. */
  'path-picker': PathQuestion & { onPicked: (paths: readonly string[]) => void }
  /** `part` is gone to at once. */
  settings: { part?: 'own-stores' | 'telegram' }
  /** Warns before a module of one's own runs. */
  'enable-module': { module: Extension; onEnabled: (extensions: Extensions) => void }
  about: Record<never, never>
}
export type DialogName = keyof DialogPropsByName

/** Props of a dialog component: what it was opened with, and how it closes. */
export type DialogProps<N extends DialogName> = DialogPropsByName[N] & { onClose: () => void }

export type OpenDialog = { [N in DialogName]: { id: number; name: N; props: DialogPropsByName[N] } }[DialogName]

/** Open dialogs, the topmost last: one may ask for another (import asks for a passphrase) and stays below it. */
export const useDialogs = create<{ stack: readonly OpenDialog[] }>()(() => ({ stack: [] }))

let nextId = 1

type Arguments<N extends DialogName> =
  Record<never, never> extends DialogPropsByName[N] ? [props?: DialogPropsByName[N]] : [props: DialogPropsByName[N]]

/** Opens a dialog above the others; the same one once, however often its button was pressed while it was loaded. */
export function openDialog<N extends DialogName>(name: N, ...[props]: Arguments<N>): void {
  const top = useDialogs.getState().stack.at(-1)
  if (top?.name === name && isSame(top.props, props ?? {})) return
  const dialog = { id: nextId++, name, props: props ?? {} } as OpenDialog
  useDialogs.setState(({ stack }) => ({ stack: [...stack, dialog] }))
}

/** Sessions are given as a list made anew for each press. */
function isSame(one: object, other: object): boolean {
  const members = Object.entries(one)
  return (
    members.length === Object.keys(other).length &&
    members.every(([name, value]) => shallow(value, Reflect.get(other, name)))
  )
}

/** Closes one dialog, or the topmost. */
export function closeDialog(id?: number): void {
  useDialogs.setState(({ stack }) => ({
    stack: id === undefined ? stack.slice(0, -1) : stack.filter((dialog) => dialog.id !== id),
  }))
}

export function closeAllDialogs(): void {
  useDialogs.setState({ stack: [] })
}
