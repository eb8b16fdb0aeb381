import { z } from 'zod'
import { call, refSchema, windowSchema } from './common.ts'

const auditEntrySchema = z.object({
  id: z.number(),
  atMs: z.number(),
  /** "revealed", "copied", "exported", "imported", "deleted", "restored", "renamed", … */
  action: z.string(),
  /** Whole sentence, no secret. */
  text: z.string(),
  shell: z.string(),
  ref: refSchema.nullable(),
  keyId: z.string().nullable(),
})
export type AuditEntry = z.infer<typeof auditEntrySchema>

export const auditContract = {
  list: call
    .input(z.object({ ref: refSchema.nullable(), ...windowSchema.shape }))
    .output(z.object({ total: z.number(), entries: z.array(auditEntrySchema) })),
}
