import type { RevokeItem } from '../../../shared/contract/telegram.ts'
import { formatCount, plural } from '../../lib/numbers.ts'
import { refKey } from '../../lib/refs.ts'
import { SafeText } from '../../ui/safe-text.tsx'
import { VirtualRows } from '../../ui/virtual-rows.tsx'
import { accountOf, type RevokeSummary, remarks, whoOf } from './plan-words.ts'

const ROW_PX = 32
const ROWS_SHOWN = 7

interface Props {
  items: readonly RevokeItem[]
  summary: RevokeSummary
}

/** How many logins end and what stops with them, and each of them by name. */
export function ManyFacts({ items, summary: { logins, ended, inUse, refused, copies } }: Props) {
  return (
    <>
      <ul className="plain-list revoke-summary">
        <li>
          <strong>{plural(logins, 'login ends', 'logins end')}</strong>
          {copies > 0 &&
            `, and with ${logins === 1 ? 'it' : 'them'} ${plural(copies, 'copy', 'copies')} in other places`}
          . Bots and programs that use them stop.
        </li>
        {ended > 0 && (
          <li>
            {plural(ended, 'has', 'have')} ended already, and nothing is sent for {ended === 1 ? 'it' : 'them'}.
          </li>
        )}
        {inUse > 0 && <li>{plural(inUse, 'is', 'are')} in use by programs on this machine.</li>}
        {refused > 0 && <li>{formatCount(refused)} cannot be logged out; the reason is beside each.</li>}
      </ul>
      <div className="result-list" style={{ height: Math.min(items.length, ROWS_SHOWN) * ROW_PX + 2 }}>
        <VirtualRows
          role="list"
          aria-label="Sessions to log out"
          tabIndex={items.length > ROWS_SHOWN ? 0 : undefined}
          count={items.length}
          rowPx={ROW_PX}
          renderRow={(index) => {
            const item = items[index]
            return (
              item && (
                <div
                  role="listitem"
                  key={refKey(item.ref)}
                  className={item.refused === null ? 'result-row' : 'result-row dim'}
                  aria-posinset={index + 1}
                  aria-setsize={items.length}
                >
                  <span className="result-name ellipsis">
                    <SafeText text={item.name} maxChars={120} />
                  </span>
                  <span className="result-what">
                    <bdi className="ellipsis">{accountOf(item) === null ? '' : whoOf(item)}</bdi>
                  </span>
                  <span className="result-reason">
                    <SafeText className="ellipsis dim small" text={remarks(item)} maxChars={200} />
                  </span>
                </div>
              )
            )
          }}
        />
      </div>
    </>
  )
}
