import { AppError } from '../domain/errors.ts'
import type { Decoded, Detection, FileFormat, Format, TablesFormat, TextFormat, Variant } from '../formats/format.ts'
import type { TablesReader, TablesSchema } from '../formats/media.ts'
import { formats } from '../formats/registry.ts'
import { type SummaryPlace, summaryOf } from './session-reader.ts'
import type { SessionSummary } from './session-store.ts'

/** Lines of a text file that are looked at as strings. */
const MAX_LINES = 1_000

/** The tables format whose shape a schema has. */
export function tablesFormatOf(schema: TablesSchema): TablesFormat | null {
  // Files of one library version share one schema object.
  let format = detected.get(schema)
  if (format === undefined) {
    format = best(formats.filter(isTables), (candidate) => candidate.detect(schema))
    detected.set(schema, format)
  }
  return format
}

const detected = new WeakMap<TablesSchema, TablesFormat | null>()

export function fileFormatOf(bytes: Uint8Array): FileFormat | null {
  return best(formats.filter(isFile), (format) => format.detect(bytes))
}

function textFormatOf(text: string): TextFormat | null {
  return best(formats.filter(isText), (format) => format.detect(text))
}

export function formatById(id: string): Format | null {
  return formats.find((format) => format.id === id) ?? null
}

/** The surest claim; between equal ones the first by id, for the order of the registry means nothing. */
function best<F extends Format>(candidates: readonly F[], detect: (format: F) => Detection | null): F | null {
  let chosen: F | null = null
  let isExact = false
  for (const format of candidates) {
    const detection = detect(format)
    if (!detection) continue
    const exact = detection.certainty === 'exact'
    if (!chosen || (exact && !isExact) || (exact === isExact && format.id < chosen.id)) {
      chosen = format
      isExact = exact
    }
  }
  return chosen
}

const isTables = (format: Format): format is TablesFormat => format.medium === 'tables'
const isFile = (format: Format): format is FileFormat => format.medium === 'file'
const isText = (format: Format): format is TextFormat => format.medium === 'text'

/** Summaries of every session in a database; null when no format knows its tables. @throws AppError format.* */
export async function probeTables(
  tables: TablesReader,
  place: SummaryPlace,
): Promise<readonly SessionSummary[] | null> {
  const format = tablesFormatOf(await tables.schema())
  if (!format) return null
  const stored = await format.list(tables)
  if (stored.length === 0) {
    throw new AppError('format.malformed', {
      file: place.path ?? '',
      format: format.label,
      reason: 'it holds no session',
    })
  }
  return stored.map(({ key, name, decoded }) =>
    summarise(format, decoded, {
      ...place,
      key: key === '' ? place.key : `${place.key}#${key}`,
      name: name ?? place.name,
    }),
  )
}

/** Summaries of a file that is no database: one whole-file format, or nothing but string sessions. */
export function probeContent(bytes: Uint8Array, place: SummaryPlace, isNamed: boolean): readonly SessionSummary[] {
  const file = place.path ?? ''
  const whole = fileFormatOf(bytes)
  if (whole) return [summarise(whole, whole.decode(bytes), place)]
  const strings = stringsIn(bytes)
  if (strings) {
    return strings.map(({ format, text }, index) =>
      summarise(format, format.decode(text), {
        ...place,
        key: strings.length === 1 ? place.key : `${place.key}#${index + 1}`,
        name: strings.length === 1 ? place.name : `${place.name} ${index + 1}`,
      }),
    )
  }
  if (!isNamed) return []
  throw new AppError('format.unrecognized', { file, reason: whyNot(bytes) })
}

/** The strings of a file that holds nothing else, one to a line; null for any other file. */
export function stringsIn(bytes: Uint8Array): readonly { format: TextFormat; text: string }[] | null {
  const text = asciiText(bytes)
  if (text === null) return null
  const lines = text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim().replace(/^(["'`])(.*)\1$/, '$2'))
    .filter((line) => line !== '')
  if (lines.length === 0 || lines.length > MAX_LINES) return null
  const found: { format: TextFormat; text: string }[] = []
  for (const line of lines) {
    const format = textFormatOf(line)
    if (!format) return null
    found.push({ format, text: line })
  }
  return found
}

/** Text of printable ASCII and line ends (a byte order mark is passed over), else null. */
function asciiText(bytes: Uint8Array): string | null {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  const body = bytes.subarray(start)
  for (const byte of body)
    if ((byte < 0x20 || byte > 0x7e) && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return null
  return Buffer.from(body).toString('latin1')
}

function whyNot(bytes: Uint8Array): string {
  if (bytes[0] === 0x80 && (bytes[1] ?? 0) >= 2 && (bytes[1] ?? 0) <= 5) {
    return 'it is a Python pickle, which can run code when opened and is therefore never opened'
  }
  if (Buffer.from(bytes.subarray(0, 6)).equals(Buffer.from('SQLite'))) return 'it is a SQLite file cut short'
  if (bytes.every((byte) => byte === 0)) return 'it holds nothing but zeros'
  return asciiText(bytes) === null ? 'its content is of no known kind' : 'its text is not a session'
}

function summarise(format: Format, decoded: Decoded, place: SummaryPlace): SessionSummary {
  return summaryOf(decoded, carriesOf(format, decoded.info.variant), place)
}

/** What a variant of a format can hold. */
function carriesOf(format: Format, variant: string): Variant['carries'] {
  const known = format.variants.find((candidate) => candidate.id === variant)
  return known?.carries ?? new Set(format.variants.flatMap((candidate) => [...candidate.carries]))
}
