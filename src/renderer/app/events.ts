import type { AppEvent } from '../../shared/contract/app.ts'
import type { Job } from '../../shared/contract/jobs.ts'
import { api } from '../lib/client.ts'
import { formatCount } from '../lib/numbers.ts'
import { toast } from '../ui/toast.tsx'
import { loadCounts, loadSources, useAppData } from './app-data.ts'
import { openDialog } from './dialogs.ts'
import { runMenuAction } from './actions.ts'
import { hideNotice } from './job-control.ts'
import { useNetwork } from './network.ts'
import { protectionChanged } from './protection.ts'
import { refreshRows } from './rows.ts'
import { isWatched } from './watched-jobs.ts'

/** Listens for live events until the connection ends. Called once per connection. */
export function subscribeToEvents(): void {
  void listen()
}

async function listen(): Promise<void> {
  try {
    for await (const event of await api().app.events()) handle(event)
  } catch {
    // The connection ended; it says so itself and comes back with a new subscription.
  }
}

/** Changes come in bursts while a folder is scanned: each kind of reload runs at most every 200 ms. */
function coalesced(run: () => void, everyMs = 200): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let againAtMs = 0
  return () => {
    if (timer !== undefined) return
    timer = setTimeout(
      () => {
        timer = undefined
        againAtMs = Date.now() + everyMs
        run()
      },
      Math.max(0, againAtMs - Date.now()),
    )
  }
}

const quiet = (call: () => Promise<void>) => () => void call().catch(() => {})
const refreshSessions = coalesced(() => {
  refreshRows()
  useAppData.setState(({ sessionsRevision }) => ({ sessionsRevision: sessionsRevision + 1 }))
})
const refreshCounts = coalesced(quiet(loadCounts))
const refreshSources = coalesced(quiet(loadSources))

function handle(event: AppEvent): void {
  switch (event.type) {
    case 'sessions':
      refreshSessions()
      return refreshCounts()
    case 'sources':
      refreshSources()
      return refreshCounts()
    case 'trash':
      useAppData.setState(({ trashRevision }) => ({ trashRevision: trashRevision + 1 }))
      return refreshCounts()
    case 'audit':
      return useAppData.setState(({ auditRevision }) => ({ auditRevision: auditRevision + 1 }))
    case 'protection':
      return protectionChanged(event.protection)
    case 'job':
      return jobChanged(event.job)
    case 'network':
      return useNetwork.setState({ contacts: event.contacts })
    case 'telegram-settings':
      return useNetwork.setState(({ settingsRevision }) => ({ settingsRevision: settingsRevision + 1 }))
    case 'open':
      return openDialog('import', { paths: event.paths })
    case 'menu':
      return runMenuAction(event.action)
    default:
      return event satisfies never
  }
}

function jobChanged(job: Job): void {
  const before = useAppData.getState().jobs.find(({ id }) => id === job.id)
  if (job.state === 'paused' && before?.state === 'running') sayQuestion(job)
  useAppData.setState(({ jobs }) => ({ jobs: [...jobs.filter(({ id }) => id !== job.id), job].slice(-20) }))
  if (job.state === 'running' || job.state === 'paused') return
  sayEnd(job)
  setTimeout(
    () =>
      useAppData.setState(({ jobs }) => ({
        jobs: jobs.filter(({ id, state }) => id !== job.id || state === 'running' || state === 'paused'),
      })),
    4000,
  )
}

/** It paused by itself, and nobody looks: a person's own pause has nothing to say. */
function sayQuestion({ id, kind, note }: Job): void {
  if ((kind !== 'check' && kind !== 'revoke') || note === '' || isWatched(id)) return
  toast({
    message: `${kind === 'check' ? 'The check' : 'Logging out'} is paused. ${note}`,
    action: { label: 'Look', run: () => openDialog(kind, { jobId: id }) },
  })
}

/** A check or log-out that went on in the background has ended: its results are one click away. */
function sayEnd({ id, kind, done, total }: Job): void {
  if (kind !== 'check' && kind !== 'revoke') return
  hideNotice(id)
  if (isWatched(id)) return
  const far = total === null || done === total ? '' : ` after ${formatCount(done)} of ${formatCount(total)}`
  toast({
    message: kind === 'check' ? `The check has ended${far}.` : `Logging out has ended${far}.`,
    action: { label: 'Show results', run: () => openDialog(kind, { jobId: id }) },
  })
}
