import { basename } from 'node:path'
import { AppError } from '../domain/errors.ts'
import type { Problem } from '../domain/problem.ts'
import { type Claim, detectFile, detectTables, detectText, unambiguous } from '../formats/detect.ts'
import { explainForeignBytes, explainForeignText } from '../formats/foreign.ts'
import type { Decoded, FileFormat, Format, TablesFormat, TextFormat, Unlock, Variant } from '../formats/format.ts'
import type { TablesReader, TablesSchema } from '../formats/media.ts'
import { inPlace, isLockError } from './place-errors.ts'
import { lockedSummary, problemOf, type SummaryPlace, summaryOf, unreadableSummary } from './session-reader.ts'
import type { SessionSummary } from './session-store.ts'

/** Lines of a text file that are looked at as strings. */
const MAX_LINES = 1_000

/** Formats that claim the tables of a database, the surest first. */
export function tablesClaims(schema: TablesSchema): Claims<TablesFormat> {
  // Files of one library version share one schema object.
  let claims = detected.get(schema)
  if (claims === undefined) {
    claims = detectTables(schema)
    detected.set(schema, claims)
  }
  return claims
}

const detected = new WeakMap<TablesSchema, Claims<TablesFormat>>()

type Claims<F> = readonly Claim<F>[]

/**
 * The format something is read in: the only sure one, else the first by id. A file in a folder has to be shown somehow;
 * {@link ambiguity} says that it fits others as well.
 */
export function formatOf<F>(claims: Claims<F>): F | null {
  return (unambiguous(claims) ?? claims[0])?.format ?? null
}

/** What a person must know of something that fits several formats equally well. */
function ambiguity(claims: Claims<Format>): readonly Problem[] {
  if (claims.length < 2 || unambiguous(claims)) return []
  const [first, ...others] = claims.filter((claim) => claim.detection.certainty === claims[0]?.detection.certainty)
  const labels = others.map(({ format }) => format.label).join(', ')
  const message = `It is shown as ${first?.format.label}, but could as well be ${labels}. Import it, and choose what it is.`
  return [{ code: 'format.ambiguous', message }]
}

/** Summaries of every session in a database; null when no format knows its tables. @throws AppError format.* */
export async function probeTables(
  tables: TablesReader,
  place: SummaryPlace,
): Promise<readonly SessionSummary[] | null> {
  const claims = tablesClaims(await tables.schema())
  const format = formatOf(claims)
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
    summarise(format, claims, decoded, {
      ...place,
      key: key === '' ? place.key : `${place.key}#${key}`,
      name: name ?? place.name,
    }),
  )
}

/** Summaries of a file that is no database: one whole-file format, or nothing but string sessions. */
export async function probeContent(
  bytes: Uint8Array,
  place: SummaryPlace,
  isNamed: boolean,
  unlock: Unlock,
): Promise<readonly SessionSummary[]> {
  const file = place.path ?? ''
  const whole = await readWhole(bytes, unlock, basename(file))
  if (whole) {
    const { format, claims } = whole
    if ('decoded' in whole) return [summarise(format, claims, whole.decoded, place, unlock)]
    const error = inPlace(whole.error, file)
    if (!isLockError(error)) throw error
    // What is encrypted looks like noise, and noise looks encrypted: only a name or a sure sign makes it a session.
    const isSure = claims[0]?.detection.certainty === 'exact'
    return isNamed || isSure ? [lockedSummary(place, format.id, error)] : []
  }
  const strings = stringsIn(bytes)
  if (strings) return probeStrings(strings, place)
  if (!isNamed) return []
  throw inFile(textOfOneLine(bytes) ?? explainForeignBytes(bytes), file)
}

type WholeFile = { readonly format: FileFormat; readonly claims: Claims<FileFormat> } & (
  | { readonly decoded: Decoded }
  | { readonly error: unknown }
)

