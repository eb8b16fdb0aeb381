import { useAppData } from '../../app/app-data.ts'
import { useRows } from '../../app/rows.ts'
import { NO_FILTERS, setFilters, showView, useView } from '../../app/view.ts'
import { plural } from '../../lib/numbers.ts'
import { Chip } from '../../ui/chip.tsx'
import { SafeText } from '../../ui/safe-text.tsx'
import { ColumnsMenu } from './columns-menu.tsx'
import { activeFilters } from './filter-chips.ts'
import { FilterMenu } from './filter-menu.tsx'
import { viewTitle } from './view-title.ts'

/** Title of the view, the filters that are on, how much there is. */
export function ListBar() {
  const view = useView((state) => state.view)
  const filters = useView((state) => state.filters)
  const sources = useAppData((state) => state.sources) ?? []
  const counts = useAppData((state) => state.counts)
  const total = useRows((state) => state.total)
  const active = activeFilters(filters, { sources, counts })
  return (
    <div className="list-bar">
      <h1 className="ellipsis">
        <SafeText text={viewTitle(view, sources)} maxChars={80} />
      </h1>
      <div className="list-filters">
        {view.kind === 'key' && (
          <Chip on onClick={() => showView({ kind: 'all' })} removeLabel="Show all sessions again">
            same key
          </Chip>
        )}
        {active.map(({ id, label, without }) => (
          <Chip key={id} on onClick={() => setFilters(without)} removeLabel={`Remove filter ${label}`}>
            {label}
          </Chip>
        ))}
        <FilterMenu />
        {active.length > 1 && (
          <button type="button" className="link small" onClick={() => setFilters(NO_FILTERS)}>
            Clear
          </button>
        )}
      </div>
      <span className="grow" />
      {total !== null && (
        <span className="chip" aria-live="polite">
          {plural(total, 'session')}
        </span>
      )}
      <ColumnsMenu />
    </div>
  )
}
