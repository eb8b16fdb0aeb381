import type { Protection } from '../../shared/contract/app.ts'
import { useAppData } from './app-data.ts'
import { closeAllDialogs } from './dialogs.ts'
import { loadEverything } from './load.ts'
import { forgetRows } from './rows.ts'
import { useView } from './view.ts'

/** Locked: nothing stays behind the lock screen. Unlocked: everything is asked for again. */
export function protectionChanged(protection: Protection): void {
  const before = useAppData.getState().protection
  useAppData.setState({ protection })
  if (protection.state === 'locked') blank()
  else if (before?.state === 'locked') loadEverything()
}

function blank(): void {
  closeAllDialogs()
  forgetRows()
  useView.setState({ active: null, selected: new Set(), detailOpen: false })
}
