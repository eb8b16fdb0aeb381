import type { Format as FormatView } from '../../shared/contract/formats.ts'
import { libraryLabel } from '../domain/libraries.ts'
import { type AnyFormat, canWrite } from '../formats/format.ts'
import { isStoreFormat, knownFormats } from '../formats/stores.ts'
import { storesOf } from './formats-lookup.ts'
import type { Implementer } from './implementer.ts'

export function formatsService(os: Implementer['formats']) {
  return { list: os.list.handler(async () => knownFormats().map(formatView)) }
}

function formatView(format: AnyFormat): FormatView {
  const writable = !isStoreFormat(format) && canWrite(format)
  const stores = storesOf(format)
  return {
    id: format.id,
    library: format.library,
    libraryLabel: libraryLabel(format.library),
    label: format.label,
    help: format.help,
    medium: format.medium,
    stores: [...stores],
    extension: 'extension' in format ? format.extension : null,
    defaultVariant: format.defaultVariant,
    variants: format.variants.map((variant) => ({
      id: variant.id,
      label: variant.label,
      library: variant.library,
      libraryLabel: libraryLabel(variant.library),
      carries: [...variant.carries],
      requires: [...variant.requires],
      writable: (writable || stores.length > 0) && variant.writable,
    })),
    options: (format.options ?? []).map(({ name, label, help, kind }) => ({ name, label, help, kind })),
    writable,
    server: format.server ?? 'telegram',
    passcode: format.passcode ? { label: format.passcode.label, help: format.passcode.help } : null,
  }
}
