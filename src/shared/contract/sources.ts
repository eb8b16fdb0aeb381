import { z } from 'zod'
import { call, passcodeSchema, problemSchema, refSchema } from './common.ts'

const sourceSchema = z.object({
  id: z.string(),
  kind: z.enum(['folder', 'file', 'vault', 'memory']),
  name: z.string(),
  /** Path shown to the user (home as ~), null for built-in sources. */
  location: z.string().nullable(),
  path: z.string().nullable(),
  state: z.enum(['scanning', 'live', 'error', 'locked']),
  problem: problemSchema.nullable(),
  sessions: z.number(),
  /** Files looked at that are not sessions. */
  ignored: z.number(),
  /** While scanning: files done and found so far. */
  progress: z.object({ done: z.number(), total: z.number().nullable() }).nullable(),
  removable: z.boolean(),
  writable: z.boolean(),
})
export type Source = z.infer<typeof sourceSchema>

const suggestionSchema = z.object({
  /** "Telegram Desktop (Flatpak)" */
  name: z.string(),
  path: z.string(),
  /** Path shown to the user (home as ~). */
  location: z.string(),
  /** The source that covers it already. */
  sourceId: z.string().nullable(),
})
export type Suggestion = z.infer<typeof suggestionSchema>

const one = z.object({ sourceId: z.string() })

export const sourcesContract = {
  list: call.output(z.array(sourceSchema)),
  /** A folder or a single file, by absolute path (`~` allowed). Answers at once; the scan goes on as a job. */
  add: call
    .input(z.object({ path: z.string().min(1).max(4096), name: z.string().max(200).optional() }))
    .output(sourceSchema),
  rename: call.input(one.extend({ name: z.string().min(1).max(200) })).output(sourceSchema),
  /** Forgets the source; touches no file. */
  remove: call.input(one).output(z.object({ removed: z.boolean() })),
  rescan: call.input(one).output(sourceSchema),
  /**
   * Opens a locked place (a row with `passcode`) for as long as the app is not locked; answers the sessions in it, which
   * are in the list by then. @throws passcode.wrong
   */
  unlock: call
    .input(z.object({ ref: refSchema, passcode: passcodeSchema }))
    .output(z.object({ refs: z.array(refSchema) })),
  /** Folders of known programs that are on this machine, to be offered by name. */
  suggestions: call.output(z.array(suggestionSchema)),
}
