import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { call, itemErrorSchema, passcodeQuestionSchema, passcodeSchema, problemSchema, refSchema } from './common.ts'
import { sessionRowSchema } from './sessions.ts'
import { targetSchema, valuesSchema } from './exports.ts'

const detectionSchema = z.object({
  formatId: z.string(),
  label: z.string(),
  certainty: z.enum(['exact', 'plausible']),
  reason: z.string(),
})

/** One session found in what was pasted, dropped or picked. Carries no secret. */
const importItemSchema = z.object({
  id: z.string(),
  /** "line 3", "bots/shop.session" */
  origin: z.string(),
  detections: z.array(detectionSchema),
  formatId: z.string().nullable(),
  /** What was put right on the way: "removed quotes". */
  corrections: z.array(z.string()),
  /** Same row as in the list; null when nothing could be read. */
  preview: sessionRowSchema.nullable(),
  problems: z.array(problemSchema),
  error: itemErrorSchema.nullable(),
  /** Of a locked place: what to ask for, to be given to `imports.unlock`. */
  passcode: passcodeQuestionSchema.nullable(),
  /** Sessions the app knows already with the same key. */
  duplicates: z.array(z.object({ ref: refSchema, name: z.string(), sourceName: z.string() })),
  /** Another item of this very import holds the same key: its id. */
  duplicateOf: z.string().nullable(),
})
export type ImportItem = z.infer<typeof importItemSchema>

const stagedSchema = z.object({ ticket: z.string(), items: z.array(importItemSchema), ignored: z.number() })
export type Staged = z.infer<typeof stagedSchema>

const importEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('item'),
    itemId: z.string(),
    ref: refSchema.nullable(),
    path: z.string().nullable(),
    error: itemErrorSchema.nullable(),
  }),
  z.object({ type: z.literal('done'), imported: z.number(), failed: z.number() }),
])
export type ImportEvent = z.infer<typeof importEventSchema>

const ticketed = z.object({ ticket: z.string() })

export const importsContract = {
  /** Pasted text crosses once; later calls name the ticket. Many lines, quotes and white space are fine. */
  stageText: call.input(z.object({ text: z.string().max(2_000_000) })).output(stagedSchema),
  /** Files or folders by path (dropped or picked where the shell knows paths). */
  stagePaths: call.input(z.object({ paths: z.array(z.string()).min(1).max(10_000) })).output(stagedSchema),
  /** Files whose content the page uploaded (`/transfer`), by the ids the upload answered. */
  stageUploads: call.input(z.object({ uploadIds: z.array(z.string()).min(1).max(10_000) })).output(stagedSchema),
  /** Takes one of the other detections of an item. */
  choose: call.input(ticketed.extend({ itemId: z.string(), formatId: z.string() })).output(importItemSchema),
  /**
   * Opens a locked item; answers all items of the ticket, with the sessions in its place. @throws passcode.wrong
   */
  unlock: call
    .input(ticketed.extend({ itemId: z.string(), passcode: passcodeSchema }))
    .output(z.array(importItemSchema)),
  commit: call
    .input(
      ticketed.extend({
        items: z.array(z.object({ id: z.string(), name: z.string().max(200).nullable() })).min(1),
        /** The vault, memory, a folder source, or any folder by path. */
        destination: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('source'), sourceId: z.string() }),
          z.object({ kind: z.literal('folder'), path: z.string() }),
        ]),
        /** Format of the files written into a folder; the vault and memory keep everything and ignore it. */
        target: targetSchema.nullable(),
        values: valuesSchema,
      }),
    )
    .output(eventIterator(importEventSchema)),
  discard: call.input(ticketed).output(z.object({ discarded: z.boolean() })),
}
