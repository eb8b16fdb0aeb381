import type { AnyStoreKind } from '../../shared/contract/common.ts'
import { AppError } from '../domain/errors.ts'
import { type AnyFormat, canWrite, type Format, type Variant } from '../formats/format.ts'
import { formatById, variantById } from '../formats/registry.ts'
import { anyFormatById, canWriteToStore, isStoreFormat } from '../formats/stores.ts'
import { kindsOf } from '../sources/custom-backends.ts'

export interface Target {
  readonly format: Format
  readonly variant: Variant
}

/** A target that may be a shared store as well. */
export interface AnyTarget {
  readonly format: AnyFormat
  readonly variant: Variant
}

/**
 * The format and variant a call names, for a file or a store.
 * @throws AppError request.invalid, format.not-writable
 */
export function anyTargetOf(target: { readonly formatId: string; readonly variant: string }): AnyTarget {
  const format = anyFormatById(target.formatId)
  const variant = variantById(format, target.variant === '' ? format.defaultVariant : target.variant)
  const writable = canWriteToStore(format) || (!isStoreFormat(format) && canWrite(format))
  if (!writable || !variant.writable) {
    throw new AppError('format.not-writable', { format: format.id, reason: 'this version can be read only' })
  }
  return { format, variant }
}

/** Kinds of stores that sessions of the format can be added to, those of the person's own among them. */
export function storesOf(format: AnyFormat): readonly AnyStoreKind[] {
  if (!canWriteToStore(format)) return []
  return isStoreFormat(format) || format.medium === 'tables' ? kindsOf(format.medium) : []
}

/** @throws AppError format.not-writable */
export function assertFitsStore(format: AnyFormat, kind: AnyStoreKind): void {
  if (storesOf(format).includes(kind)) return
  throw new AppError('format.not-writable', { format: format.id, reason: 'this kind of store does not hold it' })
}

/** The same target where it can be a file. @throws AppError format.not-writable */
export function fileTarget({ format, variant }: AnyTarget): Target {
  if (isStoreFormat(format) || !canWrite(format)) {
    throw new AppError('format.not-writable', {
      format: format.id,
      reason: 'it lies in a shared store, never in a file',
    })
  }
  return { format, variant }
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
