import type { ReactNode } from 'react'
import type { ResultItem } from '../../shared/contract/telegram.ts'
import { formatCount } from '../lib/numbers.ts'
import { refKey } from '../lib/refs.ts'
import { groupOf, groupWords, resultReason } from '../lib/result-words.ts'
import { LoginBadge } from './login-badge.tsx'
import { SafeText } from './safe-text.tsx'
import { VirtualRows } from './virtual-rows.tsx'

const ROW_PX = 32
/** More are scrolled to. */
const ROWS_SHOWN = 9

interface Props {
  items: readonly ResultItem[]
  label: string
  /** How many there will be: the list has the room for them from the start. */
  expected?: number
  /** What can be done about one of them. */
  action?: (item: ResultItem) => ReactNode
  /** A new value scrolls back to the top. */
  resetKey: string
}

/** What came of each session: its name, the result, and why. */
export function ResultList({ items, label, expected = 0, action, resetKey }: Props) {
  const rows = Math.min(Math.max(items.length, expected), ROWS_SHOWN)
  return (
    <div className="result-list" style={{ height: rows * ROW_PX + 2 }}>
      <VirtualRows
        role="list"
        aria-label={label}
        // Long lists are scrolled by keyboard, too.
        tabIndex={items.length > ROWS_SHOWN ? 0 : undefined}
        count={items.length}
        rowPx={ROW_PX}
        resetKey={resetKey}
        renderRow={(index) => {
          const item = items[index]
          return (
            item && (
              <ResultRow
                key={refKey(item.ref)}
                item={item}
                place={index + 1}
                count={items.length}
                action={action?.(item)}
              />
            )
          )
        }}
      />
    </div>
  )
}

interface RowProps {
  item: ResultItem
  /** From 1. */
  place: number
  count: number
  action: ReactNode
}

function ResultRow({ item, place, count, action }: RowProps) {
  const reason = resultReason(item)
  return (
    <div role="listitem" className="result-row" aria-posinset={place} aria-setsize={count}>
      <span className="result-name ellipsis">
        <SafeText text={item.name} maxChars={120} />
      </span>
      <span className="result-what">
        <ResultBadge item={item} />
      </span>
      <span className="result-reason">
        <span className="ellipsis dim small">
          {reason !== '' && <SafeText text={reason} maxChars={200} />}
          {item.copies > 0 && (
            <span title="Other sessions with the same key: the result counts for all of them">
              {reason === '' ? '' : ' · '}+{formatCount(item.copies)} {item.copies === 1 ? 'copy' : 'copies'}
            </span>
          )}
        </span>
        {action}
      </span>
    </div>
  )
}

function ResultBadge({ item }: { item: ResultItem }) {
  const { login, outcome } = item
  if (login !== null && (outcome === 'checked' || outcome === 'skipped')) {
    return <LoginBadge login={{ latest: login, final: null }} />
  }
  const { label, tone } = groupWords(groupOf(item))
  return (
    <span className={`login-badge login-small login-${tone}`}>
      <span className="dot" aria-hidden />
      <span className="ellipsis">{label}</span>
    </span>
  )
}
