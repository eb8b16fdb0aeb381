import { libraryLabel } from '../domain/libraries.ts'
import { type Field, fields } from '../domain/session.ts'
import { fieldLabels } from './field-labels.ts'
import { canWrite, type Format, type Variant } from './format.ts'

const MEDIA: Readonly<Record<Format['medium'], string>> = {
  text: 'one line of text',
  file: 'file',
  folder: 'folder of files',
  tables: 'tables (SQLite file)',
}

/** The text of `docs/formats.md`: all of it follows from what the formats say of themselves. */
export function formatsDocument(formats: readonly Format[]): string {
  const sorted = formats.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  return `${[
    '# Formats',
    '',
    'Generated from the registry by `node scripts/formats-doc.ts`: do not edit by hand. How to add one: [adding-a-format.md](adding-a-format.md).',
    '',
    'Detection goes by content, never by the name of a file. Two formats that are both sure of one text are shown, and the person chooses.',
    '',
    ...row(['format', 'kept in', 'versions read', 'versions written', 'usual one']),
    ...row(['---', '---', '---', '---', '---']),
    ...sorted.flatMap((format) =>
      row([
        `\`${format.id}\` ${format.label}`,
        MEDIA[format.medium],
        ids(format.variants),
        ids(format.variants.filter((variant) => variant.writable && canWrite(format))),
        format.defaultVariant,
      ]),
    ),
    ...sorted.flatMap(section),
  ].join('\n')}\n`
}

function section(format: Format): string[] {
  return [
    '',
    `## ${format.label}`,
    '',
    format.help,
    '',
    ...row(['version', 'written by', 'needs']),
    ...row(['---', '---', '---']),
    ...format.variants.flatMap((variant) =>
      row([
        variant.label === variant.id ? variant.id : `\`${variant.id}\` ${variant.label}`,
        libraryLabel(variant.library),
        variant.writable && canWrite(format) ? needs(variant) : 'read only',
      ]),
    ),
    '',
    ...fieldTable(format),
    ...optionLines(format),
  ]
}

/** Which version carries what; versions that carry the same share a column. */
function fieldTable(format: Format): string[] {
  const groups = new Map<string, Variant[]>()
  for (const variant of format.variants) {
    const key = fields.filter((field) => variant.carries.has(field)).join(' ')
    groups.set(key, [...(groups.get(key) ?? []), variant])
  }
  const columns = [...groups.values()]
  return [
    ...row(['carries', ...columns.map(ids)]),
    ...row(['---', ...columns.map(() => ':-:')]),
    ...fields.flatMap((field: Field) =>
      row([fieldLabels[field], ...columns.map(([first]) => (first?.carries.has(field) ? '✓' : '–'))]),
    ),
  ]
}

function optionLines(format: Format): string[] {
  if (format.options === undefined || format.options.length === 0) return []
  return [
    '',
    'Choices when writing:',
    '',
    ...format.options.map(({ name, label, help }) => `- \`${name}\`: ${label}. ${help}`),
  ]
}

function needs(variant: Variant): string {
  return variant.requires.length === 0
    ? 'nothing'
    : variant.requires.map((field) => fieldLabels[field].toLowerCase()).join(', ')
}

function ids(variants: readonly Variant[]): string {
  return variants.length === 0 ? '–' : variants.map((variant) => variant.id).join(', ')
}

function row(cells: readonly string[]): string[] {
  return [`| ${cells.join(' | ')} |`]
}
