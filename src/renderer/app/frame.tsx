import { lazy, Suspense } from 'react'
import { Sidebar } from '../features/sidebar/sidebar.tsx'
import { SessionList } from '../features/session-list/session-list.tsx'
import { StatusBar } from '../features/status-bar/status-bar.tsx'
import { useAppData } from './app-data.ts'
import { Header } from './header.tsx'
import { useView } from './view.ts'

const SessionDetail = lazy(async () => ({
  default: (await import('../features/session-detail/session-detail.tsx')).SessionDetailPane,
}))
const Welcome = lazy(async () => ({ default: (await import('../features/welcome/welcome.tsx')).Welcome }))
const TrashView = lazy(async () => ({ default: (await import('../features/trash/trash-view.tsx')).TrashView }))

/** Header, library, list, detail and status bar. The detail waits until the list stands. */
export function Frame({ settled }: { settled: boolean }) {
  const trash = useView((state) => state.view.kind === 'trash')
  const detailOpen = useView((state) => state.detailOpen)
  const fresh = useAppData(isFresh)
  return (
    <div className="frame">
      <Header />
      <nav className="frame-nav" aria-label="Library">
        <Sidebar />
      </nav>
      <main className="frame-main">
        <Suspense>{trash ? <TrashView /> : fresh ? <Welcome /> : <SessionList />}</Suspense>
      </main>
      {!trash && !fresh && (
        <aside className="frame-aside" aria-label="Session" data-open={detailOpen}>
          <Suspense>{settled && <SessionDetail />}</Suspense>
        </aside>
      )}
      <StatusBar />
    </div>
  )
}

/** Nothing added yet and nothing imported: the first run. */
function isFresh({ sources, counts }: Pick<ReturnType<typeof useAppData.getState>, 'sources' | 'counts'>): boolean {
  if (sources === null || counts === null) return false
  return counts.all === 0 && sources.every(({ kind }) => kind === 'vault' || kind === 'memory')
}