/** A file read in the format that claims it; null when none does. Of several, those that can read it are left. */
export async function readWhole(bytes: Uint8Array, unlock: Unlock, fileName?: string): Promise<WholeFile | null> {
  const claims = detectFile(bytes)
  const sure = unambiguous(claims)
  const read: { readonly claim: Claim<FileFormat>; readonly decoded: Decoded }[] = []
  const failed: { readonly claim: Claim<FileFormat>; readonly error: unknown }[] = []
  for (const claim of sure ? [sure] : claims) {
    try {
      read.push({ claim, decoded: await claim.format.decode(bytes, unlock, fileName) })
    } catch (error) {
      failed.push({ claim, error })
    }
  }
  const [first] = read
  if (first) return { format: first.claim.format, claims: read.map(({ claim }) => claim), decoded: first.decoded }
  const worst = failed.find(({ error }) => isLockError(error)) ?? failed[0]
  return worst ? { format: worst.claim.format, claims: [worst.claim], error: worst.error } : null
}

/** One damaged string among several is a row that says so; @throws AppError when none can be read. */
function probeStrings(strings: readonly StringInFile[], place: SummaryPlace): readonly SessionSummary[] {
  const isOne = strings.length === 1
  const failures: unknown[] = []
  const summaries = strings.map(({ format, claims, text }, index) => {
    const { path } = place
    const key = isOne ? place.key : `${place.key}#${index + 1}`
    const name = isOne ? place.name : `${place.name} ${index + 1}`
    try {
      return summarise(format, claims, format.decode(text), { key, name, path })
    } catch (error) {
      failures.push(error)
      return unreadableSummary({ key, name, path }, [problemOf(error)])
    }
  })
  if (failures.length === strings.length) throw failures[0]
  return summaries
}

interface StringInFile {
  readonly format: TextFormat
  readonly claims: Claims<TextFormat>
  readonly text: string
}

/** The strings of a file that holds nothing else, one to a line; null for any other file. */
export function stringsIn(bytes: Uint8Array): readonly StringInFile[] | null {
  const lines = linesOf(bytes)
  if (lines.length === 0 || lines.length > MAX_LINES) return null
  const found: StringInFile[] = []
  for (const text of lines) {
    const claims = detectText(text)
    const format = formatOf(claims)
    if (!format) return null
    found.push({ format, claims, text })
  }
  return found
}

/** A string that was cut short or garbled deserves a word about its length. */
function textOfOneLine(bytes: Uint8Array): AppError<'format.unrecognized'> | null {
  const [line = '', ...others] = linesOf(bytes)
  return others.length === 0 && /^[\w+/=-]{100,4096}$/.test(line) ? explainForeignText(line) : null
}

/** An explanation, with the file that it is about. */
export function inFile(error: AppError<'format.unrecognized'>, file: string): AppError<'format.unrecognized'> {
  return new AppError('format.unrecognized', { ...error.details, file })
}

/** Lines of a text file that say something, bare of blanks and quotes; none for a file that is not text. */
function linesOf(bytes: Uint8Array): readonly string[] {
  return (asciiText(bytes) ?? '')
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim().replace(/^(["'`])(.*)\1$/, '$2'))
    .filter((line) => line !== '')
}

/** Text of printable ASCII and line ends (a byte order mark is passed over), else null. */
function asciiText(bytes: Uint8Array): string | null {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  const body = bytes.subarray(start)
  for (const byte of body)
    if ((byte < 0x20 || byte > 0x7e) && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return null
  return Buffer.from(body).toString('latin1')
}

/** `unlock` is what it was read with. */
export function summarise(
  format: Format,
  claims: Claims<Format>,
  decoded: Decoded,
  place: SummaryPlace,
  unlock: Unlock = { passcode: null },
): SessionSummary {
  const problems = [...decoded.problems, ...ambiguity(claims)]
  const summary = summaryOf({ ...decoded, problems }, carriesOf(format, decoded.info.variant), place)
  return unlock.passcode === null ? summary : { ...summary, isProtected: true }
}

/** What a variant of a format can hold. */
function carriesOf(format: Format, variant: string): Variant['carries'] {
  const known = format.variants.find((candidate) => candidate.id === variant)
  return known?.carries ?? new Set(format.variants.flatMap((candidate) => [...candidate.carries]))
}
