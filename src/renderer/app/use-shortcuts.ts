import { useEffect } from 'react'
import { focusSearch, lock, openPalette } from './actions.ts'
import { openDialog, useDialogs } from './dialogs.ts'

/** Shortcuts that hold everywhere in the window. Keys of the list are its own. */
export function useShortcuts(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return
      const run = shortcutOf(event)
      if (run === null) return
      event.preventDefault()
      run()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}

function shortcutOf(event: KeyboardEvent): (() => void) | null {
  const key = event.key.toLowerCase()
  if (key === 'l' && event.shiftKey) return () => void lock()
  // Dialogs keep the rest to themselves.
  if (event.shiftKey || useDialogs.getState().stack.length > 0) return null
  if (key === 'k') return openPalette
  if (key === 'f') return focusSearch
  if (key === 'i') return () => openDialog('import')
  if (key === ',') return () => openDialog('settings')
  return null
}
