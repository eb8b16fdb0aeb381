import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { accountSchema, call, itemErrorSchema, problemSchema, refSchema } from './common.ts'

export const targetSchema = z.object({ formatId: z.string(), variant: z.string() })
export type Target = z.infer<typeof targetSchema>

/** Missing fields and format options the user filled in, by name: `{ "api-id": "12345" }`. */
export const valuesSchema = z.record(z.string(), z.string())

export const lossSchema = z.object({
  field: z.string(),
  /** "Peers with their access hashes" */
  label: z.string(),
  /** Number of rows, null for single values. */
  count: z.number().nullable(),
  /** "48,210", "pts 293 225" */
  text: z.string(),
  /** In a sentence: "48,210 peers", "the API id". */
  phrase: z.string(),
})

const missingFieldSchema = z.object({
  field: z.string(),
  label: z.string(),
  help: z.string(),
  kind: z.enum(['number', 'text', 'flag']),
})

const optionSchema = z.object({
  name: z.string(),
  label: z.string(),
  help: z.string(),
  kind: z.enum(['flag', 'text', 'number', 'secret']),
})

const planItemSchema = z.object({
  ref: refSchema,
  name: z.string(),
  account: accountSchema.nullable(),
  keyId: z.string().nullable(),
  fingerprint: z.string().nullable(),
  inUse: z.boolean(),
  /** What the target cannot hold. */
  lost: z.array(lossSchema),
  /** "4,812 peers, 37 channel states and 3 data centre keys will be left behind."; '' when nothing is. */
  lostText: z.string(),
  kept: z.array(lossSchema),
  /** What the target needs and the session lacks; filled by `values`. */
  missing: z.array(missingFieldSchema),
  warnings: z.array(problemSchema),
  /** Why this one cannot be written at all. */
  blocked: itemErrorSchema.nullable(),
})
export type PlanItem = z.infer<typeof planItemSchema>

const planSchema = z.object({
  target: targetSchema,
  medium: z.enum(['text', 'file', 'folder', 'tables', 'keyvalue', 'documents']),
  /** Whose servers made the keys of these sessions: formats for others (`Format.server`) are not to be offered. */
  servers: z.array(z.enum(['telegram', 'mtpylon'])),
  items: z.array(planItemSchema),
  /** Sums over all items, for the bulk report. */
  lost: z.array(lossSchema),
  lostText: z.string(),
  missing: z.array(missingFieldSchema),
  /** What the format asks for or offers when it is written. Secrets travel with `save` alone and are kept nowhere. */
  options: z.array(optionSchema),
})
export type Plan = z.infer<typeof planSchema>

const exportEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('item'),
    ref: refSchema,
    name: z.string(),
    path: z.string().nullable(),
    /** The session it became, when it went into a source. */
    written: refSchema.nullable(),
    error: itemErrorSchema.nullable(),
    /** What was left out while writing although the format has room for it: "12 peers were left out: …". */
    notes: z.array(problemSchema),
  }),
  z.object({ type: z.literal('progress'), done: z.number(), total: z.number() }),
  z.object({
    type: z.literal('done'),
    written: z.number(),
    failed: z.number(),
    /** Relative link to fetch a browser download once (headless shell). */
    download: z.string().nullable(),
  }),
])
export type ExportEvent = z.infer<typeof exportEventSchema>

const what = z.object({ refs: z.array(refSchema).min(1), target: targetSchema, values: valuesSchema })

export const exportsContract = {
  /** The loss report; writes nothing. */
  plan: call.input(what).output(planSchema),
  save: call
    .input(
      what.extend({
        destination: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('file'), path: z.string() }),
          z.object({ kind: z.literal('folder'), path: z.string() }),
          z.object({ kind: z.literal('source'), sourceId: z.string() }),
          z.object({ kind: z.literal('download') }),
        ]),
        protection: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('age'), passphrase: z.string().min(1).max(1000) }),
          /** Not encrypted, in a file of mode 0600 or a shared store: has to be confirmed every time. */
          z.object({ kind: z.literal('plain'), confirmed: z.literal(true) }),
          /** Into a source of the app's own. */
          z.object({ kind: z.literal('source') }),
        ]),
        overwrite: z.boolean().default(false),
      }),
    )
    .output(eventIterator(exportEventSchema)),
}
