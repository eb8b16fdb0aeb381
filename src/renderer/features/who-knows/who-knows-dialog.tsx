import './who-knows.css'
import { Button, Progress, TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { DialogProps } from '../../app/dialogs.ts'
import { formatCount, plural } from '../../lib/numbers.ts'
import { refKey } from '../../lib/refs.ts'
import { DialogFrame } from '../../ui/dialog-frame.tsx'
import { ErrorNotice } from '../../ui/error-notice.tsx'
import { Notice } from '../../ui/notice.tsx'
import { SafeText } from '../../ui/safe-text.tsx'
import { MatchGroup } from './match-group.tsx'
import { createWhoKnows } from './who-knows-store.ts'

/** "Which of my sessions knows this peer?" */
export function WhoKnowsDialog({ search: given, onClose }: DialogProps<'who-knows'>) {
  const [store] = useState(createWhoKnows)
  const state = useStore(store)
  const { search, cancel } = store.getState()
  const [text, setText] = useState(given ?? '')
  useEffect(() => {
    if (given !== undefined && given.trim() !== '') void search(given.trim())
    return cancel
  }, [given, search, cancel])
  const { running, done, total, groups, failed } = state

  return (
    <DialogFrame title="Which session knows this peer?" width={680} onClose={onClose}>
      <div className="stack">
        <form
          className="field-row"
          onSubmit={(event) => {
            event.preventDefault()
            if (text.trim() !== '') void search(text.trim())
          }}
        >
          <TextInput
            className="grow"
            aria-label="Peer"
            placeholder="Name, @username, phone or any form of id"
            value={text}
            maxLength={200}
            spellCheck={false}
            data-autofocus
            onChange={(event) => setText(event.currentTarget.value)}
          />
          {running ? (
            <Button variant="default" onClick={cancel}>
              Cancel
            </Button>
          ) : (
            <Button type="submit" disabled={text.trim() === ''}>
              Search
            </Button>
          )}
        </form>
        <div className="who-progress">
          <Progress
            size={3}
            value={total === 0 ? 0 : (done / total) * 100}
            aria-label="Sessions searched"
            style={{ visibility: running ? 'visible' : 'hidden' }}
          />
          <div className="dim small" role="status" aria-live="polite">
            {statusText(state)}
          </div>
        </div>
        {state.error !== null && <ErrorNotice error={state.error} onRetry={() => void search(state.searched)} />}
        {groups.length > 0 && (
          <ul className="who-groups" aria-label="Sessions that know it">
            {groups.slice(0, 200).map((group) => (
              <MatchGroup key={refKey(group.session.ref)} group={group} onGo={onClose} />
            ))}
            {groups.length > 200 && (
              <li className="who-more dim">and {formatCount(groups.length - 200)} more sessions</li>
            )}
          </ul>
        )}
        {failed.length > 0 && (
          <Notice kind="warning">
            <details>
              <summary>{plural(failed.length, 'session')} could not be searched</summary>
              <ul className="who-failed">
                {failed.slice(0, 50).map(({ session, message }) => (
                  <li key={refKey(session.ref)}>
                    <SafeText text={session.name} />: {message}
                  </li>
                ))}
              </ul>
            </details>
          </Notice>
        )}
      </div>
    </DialogFrame>
  )
}

interface Status {
  searched: string
  running: boolean
  cancelled: boolean
  done: number
  total: number
  groups: readonly unknown[]
  error: unknown
}

function statusText({ searched, running, cancelled, done, total, groups, error }: Status): string {
  if (searched === '') return 'Looks through the peers of every session in every source.'
  if (error !== null) return ''
  const found = groups.length === 0 ? 'none knows it' : `${plural(groups.length, 'session knows', 'sessions know')} it`
  if (running) {
    const progress = total === 0 ? 'Searching…' : `Searched ${formatCount(done)} of ${formatCount(total)} sessions`
    return groups.length === 0 ? progress : `${progress} · ${found} so far`
  }
  if (cancelled) return `Stopped after ${formatCount(done)} of ${formatCount(total)} sessions · ${found} so far`
  return `Searched ${plural(total, 'session')} · ${found}`
}
