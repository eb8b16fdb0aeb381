import './session-list.css'
import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useAppData } from '../../app/app-data.ts'
import { reloadRows, useRows } from '../../app/rows.ts'
import { useView } from '../../app/view.ts'
import { ErrorNotice } from '../../ui/error-notice.tsx'
import { BulkBar } from './bulk-bar.tsx'
import { columnsThatFit } from './columns.ts'
import { anyChecked } from './login-filter.ts'
import { ListBar } from './list-bar.tsx'
import { ListEmpty } from './list-empty.tsx'
import { RowMenu } from './row-menu.tsx'
import { SessionGrid } from './session-grid.tsx'
import { SourceBanner } from './source-banner.tsx'

const NONE: readonly string[] = []

/** The middle of the window: title, filters, the list, and what can be done with the selected rows. */
export function SessionList() {
  const empty = useRows((state) => state.total === 0 && state.error === null)
  const error = useRows((state) => state.error)
  const many = useView((state) => state.selected.size > 1)
  const hidden = useAppData((state) => state.settings?.hiddenColumns) ?? NONE
  const box = useRef<HTMLElement>(null)
  const [widthPx, setWidthPx] = useState(836)
  const [menuAt, setMenuAt] = useState<{ x: number; y: number } | null>(null)
  const checked = useAppData(({ counts }) => counts !== null && anyChecked(counts))
  const columns = useMemo(
    // Until Telegram was asked about anything, there is nothing but dashes to show.
    () => columnsThatFit(widthPx - 24, checked ? hidden : [...hidden, 'login']),
    [widthPx, hidden, checked],
  )

  useLayoutEffect(() => {
    const element = box.current
    if (element === null) return
    const measure = () => setWidthPx(element.clientWidth)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  return (
    <section ref={box} className="session-list" aria-label="Sessions">
      <div className="list-top">
        {many ? <BulkBar /> : <ListBar />}
        <SourceBanner />
      </div>
      {error !== null ? (
        <div className="list-error">
          <ErrorNotice error={error} onRetry={reloadRows} />
        </div>
      ) : empty ? (
        <ListEmpty />
      ) : (
        <SessionGrid columns={columns} onMenu={setMenuAt} />
      )}
      {menuAt !== null && <RowMenu at={menuAt} onClose={() => setMenuAt(null)} />}
    </section>
  )
}
