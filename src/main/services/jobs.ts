import type { Core } from './core.ts'
import type { Implementer } from './implementer.ts'

export function jobsService(os: Implementer['jobs'], { jobs }: Core) {
  return {
    list: os.list.handler(async () => [...jobs.list()]),
    pause: os.pause.handler(async ({ input }) => ({ changed: jobs.pause(input.id) })),
    resume: os.resume.handler(async ({ input }) => ({ changed: jobs.resume(input.id) })),
    cancel: os.cancel.handler(async ({ input }) => ({ cancelled: jobs.cancel(input.id) })),
  }
}
