import { z } from 'zod'
import type { StoreBackend } from '../backends/store.ts'
import { AppError } from '../domain/errors.ts'
import type { AnyFormat } from '../formats/format.ts'
import { findAnyFormat } from '../formats/stores.ts'
import type { CustomKit } from './custom-kit.ts'
import type { CustomParts } from './custom-modules.ts'

const func = z.custom<(...args: never[]) => unknown>((value) => typeof value === 'function', 'no function')
const id = z.string().regex(/^[a-z0-9-]+\.[a-z0-9-]+$/)

const variant = z.object({
  id: z.string().min(1),
  label: z.string().min(1),
  library: z.string().min(1),
  carries: z.instanceof(Set),
  requires: z.array(z.string()),
  writable: z.boolean(),
})

const base = {
  id,
  library: z.string().min(1),
  label: z.string().min(1),
  help: z.string().min(1),
  variants: z.array(variant).min(1),
  defaultVariant: z.string(),
}
const shared = { survey: func, pages: func, read: func, keyFor: func, write: func.optional(), remove: func.optional() }

const formatSchema = z.discriminatedUnion('medium', [
  z.looseObject({ ...base, medium: z.literal('text'), detect: func, decode: func, encode: func.optional() }),
  z.looseObject({ ...base, medium: z.literal('file'), extension: z.string(), detect: func, decode: func }),
  z.looseObject({ ...base, medium: z.literal('folder'), claims: func, detect: func, list: func }),
  z.looseObject({ ...base, medium: z.literal('tables'), extension: z.string(), detect: func, list: func }),
  z.looseObject({ ...base, medium: z.literal('keyvalue'), ...shared }),
  z.looseObject({ ...base, medium: z.literal('documents'), ...shared }),
])

const backendSchema = z.looseObject({
  kind: id,
  label: z.string().min(1),
  defaultPort: z.int().min(1).max(65_535),
  connect: func,
})

const moduleSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('format'), apiVersion: z.literal(1), make: func }),
  z.object({ kind: z.literal('backend'), apiVersion: z.literal(1), make: func }),
])

/**
 * The one object that a module exports, made and checked.
 * @throws AppError request.invalid with a phrase about what is wrong; names members, never values
 */
export function checkedParts(exported: Readonly<Record<string, unknown>>, kit: CustomKit): CustomParts {
  const [only, ...others] = Object.values(exported)
  if (only === undefined || others.length > 0) throw invalid('it does not export exactly one object')
  const module = moduleSchema.safeParse(only)
  if (!module.success) throw invalid(`what it exports is no module: ${places(module.error)}`)
  const { kind, make } = module.data
  const made = (make as (kit: CustomKit) => unknown)(kit)
  const checked = kind === 'format' ? formatSchema.safeParse(made) : backendSchema.safeParse(made)
  if (!checked.success) throw invalid(`the ${kind} lacks something: ${places(checked.error)}`)
  // What was made, not a copy: its functions may call each other by `this`.
  if (kind === 'backend') return { kind, backend: made as StoreBackend }
  const format = made as AnyFormat
  if (findAnyFormat(format.id) !== null) throw invalid('its id is that of a format of the app')
  if (format.variants.every((one) => one.id !== format.defaultVariant)) throw invalid('its default variant is none')
  return { kind, format }
}

function places(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map(({ path }) => (path.length === 0 ? 'the object itself' : path.join('.')))
    .join(', ')
}

function invalid(reason: string): AppError<'request.invalid'> {
  return new AppError('request.invalid', { field: 'module', reason })
}
