import { countGroups, groupWords, type ResultGroup } from '../lib/result-words.ts'
import type { ResultItem } from '../../shared/contract/telegram.ts'
import { formatCount } from '../lib/numbers.ts'

interface Props {
  items: readonly ResultItem[]
  /** The group that is shown alone; null for all. */
  shown: ResultGroup | null
  onShow: (group: ResultGroup | null) => void
}

/** How many there are of each kind of result; each shows its own alone. */
export function ResultChips({ items, shown, onShow }: Props) {
  return (
    <fieldset className="result-chips" aria-label="Results">
      {countGroups(items).map(({ group, count }) => {
        const { label, tone } = groupWords(group)
        const on = shown === group
        return (
          <button
            key={group}
            type="button"
            className={on ? 'chip chip-on' : 'chip'}
            aria-pressed={on}
            onClick={() => onShow(on ? null : group)}
          >
            <span className={`login-${tone} result-dot`}>
              <span className="dot" aria-hidden />
            </span>
            {label} <strong>{formatCount(count)}</strong>
          </button>
        )
      })}
    </fieldset>
  )
}
