import './sidebar.css'
import { IconPlus } from '@tabler/icons-react'
import type { Source } from '../../../shared/contract/sources.ts'
import { useAppData } from '../../app/app-data.ts'
import { openDialog } from '../../app/dialogs.ts'
import type { View } from '../../app/view.ts'
import { SafeText } from '../../ui/safe-text.tsx'
import { NavItem } from './nav-item.tsx'
import { SourceItem } from './source-item.tsx'

const LIBRARY = [
  { view: { kind: 'all' }, label: 'All sessions', count: 'all' },
  { view: { kind: 'bots' }, label: 'Bots', count: 'bots' },
  { view: { kind: 'users' }, label: 'Users', count: 'users' },
  { view: { kind: 'attention' }, label: 'Needs attention', count: 'attention' },
  { view: { kind: 'duplicates' }, label: 'Duplicates', count: 'duplicates' },
  { view: { kind: 'trash' }, label: 'Trash', count: 'trash' },
] as const satisfies readonly { view: View; label: string; count: string }[]

/** Library views, sources and tags, each with how much is in it. */
export function Sidebar() {
  const counts = useAppData((state) => state.counts)
  const sources = useAppData((state) => state.sources)
  return (
    <div className="sidebar">
      <ul>
        {LIBRARY.map(({ view, label, count }) => (
          <NavItem key={view.kind} view={view} count={counts?.[count]}>
            {view.kind === 'attention' && (counts?.attention ?? 0) > 0 && (
              <span className="dot dot-unreadable" aria-hidden />
            )}
            {label}
          </NavItem>
        ))}
      </ul>
      <h2 id="nav-sources">Sources</h2>
      <ul aria-labelledby="nav-sources">
        {sources?.toSorted(builtInLast).map((source) => (
          <SourceItem key={source.id} source={source} />
        ))}
        {/* Not before the sources above it: it would move away under the pointer. */}
        {sources !== null && (
          <li>
            <button type="button" className="nav-item nav-add" onClick={() => openDialog('add-source')}>
              <IconPlus size={14} aria-hidden /> Add source
            </button>
          </li>
        )}
      </ul>
      {counts !== null && counts.tags.length > 0 && (
        <>
          <h2 id="nav-tags">Tags</h2>
          <ul aria-labelledby="nav-tags">
            {counts.tags.map(({ tag, count }) => (
              <NavItem key={tag} view={{ kind: 'tag', tag }} count={count}>
                <SafeText text={tag} className="ellipsis" maxChars={60} />
              </NavItem>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

const BUILT_IN: readonly Source['kind'][] = ['vault', 'memory']

function builtInLast(a: Source, b: Source): number {
  return BUILT_IN.indexOf(a.kind) - BUILT_IN.indexOf(b.kind)
}
