import { z } from 'zod'
import { anyStoreKindSchema, call, storeMediumSchema } from './common.ts'

const fieldSchema = z.object({ label: z.string(), placeholder: z.string().optional() })

/** What a backend of one's own is, and what it asks for beside its address. */
const backendSchema = z.object({
  kind: anyStoreKindSchema,
  label: z.string(),
  help: z.string(),
  medium: storeMediumSchema,
  fields: z.object({
    address: fieldSchema,
    database: fieldSchema.optional(),
    user: fieldSchema.optional(),
    password: fieldSchema.optional(),
    tls: z.boolean().optional(),
    prefix: z.string().optional(),
  }),
})
export type CustomBackend = z.infer<typeof backendSchema>

const extensionSchema = z.object({
  /** Of its file. */
  name: z.string(),
  path: z.string(),
  /** Of its bytes, 64 hexadecimal digits; '' when it cannot be read. */
  sha256: z.string(),
  /** Null until it is loaded: what it is, only it can tell. */
  kind: z.enum(['format', 'backend']).nullable(),
  /** What it calls itself; null until it is loaded. */
  label: z.string().nullable(),
  /** Of a backend that is on. */
  backend: backendSchema.nullable(),
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
