import type { SessionDetail } from '../../../shared/contract/sessions.ts'
import { formatDateTime } from '../../lib/dates.ts'
import { formatCount, formatCounter } from '../../lib/numbers.ts'
import { TimeAgo } from '../../ui/time-ago.tsx'

interface Props {
  state: NonNullable<SessionDetail['updateState']>
  channelStates: number | null
}

/** How far the library had read the account's updates. */
export function UpdateStateList({ state, channelStates }: Props) {
  return (
    <dl className="facts">
      <dt title="Events in private chats and basic groups">pts</dt>
      <dd className="mono">{formatCounter(state.pts)}</dd>
      <dt title="Events in secret chats and a few others · batches of updates">qts · seq</dt>
      <dd className="mono">
        {formatCounter(state.qts)} · {formatCounter(state.seq)}
      </dd>
      <dt>date</dt>
      <dd>
        {state.date === null ? (
          '–'
        ) : (
          <>
            {formatDateTime(state.date * 1000)}{' '}
            <span className="dim small">
              (<TimeAgo atMs={state.date * 1000} long />)
            </span>
          </>
        )}
      </dd>
      {channelStates !== null && (
        <>
          <dt>channels</dt>
          <dd>{channelStates === 0 ? 'none with own pts' : `${formatCount(channelStates)} with own pts`}</dd>
        </>
      )}
    </dl>
  )
}
