import { useCallback } from 'react'
import type { AuditEntry } from '../../../shared/contract/audit.ts'
import type { Ref } from '../../../shared/contract/common.ts'
import { useAppData } from '../../app/app-data.ts'
import { api } from '../../lib/client.ts'
import { refKey } from '../../lib/refs.ts'
import { type LoadPage, usePages } from '../../lib/use-pages.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { SafeText } from '../../ui/safe-text.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { type PagedColumn, PagedTable } from './paged-table.tsx'

const COLUMNS: readonly PagedColumn<AuditEntry>[] = [
  {
    id: 'when',
    head: 'When',
    width: '84px',
    cell: ({ atMs }) => (
      <span className="dim">
        <TimeAgo atMs={atMs} />
      </span>
    ),
  },
  { id: 'what', head: 'What', width: 'minmax(0, 1fr)', cell: ({ text }) => <SafeText text={text} maxChars={400} /> },
]

/** What was done to the session with this app. */
export function ActivityTab({ sessionRef }: { sessionRef: Ref }) {
  const revision = useAppData((state) => state.auditRevision)
  const load = useCallback<LoadPage<AuditEntry>>(
    async (offset, limit, signal) => {
      const { entries, total } = await api().audit.list({ ref: sessionRef, offset, limit }, { signal })
      return { rows: entries, total }
    },
    [sessionRef],
  )
  const pages = usePages(`${refKey(sessionRef)}\u0001${revision}`, load)
  return (
    <div className="tab-fill">
      <PagedTable
        label="Activity"
        pages={pages}
        columns={COLUMNS}
        empty={
          <EmptyState title="Nothing done yet">
            Exports, copies, deletions and renames of this session are noted here. Values never are.
          </EmptyState>
        }
      />
    </div>
  )
}
