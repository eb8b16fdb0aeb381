import { z } from 'zod'
import { accountSchema, call, itemErrorSchema } from './common.ts'

const trashEntrySchema = z.object({
  id: z.string(),
  name: z.string(),
  account: accountSchema.nullable(),
  /** Lower-case library id, null where nothing could be read. */
  library: z.string().nullable(),
  libraryLabel: z.string(),
  formatLabel: z.string(),
  keyId: z.string().nullable(),
  fingerprint: z.string().nullable(),
  sourceName: z.string(),
  /** Where it lay, null for vault entries. */
  path: z.string().nullable(),
  /** deleted by the user, or kept when a write replaced it */
  reason: z.enum(['deleted', 'replaced']),
  deletedAtMs: z.number(),
  expiresAtMs: z.number(),
  sizeBytes: z.number(),
})
export type TrashEntry = z.infer<typeof trashEntrySchema>

const some = z.object({ ids: z.array(z.string()).min(1) })
const result = z.array(z.object({ id: z.string(), path: z.string().nullable(), error: itemErrorSchema.nullable() }))

export const trashContract = {
  list: call.output(z.array(trashEntrySchema)),
  /** Back to where it came from; refuses when something else lies there now. */
  restore: call.input(some).output(result),
  /** For good. The login stays valid at Telegram. */
  purge: call.input(some).output(result),
}
