import { errorOf } from '../api/errors.ts'
import { api } from '../lib/client.ts'
import { toastError } from '../ui/toast.tsx'
import { loadCounts, loadSources, useAppData } from './app-data.ts'
import { refreshRows, reloadRows, useRows } from './rows.ts'
import { loadTelegram } from './telegram.ts'

/** Asks for everything the window shows first, all at once; keeps what is on screen until the answers are there. */
export function loadEverything(): void {
  if (useRows.getState().total === null) reloadRows()
  else refreshRows()
  useAppData.setState(({ sessionsRevision }) => ({ sessionsRevision: sessionsRevision + 1 }))
  void settle([loadInfo(), loadSettings(), loadSources(), loadCounts(), touch(), loadJobs(), loadTelegram()])
}

/** One message is enough when everything fails for the same reason. */
async function settle(calls: Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(calls)).find(({ status }) => status === 'rejected')
  if (failed?.status !== 'rejected') return
  // The lock screen says so already.
  if (errorOf(failed.reason).code !== 'protection.locked') toastError(failed.reason)
}

async function loadInfo(): Promise<void> {
  const info = await api().app.info()
  useAppData.setState({ info, protection: info.protection })
}

/** What went on while no window was there. */
async function loadJobs(): Promise<void> {
  useAppData.setState({ jobs: await api().jobs.list() })
}

async function loadSettings(): Promise<void> {
  useAppData.setState({ settings: await api().app.settings() })
}

/** Tells the main process that the person is there, and learns when it will lock. */
export async function touch(): Promise<void> {
  const { locksAtMs } = await api().app.touch()
  useAppData.setState({ locksAtMs })
}
