import { libraryLabel } from '../domain/libraries.ts'
import { canWrite, type Format } from '../formats/format.ts'
import { UsageError } from '../headless/arguments.ts'
import { parseCommand } from './arguments.ts'
import type { Command } from './command.ts'
import { EXIT } from './io.ts'
import { table } from './table.ts'

export const command: Command = {
  help: `session-deck formats [--json]

Shows every format that can be read, and what convert --to can write.

  --json   {"formats": [{"id", "library", "label", "help", "medium", "extension", "writable", "server",
           "defaultVariant", "variants": [{"id", "label", "library", "carries", "requires", "writable"}],
           "options": [{"name", "label", "help", "kind"}]}], "problems": []}
`,
  nothing: { formats: [] },
  async run(argv, { io, tools }) {
    const { values, positionals } = parseCommand(argv, { json: { type: 'boolean', default: false } })
    if (positionals.length > 0) throw new UsageError('formats takes no arguments')
    const { formats } = await tools()
    if (values.json) io.out(`${JSON.stringify({ formats: formats.map(formatJson), problems: [] }, null, 2)}\n`)
    else io.out(formatsTable(formats))
    return EXIT.done
  },
}

function formatJson(format: Format) {
  return {
    id: format.id,
    library: format.library,
    label: format.label,
    help: format.help,
    medium: format.medium,
    extension: format.medium === 'text' || format.medium === 'folder' ? null : format.extension,
    writable: canWrite(format),
    server: format.server ?? 'telegram',
    defaultVariant: format.defaultVariant,
    variants: format.variants.map((variant) => ({
      id: variant.id,
      label: variant.label,
      library: variant.library,
      carries: [...variant.carries],
      requires: variant.requires,
      writable: canWrite(format) && variant.writable,
    })),
    options: (format.options ?? []).map(({ name, label, help, kind }) => ({ name, label, help, kind })),
  }
}

const KINDS = { text: 'string', file: 'file', folder: 'folder', tables: 'file' } as const

function formatsTable(formats: readonly Format[]): string {
  const rows = formats.flatMap((format) =>
    format.variants.map((variant) => [
      `${format.id}@${variant.id}${variant.id === format.defaultVariant ? ' *' : ''}`,
      KINDS[format.medium],
      libraryLabel(variant.library),
      variant.label,
      canWrite(format) && variant.writable ? 'read, write' : 'read',
    ]),
  )
  const columns = [
    { title: 'FORMAT' },
    { title: 'KIND' },
    { title: 'LIBRARY' },
    { title: 'VARIANT', maxColumns: 60 },
    { title: 'CAN' },
  ]
  return `${table(columns, rows)}\n* written when no variant is named: --to telethon.sqlite, --to telethon.sqlite@8\n`
}
