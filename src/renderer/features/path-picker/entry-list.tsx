import { IconFile, IconFolder } from '@tabler/icons-react'
import { type KeyboardEvent, useId, useRef, useState } from 'react'
import { SafeText } from '../../ui/safe-text.tsx'
import { VirtualRows, type VirtualRowsHandle } from '../../ui/virtual-rows.tsx'
import type { Entry } from './path-picker-store.ts'

interface Props {
  entries: readonly Entry[]
  loading: boolean
  /** Files can be marked. */
  selectable: boolean
  marked: ReadonlySet<string>
  onOpenFolder: (path: string) => void
  onUp: () => void
  onFile: (entry: Entry) => void
}

const ROW_PX = 28

/** The entries of a folder: arrows move, Enter opens a folder or takes a file, Backspace goes up. */
export function EntryList({ entries, loading, selectable, marked, onOpenFolder, onUp, onFile }: Props) {
  const [current, setCurrent] = useState(0)
  const rows = useRef<VirtualRowsHandle>(null)
  const id = useId()

  function moveTo(index: number) {
    const next = Math.max(0, Math.min(entries.length - 1, index))
    setCurrent(next)
    rows.current?.scrollTo(next)
  }
  function activate(entry: Entry | undefined) {
    if (entry?.kind === 'folder') onOpenFolder(entry.path)
    else if (entry !== undefined) onFile(entry)
  }
  function onKeyDown(event: KeyboardEvent) {
    const run = keyAction(event.key)
    if (run === null) return
    event.preventDefault()
    run()
  }
  function keyAction(key: string): (() => void) | null {
    const page = rows.current?.pageRows() ?? 10
    const actions: Record<string, () => void> = {
      ArrowDown: () => moveTo(current + 1),
      ArrowUp: () => moveTo(current - 1),
      PageDown: () => moveTo(current + page),
      PageUp: () => moveTo(current - page),
      Home: () => moveTo(0),
      End: () => moveTo(entries.length - 1),
      Enter: () => activate(entries[current]),
      ' ': () => activate(entries[current]),
      Backspace: onUp,
    }
    return actions[key] ?? null
  }

  return (
    <div className="entry-list" aria-busy={loading}>
      {entries.length === 0 ? (
        <p className="entry-none">{loading ? 'Reading the folder…' : 'Nothing in this folder'}</p>
      ) : (
        <VirtualRows
          handle={rows}
          role="listbox"
          aria-label="Folder content"
          aria-multiselectable={selectable}
          aria-activedescendant={`${id}-${current}`}
          tabIndex={0}
          onKeyDown={onKeyDown}
          count={entries.length}
          rowPx={ROW_PX}
          renderRow={(index) => {
            const entry = entries[index]
            if (entry === undefined) return null
            const folder = entry.kind === 'folder'
            return (
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the list has the keys
              <div
                key={entry.path}
                id={`${id}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={marked.has(entry.path)}
                data-current={index === current}
                className="path-entry"
                onClick={() => {
                  setCurrent(index)
                  activate(entry)
                }}
              >
                {folder ? <IconFolder size={15} aria-hidden /> : <IconFile size={15} aria-hidden />}
                <SafeText text={entry.name} className="ellipsis" />
                {folder && <span className="visually-hidden">folder</span>}
              </div>
            )
          }}
        />
      )}
    </div>
  )
}
