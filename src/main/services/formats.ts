import type { Format as FormatView } from '../../shared/contract/formats.ts'
import { libraryLabel } from '../domain/libraries.ts'
import type { Format } from '../formats/format.ts'
import { formats } from '../formats/registry.ts'
import { canWrite } from '../formats/format.ts'
import type { Implementer } from './implementer.ts'

export function formatsService(os: Implementer['formats']) {
  return { list: os.list.handler(async () => formats.map(formatView)) }
}

function formatView(format: Format): FormatView {
  const writable = canWrite(format)
  return {
    id: format.id,
    library: format.library,
    libraryLabel: libraryLabel(format.library),
    label: format.label,
    help: format.help,
    medium: format.medium,
    extension: format.medium === 'text' || format.medium === 'folder' ? null : format.extension,
    defaultVariant: format.defaultVariant,
    variants: format.variants.map((variant) => ({
      id: variant.id,
      label: variant.label,
      library: variant.library,
      libraryLabel: libraryLabel(variant.library),
      carries: [...variant.carries],
      requires: [...variant.requires],
      writable: writable && variant.writable,
    })),
    options: (format.options ?? []).map(({ name, label, help, kind }) => ({ name, label, help, kind })),
    writable,
    server: format.server ?? 'telegram',
    passcode: format.passcode ? { label: format.passcode.label, help: format.passcode.help } : null,
  }
}
