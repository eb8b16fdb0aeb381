import { z } from 'zod'
import { AppError } from '../domain/errors.ts'
import { fields } from '../domain/session.ts'
import type { CustomFormat } from '../formats/custom-formats.ts'
import { allFormats } from '../formats/stores.ts'
import { guardedBackend, type MadeBackend } from './custom-backend-guard.ts'
import type { CustomBackend } from './custom-backends.ts'
import { guardedFormat } from './custom-guard.ts'
import type { CustomKit } from './custom-kit.ts'

const func = z.custom<(...args: never[]) => unknown>((value) => typeof value === 'function', 'no function')

const variant = z.looseObject({
  id: z.string().min(1),
  label: z.string().min(1),
  library: z.string().min(1),
  carries: z.set(z.enum(fields)),
  requires: z.array(z.enum(fields)),
  writable: z.boolean(),
})

const base = {
  id: z.string().regex(/^[a-z0-9-]+\.[a-z0-9-]+$/),
  library: z.string().min(1),
  label: z.string().min(1).max(100),
  help: z.string().min(1),
  variants: z.array(variant).min(1),
  defaultVariant: z.string(),
}
const shared = { survey: func, pages: func, read: func, keyFor: func, write: func.optional(), remove: func.optional() }

const formatSchema = z.discriminatedUnion('medium', [
  z.looseObject({ ...base, medium: z.literal('tables'), shared: z.looseObject(shared) }),
  z.looseObject({ ...base, medium: z.literal('keyvalue'), ...shared }),
  z.looseObject({ ...base, medium: z.literal('documents'), ...shared }),
])

const field = z.object({ label: z.string().min(1).max(60), placeholder: z.string().max(100).optional() })

const backendSchema = z.looseObject({
  kind: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/),
  label: z.string().min(1).max(40),
  help: z.string().min(1).max(300),
  medium: z.enum(['keyvalue', 'documents', 'tables']),
  fields: z.object({
    address: field,
    database: field.optional(),
    user: field.optional(),
    password: field.optional(),
    tls: z.boolean().optional(),
    prefix: z.string().min(1).max(300).optional(),
  }),
  connect: func,
})

const moduleSchema = z.object({ kind: z.enum(['format', 'backend']), apiVersion: z.literal(1), make: func })

/** What a module adds: one of the two. */
export type Made =
  | { readonly format: CustomFormat; readonly backend: null }
  | { readonly format: null; readonly backend: CustomBackend }

/**
 * The format or backend that a module makes, checked, and guarded in all that is called later.
 * @param name of its file
 * @throws AppError request.invalid with a phrase about what is wrong; names members, never values
 */
export function checkedModule(exported: Readonly<Record<string, unknown>>, kit: CustomKit, name: string): Made {
  const [only, ...others] = Object.values(exported)
  if (only === undefined || others.length > 0) throw invalid('it does not export exactly one object')
  const module = moduleSchema.safeParse(only)
  if (!module.success) throw invalid(`what it exports is no module: ${places(module.error)}`)
  // Called as its method: it may use `this`.
  const made = (only as { make(kit: CustomKit): unknown }).make(kit)
  return module.data.kind === 'format'
    ? { format: checkedFormat(made, name), backend: null }
    : { format: null, backend: checkedBackend(made, name) }
}

function checkedFormat(made: unknown, name: string): CustomFormat {
  const checked = formatSchema.safeParse(made)
  if (!checked.success) throw invalid(`the format lacks something: ${places(checked.error)}`)
  // What was made, not a copy: its functions may call each other by `this`.
  const format = made as CustomFormat
  if (allFormats.some(({ id }) => id === format.id)) throw invalid('its id is that of a format of the app')
  if (format.variants.every(({ id }) => id !== format.defaultVariant)) throw invalid('its default variant is none')
  return guardedFormat(format, name)
}

function checkedBackend(made: unknown, name: string): CustomBackend {
  const checked = backendSchema.safeParse(made)
  if (!checked.success) throw invalid(`the backend lacks something: ${places(checked.error)}`)
  const { kind, label, help, medium, fields } = checked.data
  const { connect } = made as MadeBackend
  return guardedBackend({ kind, label, help, medium, fields, connect: connect.bind(made) }, name)
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
