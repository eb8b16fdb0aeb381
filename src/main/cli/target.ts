import { canWrite, type Format, type Variant } from '../formats/format.ts'
import { UsageError } from '../headless/arguments.ts'
import type { Target } from './tools.ts'

/**
 * What `--to` means: `telethon.sqlite`, `telethon.sqlite@8`, or a format under the name of a library of its family,
 * `kurigram.sqlite` (its newest variant that can be written).
 * @throws UsageError when nothing of that name can be written
 */
export function parseTarget(formats: readonly Format[], text: string, variantWish: string | undefined): Target {
  const [id = '', inId] = text.toLowerCase().split('@')
  const wish = (inId ?? variantWish)?.toLowerCase()
  const exact = formats.find((format) => format.id === id)
  const family = exact ? null : familyOf(formats, id)
  const format = exact ?? family?.format
  if (!format || !canWrite(format))
    throw new UsageError('--to takes a format that can be written: see session-deck formats')
  const variant =
    wish === undefined
      ? (family?.variant ?? defaultOf(format))
      : format.variants.find(({ id: known }) => known.toLowerCase() === wish)
  if (!variant?.writable) {
    const known = format.variants.filter(({ writable }) => writable).map((one) => one.id)
    throw new UsageError(`${format.label} can be written as ${known.join(', ')}`)
  }
  return { format, variant: variant.id }
}

function familyOf(formats: readonly Format[], id: string): { format: Format; variant: Variant } | null {
  const [library = '', shape] = id.split('.')
  for (const format of formats) {
    if (!format.id.endsWith(`.${shape}`)) continue
    const own = format.variants.filter((variant) => variant.library === library && variant.writable)
    const newest = own.at(-1)
    if (newest) return { format, variant: newest }
  }
  return null
}

function defaultOf(format: Format): Variant | undefined {
  return format.variants.find(({ id }) => id === format.defaultVariant)
}
