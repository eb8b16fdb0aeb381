import './status-bar.css'
import { useEffect, useState } from 'react'
import { useAppData } from '../../app/app-data.ts'
import { useConnection } from '../../app/connection.ts'
import { useView } from '../../app/view.ts'
import { formatCountdown } from '../../lib/dates.ts'
import { formatCount, plural } from '../../lib/numbers.ts'
import { JobLine } from './job-line.tsx'
import { NetworkLine } from './network-line.tsx'

/** The line at the bottom: selection, watching, work under way, network, lock. */
export function StatusBar() {
  const selected = useView((state) => state.selected.size)
  const watching = useAppData((state) => state.sources?.filter(isWatched).length)
  const connected = useConnection((state) => state.connection.state === 'connected')
  const demo = useAppData((state) => state.info?.demo === true)
  return (
    <footer className="frame-footer status-bar">
      <span>{selected === 0 ? 'Nothing selected' : `${formatCount(selected)} selected`}</span>
      {watching !== undefined && (
        <span>{watching === 0 ? 'Watching nothing' : `Watching ${plural(watching, 'source')}`}</span>
      )}
      {demo && <span>Sample data</span>}
      <JobLine />
      <span className="grow" />
      {!connected && <span className="warn-text">Not connected</span>}
      <NetworkLine />
      <LockCountdown />
    </footer>
  )
}

function isWatched({ kind, state }: { kind: string; state: string }): boolean {
  return kind !== 'vault' && kind !== 'memory' && (state === 'live' || state === 'scanning')
}

function LockCountdown() {
  const locksAtMs = useAppData((state) => state.locksAtMs)
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (locksAtMs === null) return
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [locksAtMs])
  if (locksAtMs === null) return null
  return <span className="lock-countdown">Locks in {formatCountdown(locksAtMs - now)}</span>
}
