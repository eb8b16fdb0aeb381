import type { AppEvent } from '../../shared/contract/app.ts'
import { api } from '../lib/client.ts'
import { safeText } from '../lib/safe-text.ts'
import { toast, toastError } from '../ui/toast.tsx'
import { loadSources, useAppData } from './app-data.ts'
import { openDialog } from './dialogs.ts'
import { protectionChanged } from './protection.ts'
import { showView } from './view.ts'

/** Blanks the window and closes the vault; sets a passphrase up first where there is none. */
export async function lock(): Promise<void> {
  if (useAppData.getState().protection?.state === 'none') {
    openDialog('protection', { mode: 'setup', onReady: () => void lock() })
    return
  }
  try {
    protectionChanged(await api().app.lock())
  } catch (error) {
    toastError(error)
  }
}

export async function addSamples(): Promise<void> {
  try {
    const { sourceId } = await api().app.addSamples()
    await loadSources()
    showView({ kind: 'source', sourceId })
  } catch (error) {
    toastError(error)
  }
}

export async function rescan(sourceId: string): Promise<void> {
  try {
    await api().sources.rescan({ sourceId })
    await loadSources()
  } catch (error) {
    toastError(error)
  }
}

/** At once and without a question: it takes nothing away. */
export async function stopWriting({ id, name }: { id: string; name: string }): Promise<void> {
  try {
    await api().sources.allowWriting({ sourceId: id, allow: false, confirmed: true })
    await loadSources()
    toast({ message: `“${safeText(name, 60)}” is only read from now on.` })
  } catch (error) {
    toastError(error)
  }
}

/** Copies what is no secret, and says so. */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    toast({ message: `${what} copied` })
  } catch {
    toast({ message: 'The browser did not allow copying. Click into the window and try again.', kind: 'error' })
  }
}

/** Ids of elements the keyboard jumps to. */
export const SEARCH_INPUT_ID = 'session-search'

export function focusSearch(): void {
  const input = document.getElementById(SEARCH_INPUT_ID)
  if (!(input instanceof HTMLInputElement)) return
  input.focus()
  input.select()
}

let paletteOpener: () => void = () => {}
/** The palette tells how it is opened once its code is there. */
export function setPaletteOpener(open: () => void): void {
  paletteOpener = open
}

export function openPalette(): void {
  paletteOpener()
}

export function runMenuAction(action: Extract<AppEvent, { type: 'menu' }>['action']): void {
  switch (action) {
    case 'import':
      return openDialog('import')
    case 'add-source':
      return openDialog('add-source')
    case 'find':
      return focusSearch()
    case 'palette':
      return openPalette()
    case 'settings':
      return openDialog('settings')
    case 'lock':
      return void lock()
    case 'about':
      return openDialog('about')
    default:
      return action satisfies never
  }
}
