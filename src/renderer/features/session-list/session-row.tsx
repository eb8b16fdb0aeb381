import { IconActivity } from '@tabler/icons-react'
import { memo, type ReactNode } from 'react'
import type { SessionColumn, SessionRow as Row } from '../../../shared/contract/sessions.ts'
import { showView } from '../../app/view.ts'
import { accountSeen } from '../../lib/login-words.ts'
import { formatCount } from '../../lib/numbers.ts'
import { Badge } from '../../ui/badge.tsx'
import { LibraryBadge } from '../../ui/library-badge.tsx'
import { KeyFingerprint } from '../../ui/key-fingerprint.tsx'
import { LoginBadge } from '../../ui/login-badge.tsx'
import { SafeText } from '../../ui/safe-text.tsx'
import { StatusDot } from '../../ui/status-dot.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import type { Column } from './columns.ts'

interface Props {
  index: number
  /** undefined while its page is loading */
  row: Row | undefined
  columns: readonly Column[]
  selected: boolean
  current: boolean
}

export function rowId(index: number): string {
  return `session-row-${index}`
}

/** One session in the list. Clicks are handled by the list, which finds the row by `data-index`. */
export const SessionRow = memo(function SessionRow({ index, row, columns, selected, current }: Props) {
  return (
    <div
      id={rowId(index)}
      role="row"
      className="session-row"
      data-index={index}
      data-current={current}
      aria-rowindex={index + 2}
      aria-selected={selected}
      aria-busy={row === undefined}
    >
      {columns.map(({ id, numeric }) => (
        <div key={id} role="gridcell" className={numeric === true ? 'cell num' : 'cell'}>
          {row === undefined ? <Waiting id={id} index={index} /> : cell(id, row)}
        </div>
      ))}
    </div>
  )
})

function Waiting({ id, index }: { id: SessionColumn; index: number }) {
  // Widths differ a little, so that the placeholder looks like text.
  const share = id === 'status' ? 40 : 45 + ((index * 37 + id.length * 13) % 40)
  return <span className="skeleton" style={{ width: `${share}%` }} />
}

function cell(id: SessionColumn, row: Row): ReactNode {
  switch (id) {
    case 'status':
      return (
        <StatusDot
          status={row.status}
          problem={row.problem?.message ?? null}
          locked={row.passcode !== null}
          login={row.login}
        />
      )
    case 'name':
      return <NameCell row={row} />
    case 'account':
      return <AccountCell row={row} />
    case 'login':
      return row.keyId === null ? null : <LoginBadge login={row.login} />
    case 'kind':
      return <span className="dim">{kindText(row)}</span>
    case 'format':
      return row.library === null ? (
        <span className="faint">–</span>
      ) : (
        <span className="format-cell" title={`${row.libraryLabel} ${row.formatLabel}`}>
          <LibraryBadge library={row.library} label={row.libraryLabel} />{' '}
          <span className="dim small">{row.formatLabel}</span>
        </span>
      )
    case 'dc':
      return (
        <>
          <span className="dim">{row.dcId === null || row.dcId === 0 ? '–' : `DC ${row.dcId}`}</span>
          {row.test === true && <Badge title="Test servers">T</Badge>}
        </>
      )
    case 'key':
      return <KeyFingerprint keyId={row.keyId} fingerprint={row.fingerprint} />
    case 'peers':
      return row.peers === null ? <span className="faint">–</span> : formatCount(row.peers)
    case 'updated':
      return <Age atMs={row.updatedAt === null ? null : row.updatedAt * 1000} />
    case 'modified':
      return <Age atMs={row.modifiedAtMs} />
    case 'tags':
      return row.tags.map((tag) => (
        <Badge key={tag}>
          <SafeText text={tag} maxChars={24} />
        </Badge>
      ))
    case 'source':
      return <SafeText text={row.sourceName} className="dim ellipsis" />
    default:
      return id satisfies never
  }
}

function Age({ atMs }: { atMs: number | null }) {
  return (
    <span className="dim small">
      <TimeAgo atMs={atMs} />
    </span>
  )
}

function NameCell({ row }: { row: Row }) {
  const { keyId } = row
  return (
    <>
      <SafeText text={row.name} className="ellipsis" title={`${row.sourceName} / ${row.ref.key}`} />
      {row.copies > 1 && keyId !== null && (
        <button
          type="button"
          className="badge badge-warn"
          tabIndex={-1}
          title={`The same key is in ${row.copies} places. Show them.`}
          aria-label={`Same key in ${row.copies} places`}
          onClick={(event) => {
            event.stopPropagation()
            showView({ kind: 'key', keyId })
          }}
        >
          ×{row.copies}
        </button>
      )}
      {row.inUse && (
        <span className="in-use" role="img" aria-label="In use" title="Held open by another program">
          <IconActivity size={14} aria-hidden />
        </span>
      )}
    </>
  )
}

/** The account that the session names; else, fainter, the one that Telegram named when it was asked. */
function AccountCell({ row: { account, login } }: { row: Row }) {
  if (account === null) {
    const seen = accountSeen(login)
    if (seen === null) return <span className="faint">–</span>
    const text = seen.username === null ? seen.id : `@${seen.username}`
    return (
      <span className="dim ellipsis" title="Not stored in the session: Telegram named it when it was asked.">
        <SafeText text={text} />
      </span>
    )
  }
  if (account.username !== null) return <SafeText text={`@${account.username}`} className="ellipsis" />
  return <span className="dim">{account.id}</span>
}

function kindText({ account, login }: Row): string {
  const isBot = account?.isBot ?? accountSeen(login)?.isBot
  if (isBot === undefined || isBot === null) return '–'
  return isBot ? 'bot' : 'user'
}
