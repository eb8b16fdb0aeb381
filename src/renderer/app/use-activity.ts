import { useEffect } from 'react'
import { useAppData } from './app-data.ts'
import { useConnection } from './connection.ts'
import { touch } from './load.ts'

const EVERY_MS = 15_000

/** Tells the main process, now and then, that the person is there, so that it does not lock. */
export function useActivity(): void {
  useEffect(() => {
    let againAtMs = 0
    const onActivity = () => {
      if (Date.now() < againAtMs) return
      if (useConnection.getState().connection.state !== 'connected') return
      if (useAppData.getState().protection?.state === 'locked') return
      againAtMs = Date.now() + EVERY_MS
      void touch().catch(() => {})
    }
    const kinds = ['pointerdown', 'keydown', 'wheel', 'pointermove'] as const
    for (const kind of kinds) window.addEventListener(kind, onActivity, { passive: true })
    return () => {
      for (const kind of kinds) window.removeEventListener(kind, onActivity)
    }
  }, [])
}
