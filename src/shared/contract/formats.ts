import { z } from 'zod'
import { anyStoreKindSchema, call } from './common.ts'

const variantSchema = z.object({
  id: z.string(),
  label: z.string(),
  library: z.string(),
  libraryLabel: z.string(),
  carries: z.array(z.string()),
  requires: z.array(z.string()),
  writable: z.boolean(),
})

const formatSchema = z.object({
  id: z.string(),
  library: z.string(),
  libraryLabel: z.string(),
  label: z.string(),
  help: z.string(),
  medium: z.enum(['text', 'file', 'folder', 'tables', 'keyvalue', 'documents']),
  /** Kinds of shared stores it can be written to. */
  stores: z.array(anyStoreKindSchema),
  /** '.session' for files, null for strings, folders and what lies in stores alone. */
  extension: z.string().nullable(),
  defaultVariant: z.string(),
  variants: z.array(variantSchema),
  options: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      help: z.string(),
      kind: z.enum(['flag', 'text', 'number', 'secret']),
    }),
  ),
  /** Whether it can be written as a file, a folder or a string; `stores` tells of the rest. */
  writable: z.boolean(),
  /** Whose servers its keys belong to; `any` takes all. Nothing is converted from one to the other. */
  server: z.enum(['telegram', 'mtpylon', 'any']),
  /** How a locked place is opened; null where none is ever locked. */
  passcode: z.object({ label: z.string(), help: z.string() }).nullable(),
})
export type Format = z.infer<typeof formatSchema>

export const formatsContract = {
  list: call.output(z.array(formatSchema)),
}
