import { ActionIcon } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useAppData } from '../../app/app-data.ts'
import { api } from '../../lib/client.ts'
import { formatCount } from '../../lib/numbers.ts'
import { toastError } from '../../ui/toast.tsx'

/** Long work under way: what, how far, and a way to stop it. */
export function JobLine() {
  const job = useAppData((state) => state.jobs.findLast(({ state: now }) => now === 'running'))
  if (job === undefined) return null
  const far = job.total === null ? formatCount(job.done) : `${formatCount(job.done)} of ${formatCount(job.total)}`
  const cancel = () => void api().jobs.cancel({ id: job.id }).catch(toastError)
  return (
    <span className="job-line">
      <span className="dot dot-scanning" aria-hidden />
      <span className="ellipsis">{job.title}</span> <span className="faint">{far}</span>
      <ActionIcon size={18} aria-label={`Stop: ${job.title}`} onClick={cancel}>
        <IconX size={12} aria-hidden />
      </ActionIcon>
    </span>
  )
}
