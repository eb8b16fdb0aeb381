import { libraryLabel } from '../domain/libraries.ts'
import { type Field, fields } from '../domain/session.ts'
import { fieldLabels } from './field-labels.ts'
import { type AnyFormat, canWrite, type Variant } from './format.ts'
import { canWriteToStore, isStoreFormat } from './stores.ts'

const MEDIA: Readonly<Record<AnyFormat['medium'], string>> = {
  text: 'one line of text',
  file: 'file',
  folder: 'folder of files',
  tables: 'tables (SQLite file)',
  keyvalue: 'keys (Redis)',
  documents: 'documents (MongoDB)',
}

function keptIn(format: AnyFormat): string {
  const isShared = format.medium === 'tables' && format.shared !== undefined
  return isShared ? 'tables (SQLite file, PostgreSQL, MySQL, libSQL)' : MEDIA[format.medium]
}

function isWritable(format: AnyFormat): boolean {
  return canWriteToStore(format) || (!isStoreFormat(format) && canWrite(format))
}

/** The text of `docs/formats.md`: all of it follows from what the formats say of themselves. */
export function formatsDocument(formats: readonly AnyFormat[]): string {
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
        `[\`${format.id}\`](#${anchorOf(format)}) ${format.label}`,
        keptIn(format),
        ids(format.variants),
        ids(writableOf(format)),
        format.defaultVariant,
      ]),
    ),
    '',
    '## What each can hold',
    '',
    'A conversion carries what both sides hold, and says beforehand what stays behind. ● is read and written, ○ read only; a',
    'number in brackets behind it means that only some versions do: the table of the format tells which.',
    '',
    ...matrix(sorted),
    ...sorted.flatMap(section),
  ].join('\n')}\n`
}

/** Fields down, formats across would be too wide for a page: formats down, in groups of fields. */
const groups: readonly { readonly title: string; readonly columns: readonly (readonly [Field, string])[] }[] = [
  {
    title: 'Key, place and account',
    columns: [
      ['auth-key', 'key'],
      ['dc', 'DC'],
      ['address', 'address'],
      ['test-mode', 'test'],
      ['other-data-centers', 'other DCs'],
      ['other-keys', 'their keys'],
      ['dc-flags', 'flags'],
      ['salts', 'salts'],
      ['time-offsets', 'clock'],
      ['temporary-key', 'temp. key'],
      ['user-id', 'user id'],
      ['is-bot', 'bot'],
      ['account-username', 'username'],
      ['account-extra-usernames', 'more names'],
      ['account-phone', 'phone'],
      ['account-premium', 'Premium'],
      ['api-id', 'API id'],
      ['future-auth-token', 'login token'],
    ],
  },
  {
    title: 'Updates, peers and the rest',
    columns: [
      ['update-state', 'pts'],
      ['update-state-qts-seq', 'qts, seq'],
      ['channel-states', 'channels'],
      ['channel-state-dates', 'their dates'],
      ['peers', 'peers'],
      ['peer-types', 'kinds'],
      ['peer-names', 'names'],
      ['peer-usernames', 'usernames'],
      ['peer-extra-usernames', 'more'],
      ['peer-phones', 'phones'],
      ['peer-dates', 'dates'],
      ['peer-min-marks', 'min'],
      ['peer-objects', 'objects'],
      ['min-contexts', 'contexts'],
      ['sent-files', 'uploads'],
      ['takeout-id', 'takeout'],
      ['saved-at', 'saved'],
    ],
  },
]

function matrix(formats: readonly AnyFormat[]): string[] {
  return groups.flatMap(({ title, columns }) => [
    `### ${title}`,
    '',
    ...row(['format', ...columns.map(([, label]) => label)]),
    ...row(['---', ...columns.map(() => ':-:')]),
    ...formats.flatMap((format) => row([`\`${format.id}\``, ...columns.map(([field]) => mark(format, field))])),
    '',
  ])
}

function mark(format: AnyFormat, field: Field): string {
  const carrying = format.variants.filter((variant) => variant.carries.has(field))
  if (carrying.length === 0) return ''
  const sign = carrying.some((variant) => variant.writable && isWritable(format)) ? '●' : '○'
  return carrying.length === format.variants.length ? sign : `${sign} (${carrying.length})`
}

function section(format: AnyFormat): string[] {
  return [
    '',
    `## ${format.label}`,
    '',
    `\`${format.id}\`. ${format.help}`,
    '',
    `Recognised by: ${lowerFirst(format.detection)}`,
    '',
    ...(format.passcode === undefined
      ? []
      : [`Can be locked; the app then asks for the “${format.passcode.label}”. ${format.passcode.help}`, '']),
    ...(format.server === 'mtpylon'
      ? ['Its keys are those of an mtpylon server: no conversion to or from formats of Telegram.', '']
      : []),
    ...row(['version', 'written by', 'needs']),
    ...row(['---', '---', '---']),
    ...format.variants.flatMap((variant) =>
      row([
        variant.label === variant.id ? variant.id : `\`${variant.id}\` ${variant.label}`,
        libraryLabel(variant.library),
        variant.writable && isWritable(format) ? needs(variant) : 'read only',
      ]),
    ),
    '',
    ...fieldTable(format),
    ...optionLines(format),
  ]
}

/** Which version carries what; versions that carry the same share a column. */
function fieldTable(format: AnyFormat): string[] {
  const byFields = new Map<string, Variant[]>()
  for (const variant of format.variants) {
    const key = fields.filter((field) => variant.carries.has(field)).join(' ')
    byFields.set(key, [...(byFields.get(key) ?? []), variant])
  }
  const columns = [...byFields.values()]
  const carried = fields.filter((field) => format.variants.some((variant) => variant.carries.has(field)))
  return [
    ...row(['carries', ...columns.map(ids)]),
    ...row(['---', ...columns.map(() => ':-:')]),
    ...carried.flatMap((field) =>
      row([fieldLabels[field], ...columns.map(([first]) => (first?.carries.has(field) === true ? '✓' : '–'))]),
    ),
  ]
}

function optionLines(format: AnyFormat): string[] {
  if (format.options === undefined || format.options.length === 0) return []
  return [
    '',
    'Choices when writing:',
    '',
    ...format.options.map(({ name, label, help, kind }) => {
      const how = kind === 'secret' ? ' (secret: typed or from `SESSION_DECK_PASSCODE`, never an argument)' : ''
      return `- \`${name}\`: ${label}${how}. ${help}`
    }),
  ]
}

function writableOf(format: AnyFormat): readonly Variant[] {
  return format.variants.filter((variant) => variant.writable && isWritable(format))
}

function needs(variant: Variant): string {
  return variant.requires.length === 0
    ? 'nothing'
    : variant.requires.map((field) => fieldLabels[field].toLowerCase()).join(', ')
}

function ids(variants: readonly Variant[]): string {
  return variants.length === 0 ? '–' : variants.map((variant) => variant.id).join(', ')
}

/** The link to a heading as code hosts make it. */
function anchorOf({ label }: AnyFormat): string {
  return label
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}

function lowerFirst(text: string): string {
  // "JSON" and "API hash" stay as they are.
  return /^\p{Lu}\p{Ll}|^A /u.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text
}

function row(cells: readonly string[]): string[] {
  return [`| ${cells.join(' | ')} |`]
}
