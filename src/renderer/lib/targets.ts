import type { Target } from '../../shared/contract/exports.ts'
import type { Format } from '../../shared/contract/formats.ts'

interface TargetChoice {
  value: string
  label: string
}

export interface TargetGroup {
  group: string
  items: TargetChoice[]
}

const SEPARATOR = '\u0000'

/** A format and variant as the value of a choice. */
export function targetValue({ formatId, variant }: Target): string {
  return formatId + SEPARATOR + variant
}

export function targetOf(value: string): Target {
  const at = value.indexOf(SEPARATOR)
  return { formatId: value.slice(0, at), variant: value.slice(at + 1) }
}

/** Every shape of the wanted formats that can be written, by library, the format's default first. */
export function targetChoices(formats: readonly Format[], wanted: (format: Format) => boolean): TargetGroup[] {
  const groups = new Map<string, TargetChoice[]>()
  for (const format of formats) {
    if (!wanted(format)) continue
    for (const variant of writableVariants(format)) {
      const choice = {
        value: targetValue({ formatId: format.id, variant: variant.id }),
        label: choiceLabel(format, variant),
      }
      groups.set(format.libraryLabel, [...(groups.get(format.libraryLabel) ?? []), choice])
    }
  }
  return [...groups].map(([group, items]) => ({ group, items }))
}

type Variant = Format['variants'][number]

export function writableVariants({ variants, defaultVariant }: Format): Variant[] {
  const rank = (variant: Variant) => (variant.id === defaultVariant ? 0 : 1)
  return variants.filter(({ writable }) => writable).toSorted((a, b) => rank(a) - rank(b))
}

/** Its usual shape, or the first that can be written. */
export function defaultTarget(format: Format): Target {
  return { formatId: format.id, variant: writableVariants(format)[0]?.id ?? format.defaultVariant }
}

/** "Telethon SQLite 7 (1.17 to 1.44)", "Telethon string" */
function choiceLabel(format: Format, variant: Variant): string {
  return writableVariants(format).length === 1 ? format.label : `${format.label} · ${variant.label}`
}
