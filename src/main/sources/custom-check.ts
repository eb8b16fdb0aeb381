import { z } from 'zod'
import { AppError } from '../domain/errors.ts'
import { fields } from '../domain/session.ts'
import type { CustomFormat } from '../formats/custom-formats.ts'
import { allFormats } from '../formats/stores.ts'
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

const moduleSchema = z.object({ kind: z.literal('format'), apiVersion: z.literal(1), make: func })

/**
 * The format that a module makes, checked, and guarded in all that is called later.
 * @param name of its file
 * @throws AppError request.invalid with a phrase about what is wrong; names members, never values
 */
export function checkedFormat(exported: Readonly<Record<string, unknown>>, kit: CustomKit, name: string): CustomFormat {
  const [only, ...others] = Object.values(exported)
  if (only === undefined || others.length > 0) throw invalid('it does not export exactly one object')
  const module = moduleSchema.safeParse(only)
  if (!module.success) throw invalid(`what it exports is no module: ${places(module.error)}`)
  // Called as its method: it may use `this`.
  const made = (only as { make(kit: CustomKit): unknown }).make(kit)
  const checked = formatSchema.safeParse(made)
  if (!checked.success) throw invalid(`the format lacks something: ${places(checked.error)}`)
  // What was made, not a copy: its functions may call each other by `this`.
  const format = made as CustomFormat
  if (allFormats.some(({ id }) => id === format.id)) throw invalid('its id is that of a format of the app')
  if (format.variants.every(({ id }) => id !== format.defaultVariant)) throw invalid('its default variant is none')
  return guardedFormat(format, name)
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
