import './path-picker.css'
import { ActionIcon, Button, TextInput, Tooltip } from '@mantine/core'
import { IconArrowUp, IconHome } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { DialogProps } from '../../app/dialogs.ts'
import { plural } from '../../lib/numbers.ts'
import { DialogFrame } from '../../ui/dialog-frame.tsx'
import { ErrorNotice } from '../../ui/error-notice.tsx'
import { EntryList } from './entry-list.tsx'
import { createPathPicker, joinPath } from './path-picker-store.ts'

/** The window's own file dialog: folders to walk through, or a path to type. */
export function PathPicker({ kind, title, suggestedName, onPicked, onClose }: DialogProps<'path-picker'>) {
  const [store] = useState(createPathPicker)
  const { path, parent, entries, error, loading, marked } = useStore(store)
  const { open, mark } = store.getState()
  /** What is being typed, null while it is the folder on screen. */
  const [typing, setTyping] = useState<string | null>(null)
  const typed = typing ?? path
  const [name, setName] = useState(suggestedName ?? '')
  useEffect(() => void open(null), [open])
  /** A folder that cannot be opened stays in the field, to be put right. */
  const go = async (folder: string | null) => {
    if (await open(folder)) setTyping(null)
  }

  const pick = (paths: readonly string[]) => {
    onClose()
    onPicked(paths)
  }
  const shown = kind === 'folder' ? entries.filter((entry) => entry.kind === 'folder') : entries
  const files = kind === 'files' || kind === 'open'
  const label =
    marked.size > 0
      ? `Choose ${plural(marked.size, 'file')}`
      : kind === 'save'
        ? 'Save here'
        : kind === 'files'
          ? 'Choose files'
          : 'Choose this folder'
  const choice = (): readonly string[] | null => {
    if (kind === 'save') return name.trim() === '' ? null : [joinPath(path, name.trim())]
    if (marked.size > 0) return [...marked]
    return kind === 'files' || path === '' ? null : [path]
  }
  const chosen = choice()

  return (
    <DialogFrame
      title={title}
      subtitle="On the machine Session Deck runs on"
      width={600}
      onClose={onClose}
      end={
        <>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button disabled={chosen === null || loading} onClick={() => chosen !== null && pick(chosen)}>
            {label}
          </Button>
        </>
      }
    >
      <div className="stack">
        <form
          className="path-bar"
          onSubmit={(event) => {
            event.preventDefault()
            void go(typed)
          }}
        >
          <Tooltip label="Folder above">
            <ActionIcon aria-label="Folder above" disabled={parent === null} onClick={() => void go(parent)}>
              <IconArrowUp size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Home">
            <ActionIcon aria-label="Home" onClick={() => void go(null)}>
              <IconHome size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <TextInput
            className="grow mono-input"
            aria-label="Folder path"
            value={typed}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => setTyping(event.currentTarget.value)}
          />
          <Button type="submit" variant="default">
            Go
          </Button>
        </form>
        {error !== null && <ErrorNotice error={error} />}
        <EntryList
          key={path}
          entries={shown}
          loading={loading}
          selectable={files}
          marked={marked}
          onOpenFolder={(folder) => void go(folder)}
          onUp={() => parent !== null && void go(parent)}
          onFile={(entry) => (kind === 'save' ? setName(entry.name) : mark(entry.path))}
        />
        {kind === 'save' && (
          <TextInput
            label="File name"
            value={name}
            spellCheck={false}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        )}
      </div>
    </DialogFrame>
  )
}
