import './trash-view.css'
import { Button } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useAppData } from '../../app/app-data.ts'
import { plural } from '../../lib/numbers.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorNotice } from '../../ui/error-notice.tsx'
import { VirtualRows } from '../../ui/virtual-rows.tsx'
import { PurgeDialog } from './purge-dialog.tsx'
import { TrashRow } from './trash-row.tsx'
import { loadTrash, useTrash } from './trash-store.ts'

const ROW_PX = 48

/** What was deleted or replaced in the last 30 days. */
export function TrashView() {
  const { entries, error } = useTrash()
  const revision = useAppData((state) => state.trashRevision)
  const [purging, setPurging] = useState<readonly string[] | null>(null)
  useEffect(() => void loadTrash(), [revision])

  return (
    <section className="trash-view" aria-label="Trash">
      <div className="trash-bar">
        <h1>Trash</h1>
        <span className="dim">
          {entries !== null && entries.length > 0 && `${plural(entries.length, 'session')}, each kept for 30 days`}
        </span>
        <span className="grow" />
        {entries !== null && entries.length > 0 && (
          <Button variant="default" c="var(--bad-text)" onClick={() => setPurging(entries.map(({ id }) => id))}>
            Empty trash…
          </Button>
        )}
      </div>
      <div className="trash-body">
        {error !== null && entries === null ? (
          <div className="trash-error">
            <ErrorNotice error={error} onRetry={() => void loadTrash()} />
          </div>
        ) : entries === null ? null : entries.length === 0 ? (
          <EmptyState icon={<IconTrash size={36} stroke={1.3} aria-hidden />} title="The trash is empty">
            What you delete stays here for 30 days and can be put back. So does what a write replaced. Logins stay valid
            at Telegram either way.
          </EmptyState>
        ) : (
          <VirtualRows
            role="list"
            aria-label="Deleted sessions"
            count={entries.length}
            rowPx={ROW_PX}
            renderRow={(index) => {
              const entry = entries[index]
              return entry && <TrashRow key={entry.id} entry={entry} onPurge={() => setPurging([entry.id])} />
            }}
          />
        )}
      </div>
      {purging !== null && <PurgeDialog ids={purging} entries={entries ?? []} onClose={() => setPurging(null)} />}
    </section>
  )
}
