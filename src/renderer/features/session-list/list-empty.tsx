import { Button } from '@mantine/core'
import { IconCheck, IconDatabase, IconDatabaseOff, IconFolderSearch, IconSearchOff } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useAppData } from '../../app/app-data.ts'
import { openDialog } from '../../app/dialogs.ts'
import { NO_FILTERS, useView } from '../../app/view.ts'
import { plural } from '../../lib/numbers.ts'
import { safeText } from '../../lib/safe-text.ts'
import { isStore, storeLabel, type StoreSource } from '../../lib/store-kinds.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { hasFilters } from './filter-chips.ts'

const icon = (Icon: typeof IconCheck) => <Icon size={34} stroke={1.3} aria-hidden />

/** Why the list is empty, and what to do about it. */
export function ListEmpty() {
  const view = useView((state) => state.view)
  const search = useView((state) => state.search)
  const filtered = useView((state) => hasFilters(state.filters))
  const source = useAppData((state) =>
    view.kind === 'source' ? state.sources?.find(({ id }) => id === view.sourceId) : undefined,
  )
  if (search.trim() !== '' || filtered) return <NoMatch search={search.trim()} />
  if (view.kind === 'attention') {
    return (
      <EmptyState icon={icon(IconCheck)} title="Nothing needs attention">
        Every session could be read, none shows a problem, and none is known to have ended.
      </EmptyState>
    )
  }
  if (view.kind === 'duplicates') {
    return (
      <EmptyState icon={icon(IconCheck)} title="No key is held twice">
        When one login lies in two places, both show up here: using it from both at once makes Telegram end it.
      </EmptyState>
    )
  }
  if (source !== undefined && isStore(source)) return <EmptyStore source={source} />
  if (source?.state === 'locked') {
    return (
      <EmptyState
        title="The vault is locked"
        actions={<Button onClick={() => openDialog('protection', { mode: 'unlock' })}>Unlock</Button>}
      >
        Its sessions are sealed until the passphrase is given.
      </EmptyState>
    )
  }
  if (source?.state === 'scanning') {
    return (
      <EmptyState title="Looking for sessions…">
        {plural(source.progress?.done ?? 0, 'file')} looked at so far.
      </EmptyState>
    )
  }
  if (source !== undefined) return <EmptySource ignored={source.ignored} problem={source.problem?.message ?? null} />
  return (
    <EmptyState icon={icon(IconFolderSearch)} title="No sessions here" actions={<AddButtons />}>
      Add a folder that holds session files or a store that bots share, or import a string.
    </EmptyState>
  )
}

function EmptyStore({ source: { state, store, progress } }: { source: StoreSource }) {
  const label = storeLabel(store)
  if (state === 'scanning') {
    return (
      <EmptyState title={progress === null ? 'Connecting…' : 'Looking for sessions…'}>
        {progress === null ? `Waiting for ${label} to answer.` : `${plural(progress.done, 'session')} found so far.`}
      </EmptyState>
    )
  }
  // The line above says why.
  if (state !== 'live') return <EmptyState icon={icon(IconDatabaseOff)} title="Nothing was seen here yet" />
  const { prefix } = store.location
  return (
    <EmptyState icon={icon(IconDatabase)} title="No sessions in this store">
      {label} answers, and holds no session of a known format{prefix === '' ? '' : ` under “${safeText(prefix, 60)}”`}.
      One that a bot puts in shows up here within two seconds.
    </EmptyState>
  )
}

function NoMatch({ search }: { search: string }) {
  const clear = () => useView.setState({ search: '', filters: NO_FILTERS })
  return (
    <EmptyState
      icon={icon(IconSearchOff)}
      title="No session matches"
      actions={
        <>
          <Button variant="default" onClick={clear}>
            Clear search and filters
          </Button>
          {search !== '' && (
            <Button variant="default" onClick={() => openDialog('who-knows', { search })}>
              Which sessions know it?
            </Button>
          )}
        </>
      }
    >
      The list looks at names, accounts, key ids, paths, tags and notes.
    </EmptyState>
  )
}

function EmptySource({ ignored, problem }: { ignored: number; problem: string | null }): ReactNode {
  return (
    <EmptyState icon={icon(IconFolderSearch)} title="No sessions found here" actions={<AddButtons />}>
      {problem ??
        `${ignored === 0 ? 'There is no file in it.' : `${plural(ignored, 'file')} looked at; none is a session of a known format.`} New ones show up by themselves.`}
    </EmptyState>
  )
}

function AddButtons() {
  return (
    <>
      <Button onClick={() => openDialog('add-source')}>Add a source</Button>
      <Button variant="default" onClick={() => openDialog('import')}>
        Import
      </Button>
    </>
  )
}
