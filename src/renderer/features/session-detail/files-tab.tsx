import { useCallback } from 'react'
import type { Ref } from '../../../shared/contract/common.ts'
import type { SentFile } from '../../../shared/contract/sessions.ts'
import { api } from '../../lib/client.ts'
import { formatBytes, plural } from '../../lib/numbers.ts'
import { refKey } from '../../lib/refs.ts'
import { type LoadPage, usePages } from '../../lib/use-pages.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { type PagedColumn, PagedTable } from './paged-table.tsx'

const COLUMNS: readonly PagedColumn<SentFile>[] = [
  { id: 'type', head: 'Type', width: '76px', cell: ({ type }) => type },
  {
    id: 'size',
    head: 'Size',
    width: '70px',
    cell: ({ sizeBytes }) => <span className="dim">{formatBytes(Number(sizeBytes))}</span>,
  },
  { id: 'md5', head: 'MD5', width: 'minmax(0, 1fr)', cell: ({ md5 }) => <Mono text={md5} /> },
  { id: 'id', head: 'Id', width: 'minmax(0, 1fr)', cell: ({ id }) => <Mono text={id} /> },
]

function Mono({ text }: { text: string }) {
  return (
    <span className="mono" title={text}>
      {text}
    </span>
  )
}

/** Files the library remembers having sent, so as not to upload them again. */
export function FilesTab({ sessionRef }: { sessionRef: Ref }) {
  const load = useCallback<LoadPage<SentFile>>(
    (offset, limit, signal) => api().sessions.sentFiles({ ref: sessionRef, offset, limit }, { signal }),
    [sessionRef],
  )
  const pages = usePages(refKey(sessionRef), load)
  return (
    <div className="tab-fill">
      <PagedTable
        label="Sent files"
        pages={pages}
        columns={COLUMNS}
        empty={
          <EmptyState title="No sent files remembered">
            Telethon keeps what it uploaded here, so that the same file need not be sent twice.
          </EmptyState>
        }
        footer={(total) => plural(total, 'file')}
      />
    </div>
  )
}
