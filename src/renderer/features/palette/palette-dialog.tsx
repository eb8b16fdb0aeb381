import './palette.css'
import { Modal } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { type KeyboardEvent, useMemo, useState } from 'react'
import type { SessionRow } from '../../../shared/contract/sessions.ts'
import { openDialog } from '../../app/dialogs.ts'
import { showSession } from '../../app/view.ts'
import { refKey } from '../../lib/refs.ts'
import { safeText } from '../../lib/safe-text.ts'
import { matching, paletteActions, type PaletteEntry } from './palette-actions.ts'
import { useSessionSearch } from './use-session-search.ts'

/** Every action and every session, found by typing. */
export function PaletteDialog({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState('')
  const [index, setIndex] = useState(0)
  const actions = useMemo(() => paletteActions(), [])
  const sessions = useSessionSearch(query)
  const entries = useMemo(() => {
    const found = matching(actions, query)
    return query.trim() === '' ? found : [...found, ...sessions.map(sessionEntry), whoKnows(query.trim())]
  }, [actions, query, sessions])
  const current = Math.min(index, entries.length - 1)

  function run(entry: PaletteEntry | undefined) {
    if (entry === undefined) return
    onClose()
    // What runs may move the focus; the palette gives it back first.
    setTimeout(entry.run, 0)
  }

  function move(to: number) {
    const next = (to + entries.length) % entries.length
    setIndex(next)
    document.getElementById(optionId(next))?.scrollIntoView({ block: 'nearest' })
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'ArrowDown') move(current + 1)
    else if (event.key === 'ArrowUp') move(current - 1)
    else if (event.key === 'Enter') run(entries[current])
    else return
    event.preventDefault()
  }

  return (
    <Modal
      opened
      onClose={onClose}
      // A dialog's head is no banner of the page.
      attributes={{ header: { role: 'presentation' } }}
      size={600}
      yOffset="12vh"
      padding={0}
      radius={12}
      withCloseButton={false}
      title="Command palette"
      overlayProps={{ backgroundOpacity: 0.35 }}
      classNames={{ content: 'palette', header: 'visually-hidden' }}
    >
      <label className="palette-search">
        <IconSearch size={17} aria-hidden />
        <input
          data-autofocus
          type="text"
          role="combobox"
          aria-label="Search actions and sessions"
          aria-expanded
          aria-controls="palette-list"
          aria-activedescendant={optionId(current)}
          autoComplete="off"
          spellCheck={false}
          placeholder="Do something, or go to a session"
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value)
            setIndex(0)
          }}
          onKeyDown={onKeyDown}
        />
      </label>
      <div id="palette-list" role="listbox" aria-label="Actions and sessions" className="palette-list">
        {entries.map((entry, at) => (
          <Option
            key={entry.id}
            entry={entry}
            at={at}
            current={at === current}
            heading={entries[at - 1]?.group !== entry.group}
            onRun={() => run(entry)}
          />
        ))}
      </div>
    </Modal>
  )
}

interface OptionProps {
  entry: PaletteEntry
  at: number
  current: boolean
  heading: boolean
  onRun: () => void
}

function Option({ entry, at, current, heading, onRun }: OptionProps) {
  return (
    <>
      {heading && (
        <div className="palette-group" role="presentation">
          {entry.group}
        </div>
      )}
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the text box handles the keys */}
      <div
        id={optionId(at)}
        role="option"
        tabIndex={-1}
        aria-selected={current}
        className="palette-option"
        onClick={onRun}
      >
        <bdi className="ellipsis">{entry.label}</bdi>
        {entry.hint !== undefined && <bdi className="palette-hint ellipsis">{entry.hint}</bdi>}
      </div>
    </>
  )
}

function optionId(index: number): string {
  return `palette-option-${index}`
}

function sessionEntry(row: SessionRow): PaletteEntry {
  const account = row.account?.username ?? row.account?.id
  return {
    id: `session ${refKey(row.ref)}`,
    group: 'Sessions',
    label: safeText(row.name, 80),
    hint: [account && safeText(account, 40), row.libraryLabel, safeText(row.sourceName, 30)]
      .filter(Boolean)
      .join(' · '),
    run: () => showSession(row.ref, refKey(row.ref)),
  }
}

function whoKnows(search: string): PaletteEntry {
  return {
    id: 'who-knows',
    group: 'Peers',
    label: `Which sessions know “${safeText(search, 60)}”?`,
    run: () => openDialog('who-knows', { search }),
  }
}
