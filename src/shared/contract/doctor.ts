import { z } from 'zod'
import { call, problemSchema, refSchema } from './common.ts'
import { lossSchema, targetSchema } from './exports.ts'

const examinationSchema = z.object({
  /** What is wrong, worst first as the format tells it; `cured`: a clean copy is without it. */
  findings: z.array(problemSchema.extend({ cured: z.boolean() })),
  /** Null when there is nothing a copy would cure. */
  cure: z
    .object({
      target: targetSchema,
      /** A sentence each: "Table “stray” is left out." */
      changes: z.array(z.string()),
      lost: z.array(lossSchema),
      /** Folder the copy goes to unless another is named; null for sessions that lie in no folder. */
      folder: z.string().nullable(),
    })
    .nullable(),
})
export type Examination = z.infer<typeof examinationSchema>

export const doctorContract = {
  /** Writes a clean copy in private, compares, and removes it: the session itself is only read. */
  examine: call.input(z.object({ ref: refSchema })).output(examinationSchema),
  /** Writes the clean copy beside the session, or into `folder`. The session itself stays as it is. */
  repair: call
    .input(z.object({ ref: refSchema, folder: z.string().nullable() }))
    .output(z.object({ path: z.string(), ref: refSchema.nullable() })),
}
