import { z } from 'zod'
import { call } from './common.ts'

export const jobSchema = z.object({
  id: z.string(),
  kind: z.enum(['scan', 'import', 'export', 'delete', 'search']),
  title: z.string(),
  done: z.number(),
  total: z.number().nullable(),
  failed: z.number(),
  state: z.enum(['running', 'done', 'cancelled']),
})
export type Job = z.infer<typeof jobSchema>

export const jobsContract = {
  list: call.output(z.array(jobSchema)),
  cancel: call.input(z.object({ id: z.string() })).output(z.object({ cancelled: z.boolean() })),
}
