import { createStore, type StoreApi } from 'zustand'
import { api } from '../../lib/client.ts'

export interface Entry {
  name: string
  path: string
  kind: 'file' | 'folder'
}

interface PathPickerState {
  /** The folder on screen; empty until the first answer. */
  path: string
  parent: string | null
  entries: readonly Entry[]
  /** Paths of the files chosen so far, of any folder. */
  marked: ReadonlySet<string>
  loading: boolean
  error: unknown
  /** Shows another folder; `null` is home. What was on screen stays when it cannot be read: answers false then. */
  open: (path: string | null) => Promise<boolean>
  /** Chooses a file, or takes it out again. */
  mark: (path: string) => void
}

export function createPathPicker(): StoreApi<PathPickerState> {
  let latest = 0
  return createStore<PathPickerState>()((set) => ({
    path: '',
    parent: null,
    entries: [],
    marked: new Set(),
    loading: true,
    error: null,
    async open(path) {
      const mine = ++latest
      set({ loading: true, error: null })
      try {
        const folder = await api().app.browse({ path })
        if (mine === latest) set({ ...folder, entries: hiddenLast(folder.entries), loading: false })
        return true
      } catch (error) {
        if (mine === latest) set({ error, loading: false })
        return false
      }
    },
    mark(path) {
      set(({ marked }) => {
        const next = new Set(marked)
        if (!next.delete(path)) next.add(path)
        return { marked: next }
      })
    },
  }))
}

/** What starts with a dot is seldom looked for. */
function hiddenLast(entries: readonly Entry[]): readonly Entry[] {
  return entries.toSorted((a, b) => Number(a.name.startsWith('.')) - Number(b.name.startsWith('.')))
}

/** A file in a folder, with the separator the folder's own path uses. */
export function joinPath(folder: string, name: string): string {
  const separator = folder.includes('\\') && !folder.includes('/') ? '\\' : '/'
  return folder.endsWith(separator) ? folder + name : folder + separator + name
}
