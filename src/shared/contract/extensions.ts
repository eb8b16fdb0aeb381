import { z } from 'zod'
import { call } from './common.ts'

const extensionSchema = z.object({
  /** Of its file. */
  name: z.string(),
  path: z.string(),
  /** Of its bytes, 64 hexadecimal digits; '' when it cannot be read. */
  sha256: z.string(),
  /** Null until it is loaded: what it is, only it can tell. */
  kind: z.literal('format').nullable(),
  /** What it calls itself; null until it is loaded. */
  label: z.string().nullable(),
  enabled: z.boolean(),
  /** A phrase about why it is not used. */
  problem: z.string().nullable(),
})
export type Extension = z.infer<typeof extensionSchema>

const extensionsSchema = z.object({
  folder: z.string().nullable(),
  /** The folder cannot be read at the moment. */
  missing: z.boolean(),
  modules: z.array(extensionSchema),
})
export type Extensions = z.infer<typeof extensionsSchema>

/** Modules of the person's own, from one folder that the person named. Every call answers what there is then. */
export const extensionsContract = {
  list: call.output(extensionsSchema),
  /** Whatever was on goes off. @throws source.not-found */
  setFolder: call.input(z.object({ folder: z.string().nullable() })).output(extensionsSchema),
  /** Runs it from now on. `sha256` is the one that was shown. @throws source.not-found, source.changed */
  enable: call
    .input(z.object({ path: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/), confirmed: z.literal(true) }))
    .output(extensionsSchema),
  disable: call.input(z.object({ path: z.string() })).output(extensionsSchema),
}
