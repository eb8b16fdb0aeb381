import { api } from '../lib/client.ts'
import { toast, toastError } from '../ui/toast.tsx'
import { openDialog } from './dialogs.ts'

/** Calls of the job list; what fails is said, the job's own events show the rest. */
export function pauseJob(id: string): void {
  void api().jobs.pause({ id }).catch(toastError)
}

export function resumeJob(id: string): void {
  void api().jobs.resume({ id }).catch(toastError)
}

export function cancelJob(id: string): void {
  void api().jobs.cancel({ id }).catch(toastError)
}

const notices = new Map<string, () => void>()

/** Its dialog was closed: it goes on, or waits, and is one click away. */
export function leaveInBackground(kind: 'check' | 'revoke', jobId: string, paused: boolean): void {
  const what = kind === 'check' ? 'The check' : 'Logging out'
  hideNotice(jobId)
  const hide = toast({
    message: `${what} ${paused ? 'stays paused' : 'goes on in the background'}. It is shown at the foot of the window.`,
    action: { label: 'Show', run: () => openDialog(kind, { jobId }) },
  })
  notices.set(jobId, hide)
}

/** It is shown again, or has ended: what was said about the background no longer holds. */
export function hideNotice(jobId: string): void {
  notices.get(jobId)?.()
  notices.delete(jobId)
}
