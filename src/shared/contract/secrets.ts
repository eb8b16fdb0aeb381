import { z } from 'zod'
import { call, refSchema } from './common.ts'
import { targetSchema, valuesSchema } from './exports.ts'

const what = z.object({
  ref: refSchema,
  target: targetSchema,
  values: valuesSchema,
  /** The person saw who the account is and what a holder of the string can do. */
  confirmed: z.literal(true),
})

export const secretsContract = {
  /** Length only: what the masked field shows. */
  measure: call.input(what.omit({ confirmed: true })).output(z.object({ charLength: z.number() })),
  /** The one call that answers a secret. Audited. The window hides it again by itself. */
  reveal: call
    .input(what.extend({ purpose: z.enum(['show', 'copy']) }))
    .output(z.object({ value: z.string(), hideAfterMs: z.number() })),
  /** The window no longer shows it: screen capture is allowed again. */
  hidden: call.output(z.object({ ok: z.boolean() })),
  /** Copies through the main process where it owns the clipboard, so that the value never reaches the page. */
  copy: call.input(what).output(z.object({ clearAfterMs: z.number() })),
}
