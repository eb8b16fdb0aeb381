import { IconCpu, IconLock, IconLockOpen, IconPencil } from '@tabler/icons-react'
import { useState } from 'react'
import type { Source } from '../../../shared/contract/sources.ts'
import { useAppData } from '../../app/app-data.ts'
import { sourceActions } from '../../app/source-actions.ts'
import { formatCount, plural } from '../../lib/numbers.ts'
import { safeText } from '../../lib/safe-text.ts'
import { isStore, storeLabel } from '../../lib/store-kinds.ts'
import { SafeText } from '../../ui/safe-text.tsx'
import { NavItem } from './nav-item.tsx'
import { SourceMenu } from './source-menu.tsx'

/** One source: its state, name and count, what it is doing, and its menu. */
export function SourceItem({ source }: { source: Source }) {
  const [open, setOpen] = useState(false)
  const count = useAppData((state) => state.counts?.sources[source.id]) ?? source.sessions
  const menu = sourceActions(source).length > 0
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
          {menu && <SourceMenu source={source} open={open} onOpen={setOpen} />}
          <Progress source={source} />
        </>
      }
    >
      <SourceIcon source={source} />
      <SafeText text={source.name} className="ellipsis" maxChars={80} />
      {source.store?.readOnly === false && (
        <IconPencil size={12} className="nav-writable" role="img" aria-label="Writing is allowed" />
      )}
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

function Progress({ source }: { source: Source }) {
  const { state, progress } = source
  if (state === 'error' && isStore(source)) return <div className="nav-problem">{troubleOf(source)}</div>
  if (state !== 'scanning') return null
  if (progress === null && isStore(source)) return <div className="nav-problem">Connecting…</div>
  const { done, total } = progress ?? { done: 0, total: null }
  const unit = isStore(source) ? 'sessions' : 'files'
  const words =
    total === null ? `${formatCount(done)} ${unit}` : `${formatCount(done)} of ${formatCount(total)} ${unit}`
  return (
    <div className="nav-progress">
      <progress {...(total !== null && total > 0 && { max: total, value: done })} aria-label={`Scanning: ${words}`} />
      <span>{words}</span>
    </div>
  )
}

/** In the few words there is room for; the tooltip has the sentence. */
const TROUBLES: Readonly<Record<string, string>> = {
  'source.login-failed': 'Login refused',
  'source.denied': 'Not permitted',
  'source.module-failed': 'Its module does not work',
  'source.not-found': 'No such database',
  'source.unreachable': 'Not reached, trying again',
}

function troubleOf({ problem }: Source): string {
  return TROUBLES[problem?.code ?? ''] ?? 'Cannot be read'
}

function describe(source: Source): string {
  if (source.kind === 'vault') return 'Imported sessions, sealed on this machine'
  if (source.kind === 'memory') return 'Kept until Session Deck is closed, never written down'
  const place = safeText(source.location ?? source.name, 500)
  if (isStore(source)) {
    const { readOnly } = source.store
    const lines = [`${storeLabel(source.store)} · ${place}`, sentenceOf(source)]
    return [...lines, readOnly ? 'Only read: writing is off.' : 'Writing is allowed.'].join('\n')
  }
  if (source.problem !== null) return `${place}\n${source.problem.message}`
  return `${place}\n${formatCount(source.sessions)} sessions, ${formatCount(source.ignored)} other files`
}

function sentenceOf({ state, problem, sessions }: Source): string {
  if (state === 'locked') return 'Its password is sealed until Session Deck is unlocked.'
  return problem?.message ?? (state === 'scanning' ? 'Looking for sessions…' : plural(sessions, 'session'))
}
