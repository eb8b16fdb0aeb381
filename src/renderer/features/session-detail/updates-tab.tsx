import { useCallback } from 'react'
import type { ChannelState, SessionDetail } from '../../../shared/contract/sessions.ts'
import { api } from '../../lib/client.ts'
import { formatCounter, plural } from '../../lib/numbers.ts'
import { refKey } from '../../lib/refs.ts'
import { type LoadPage, usePages } from '../../lib/use-pages.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { SafeText } from '../../ui/safe-text.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { type PagedColumn, PagedTable } from './paged-table.tsx'
import { UpdateStateList } from './update-state.tsx'

/** Update state in words and numbers, and the state of each channel. */
export function UpdatesTab({ detail }: { detail: SessionDetail }) {
  const { updateState, channelStates, row } = detail
  if (updateState === null && (channelStates ?? 0) === 0) {
    return (
      <EmptyState title="No update state stored">
        {channelStates === null
          ? 'This format cannot hold it. The library asks Telegram for the current state when it starts.'
          : 'The library has not written one yet, or was told not to.'}
      </EmptyState>
    )
  }
  return (
    <div className="tab-fill">
      {updateState !== null && (
        <div className="tab-top">
          <p className="dim">
            How far the library had read when it last saved. After a gap it asks Telegram for what came since: pts
            counts messages, qts secret chats, seq batches.
          </p>
          <UpdateStateList state={updateState} channelStates={channelStates} />
        </div>
      )}
      {(channelStates ?? 0) > 0 && <ChannelStates sessionRef={row.ref} />}
    </div>
  )
}

const COLUMNS: readonly PagedColumn<ChannelState>[] = [
  {
    id: 'channel',
    head: 'Channel',
    width: 'minmax(0, 1fr)',
    cell: ({ name }) => (name === null ? <span className="faint">–</span> : <SafeText text={name} />),
  },
  { id: 'id', head: 'Id', width: '122px', cell: ({ markedId }) => <span className="mono">{markedId}</span> },
  { id: 'pts', head: 'pts', width: '84px', cell: ({ pts }) => <span className="mono">{formatCounter(pts)}</span> },
  {
    id: 'date',
    head: 'Date',
    width: '70px',
    cell: ({ date }) => <TimeAgo atMs={date === null ? null : date * 1000} />,
  },
]

function ChannelStates({ sessionRef }: { sessionRef: SessionDetail['row']['ref'] }) {
  const load = useCallback<LoadPage<ChannelState>>(
    (offset, limit, signal) => api().sessions.channelStates({ ref: sessionRef, offset, limit }, { signal }),
    [sessionRef],
  )
  const pages = usePages(refKey(sessionRef), load)
  return (
    <PagedTable
      label="Update state of each channel"
      pages={pages}
      columns={COLUMNS}
      empty="No channel has a state of its own."
      footer={(total) => plural(total, 'channel')}
    />
  )
}
