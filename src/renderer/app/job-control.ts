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

/** Its dialog was closed: it goes on, and is one click away. */
export function leaveInBackground(kind: 'check' | 'revoke', jobId: string): void {
  toast({
    message:
      kind === 'check'
        ? 'The check goes on in the background. It is shown at the foot of the window.'
        : 'Logging out goes on in the background. It is shown at the foot of the window.',
    action: { label: 'Show', run: () => openDialog(kind, { jobId }) },
  })
}
