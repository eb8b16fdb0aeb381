import { ActionIcon, Menu } from '@mantine/core'
import { IconCpu, IconDots, IconLock, IconLockOpen } from '@tabler/icons-react'
import { useState } from 'react'
import type { Source } from '../../../shared/contract/sources.ts'
import { rescan } from '../../app/actions.ts'
import { useAppData } from '../../app/app-data.ts'
import { openDialog } from '../../app/dialogs.ts'
import { formatCount } from '../../lib/numbers.ts'
import { safeText } from '../../lib/safe-text.ts'
import { SafeText } from '../../ui/safe-text.tsx'
import { NavItem } from './nav-item.tsx'

/** One source: its state, name and count, what it is doing, and its menu. */
export function SourceItem({ source }: { source: Source }) {
  const [open, setOpen] = useState(false)
  const count = useAppData((state) => state.counts?.sources[source.id]) ?? source.sessions
  const menu = source.kind === 'folder' || source.kind === 'file'
  return (
    <NavItem
      view={{ kind: 'source', sourceId: source.id }}
      count={count}
      title={describe(source)}
      onContextMenu={(event) => {
        if (!menu) return
        event.preventDefault()
        setOpen(true)
      }}
      after={
        <>
          {menu && (
            <Menu opened={open} onChange={setOpen} position="bottom-end" withinPortal>
              <Menu.Target>
                <ActionIcon className="nav-more" size={20} aria-label={`Menu of ${safeText(source.name, 60)}`}>
                  <IconDots size={14} aria-hidden />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => openDialog('rename-source', { sourceId: source.id, name: source.name })}>
                  Rename…
                </Menu.Item>
                <Menu.Item onClick={() => void rescan(source.id)} disabled={source.state === 'scanning'}>
                  Scan again
                </Menu.Item>
                {source.removable && (
                  <Menu.Item
                    color="red"
                    onClick={() => openDialog('remove-source', { sourceId: source.id, name: source.name })}
                  >
                    Remove from the list…
                  </Menu.Item>
                )}
              </Menu.Dropdown>
            </Menu>
          )}
          <Progress source={source} />
        </>
      }
    >
      <SourceIcon source={source} />
      <SafeText text={source.name} className="ellipsis" maxChars={80} />
    </NavItem>
  )
}

const DOTS: Readonly<Record<Source['state'], string>> = {
  live: 'ok',
  scanning: 'scanning',
  error: 'attention',
  locked: 'no-key',
}

function SourceIcon({ source }: { source: Source }) {
  if (source.kind === 'vault') {
    return source.state === 'locked' ? (
      <IconLock size={14} aria-label="Locked" />
    ) : (
      <IconLockOpen size={14} aria-hidden />
    )
  }
  if (source.kind === 'memory') return <IconCpu size={14} aria-hidden />
  return <span className={`dot dot-${DOTS[source.state]}`} role="img" aria-label={STATES[source.state]} />
}

const STATES: Readonly<Record<Source['state'], string>> = {
  live: 'Live',
  scanning: 'Scanning',
  error: 'Problem',
  locked: 'Locked',
}

function Progress({ source: { state, progress } }: { source: Source }) {
  if (state !== 'scanning') return null
  const { done, total } = progress ?? { done: 0, total: null }
  const words = total === null ? `${formatCount(done)} files` : `${formatCount(done)} of ${formatCount(total)} files`
  return (
    <div className="nav-progress">
      <progress {...(total !== null && total > 0 && { max: total, value: done })} aria-label={`Scanning: ${words}`} />
      <span>{words}</span>
    </div>
  )
}

function describe(source: Source): string {
  if (source.kind === 'vault') return 'Imported sessions, sealed on this machine'
  if (source.kind === 'memory') return 'Kept until Session Deck is closed, never written down'
  const place = safeText(source.location ?? source.name, 500)
  if (source.problem !== null) return `${place}\n${source.problem.message}`
  return `${place}\n${formatCount(source.sessions)} sessions, ${formatCount(source.ignored)} other files`
}
