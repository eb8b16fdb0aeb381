import { create } from 'zustand'
import type { AppInfo, Protection, Settings } from '../../shared/contract/app.ts'
import type { Job } from '../../shared/contract/jobs.ts'
import type { Counts } from '../../shared/contract/sessions.ts'
import type { Source } from '../../shared/contract/sources.ts'
import { api } from '../lib/client.ts'
import { toastError } from '../ui/toast.tsx'

interface AppData {
  info: AppInfo | null
  settings: Settings | null
  protection: Protection | null
  /** null while unknown */
  sources: readonly Source[] | null
  counts: Counts | null
  /** Running jobs, and those that ended a moment ago. */
  jobs: readonly Job[]
  /** A shared store was connected to, or tried: the window says so from then on. */
  contactedStores: boolean
  /** Unix milliseconds, null when nothing locks by itself. */
  locksAtMs: number | null
  /** Count up whenever the trash or the audit log changed: effects list them to load again. */
  trashRevision: number
  auditRevision: number
  sessionsRevision: number
}

/** What the whole window knows. Features read it; `load.ts` and `events.ts` keep it current. */
export const useAppData = create<AppData>()(() => ({
  info: null,
  settings: null,
  protection: null,
  sources: null,
  counts: null,
  jobs: [],
  contactedStores: false,
  locksAtMs: null,
  trashRevision: 0,
  auditRevision: 0,
  sessionsRevision: 0,
}))

/** Shown at once, kept by the main process. */
export async function changeSettings(change: Partial<Settings>): Promise<void> {
  useAppData.setState(({ settings }) => ({ settings: settings === null ? null : { ...settings, ...change } }))
  try {
    useAppData.setState({ settings: await api().app.changeSettings(change) })
  } catch (error) {
    toastError(error)
  }
}

export async function loadSources(): Promise<void> {
  const sources = await api().sources.list()
  useAppData.setState({ sources, ...(sources.some(({ store }) => store !== null) && { contactedStores: true }) })
}

export async function loadCounts(): Promise<void> {
  useAppData.setState({ counts: await api().sessions.counts() })
}
