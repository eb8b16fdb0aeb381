import { AppError } from '../domain/errors.ts'
import { canWrite, type Format, type Variant } from '../formats/format.ts'
import { formatById, variantById } from '../formats/registry.ts'

export interface Target {
  readonly format: Format
  readonly variant: Variant
}

/**
 * The format and variant a call names; an empty variant means the usual one.
 * @throws AppError request.invalid, format.not-writable
 */
export function targetOf(target: { readonly formatId: string; readonly variant: string }): Target {
  const format = formatById(target.formatId)
  const variant = variantById(format, target.variant === '' ? format.defaultVariant : target.variant)
  if (!canWrite(format) || !variant.writable) {
    throw new AppError('format.not-writable', { format: format.id, reason: 'this version can be read only' })
  }
  return { format, variant }
}
