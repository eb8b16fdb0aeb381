import { lazy, Suspense } from 'react'
import { useAppData } from './app-data.ts'
import { ConnectionScreen } from './connection-screen.tsx'
import { useConnection } from './connection.ts'
import { DialogHost } from './dialog-host.tsx'
import { DropZone } from './drop-zone.tsx'
import { Frame } from './frame.tsx'
import { LostBanner } from './lost-banner.tsx'
import { useSettled } from './settled.ts'
import { ThemeFollower } from './theme-follower.tsx'
import { useActivity } from './use-activity.ts'
import { useShortcuts } from './use-shortcuts.ts'

const LockScreen = lazy(async () => ({
  default: (await import('../features/protection/lock-screen.tsx')).LockScreen,
}))
const Toasts = lazy(async () => ({ default: (await import('./toasts.tsx')).Toasts }))
const Palette = lazy(async () => ({ default: (await import('../features/palette/palette.tsx')).Palette }))

/** The whole window: what is shown depends on the connection and the lock. */
export function App() {
  const connection = useConnection((state) => state.connection)
  const locked = useAppData((state) => state.protection?.state === 'locked')
  const settled = useSettled()
  useActivity()
  useShortcuts()
  if (connection.state === 'refused') return <ConnectionScreen reason={connection.reason} />
  return (
    <>
      <ThemeFollower />
      {connection.state === 'lost' && <LostBanner />}
      {locked ? (
        <Suspense>
          <LockScreen />
        </Suspense>
      ) : (
        <>
          <DropZone>
            <Frame settled={settled} />
          </DropZone>
          {settled && (
            <Suspense>
              <Palette />
            </Suspense>
          )}
          <DialogHost />
        </>
      )}
      {settled && (
        <Suspense>
          <Toasts />
        </Suspense>
      )}
    </>
  )
}
