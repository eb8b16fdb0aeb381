import { z } from 'zod'
import { call } from './common.ts'

export const jobSchema = z.object({
  id: z.string(),
  kind: z.enum(['scan', 'import', 'export', 'delete', 'search', 'check', 'revoke', 'login']),
  title: z.string(),
  done: z.number(),
  total: z.number().nullable(),
  failed: z.number(),
  state: z.enum(['running', 'paused', 'done', 'cancelled']),
  /** Can be paused and resumed. */
  pausable: z.boolean(),
  /** What it is at or waits for, in a few words: "about 4 min left"; '' where there is nothing to say. */
  note: z.string(),
})
export type Job = z.infer<typeof jobSchema>

export const jobsContract = {
  list: call.output(z.array(jobSchema)),
  /** `changed` is false where the job cannot be paused, or is already. */
  pause: call.input(z.object({ id: z.string() })).output(z.object({ changed: z.boolean() })),
  resume: call.input(z.object({ id: z.string() })).output(z.object({ changed: z.boolean() })),
  cancel: call.input(z.object({ id: z.string() })).output(z.object({ cancelled: z.boolean() })),
}
