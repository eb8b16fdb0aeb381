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

/** "SQLite", "tdata": the format's name without its library's, which stands before it. */
function shapeName(format: AnyFormat): string {
  const library = libraryLabel(format.library)
  if (!format.label.startsWith(`${library} `)) return MEDIUM_WORDS[format.medium]
  return format.label.slice(library.length + 1).replace(/^2 /, 'v2 ')
}

/** What follows the library badge in a row: "SQLite 7", "string", "string S3", "SQLAlchemy store 2" of a server's tables. */
export function formatLabel(info: FormatInfo | null): string {
  const format = info && findAnyFormat(info.formatId)
  if (!info || !format) return info?.formatId ?? ''
  const word = shapeName(format)
  // One layout only: its name tells nothing.
  if (info.formatVersion === null || (format.medium === 'text' && format.variants.length === 1)) return word
  return `${word} ${info.formatVersion}`
}

/** "Kurigram SQLite, version 7", "Telethon string". */
export function formatText(info: FormatInfo | null): string {
  const format = info && findAnyFormat(info.formatId)
  if (!info || !format) return info?.formatId ?? 'unknown'
  const name = info.library === format.library ? format.label : `${libraryLabel(info.library)} ${shapeName(format)}`
  if (info.formatVersion === null || (format.medium === 'text' && format.variants.length === 1)) return name
  return typeof info.formatVersion === 'number'
    ? `${name}, version ${info.formatVersion}`
    : `${name}, layout ${info.formatVersion}`
}
