import { libraryLabel } from '../domain/libraries.ts'
import type { AnyFormat, FormatInfo } from '../formats/format.ts'
import { findAnyFormat } from '../formats/stores.ts'

const MEDIUM_WORDS = {
  tables: 'SQLite',
  text: 'string',
  file: 'file',
  folder: 'folder',
  keyvalue: 'Redis',
  documents: 'MongoDB',
} as const

/** What follows the library badge in a row: "SQLite 7", "string", "string S3", "SQLAlchemy store 2" of a server's tables. */
export function formatLabel(info: FormatInfo | null, inStore = false): string {
  const format = info && findAnyFormat(info.formatId)
  if (!info || !format) return info?.formatId ?? ''
  const word = inStore && format.medium === 'tables' ? ownWords(format) : MEDIUM_WORDS[format.medium]
  // One layout only: its name tells nothing.
  if (info.formatVersion === null || (format.medium === 'text' && format.variants.length === 1)) return word
  return `${word} ${info.formatVersion}`
}

/** The name of a format without that of its library, which stands before it. */
function ownWords({ label, library }: AnyFormat): string {
  const name = libraryLabel(library)
  return label.startsWith(`${name} `) ? label.slice(name.length + 1) : label
}

/** "Kurigram SQLite, version 7", "Telethon string". */
export function formatText(info: FormatInfo | null): string {
  const format = info && findAnyFormat(info.formatId)
  if (!info || !format) return info?.formatId ?? 'unknown'
  const name =
    info.library === format.library ? format.label : `${libraryLabel(info.library)} ${MEDIUM_WORDS[format.medium]}`
  if (info.formatVersion === null || (format.medium === 'text' && format.variants.length === 1)) return name
  return typeof info.formatVersion === 'number'
    ? `${name}, version ${info.formatVersion}`
    : `${name}, layout ${info.formatVersion}`
}
