import { Buffer } from 'node:buffer'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sqliteBytes } from '../backends/sqlite.ts'
import { isAppError } from '../domain/errors.ts'
import type { Session } from '../domain/session.ts'
import { type EncodeOptions, extensionOf, type FolderFormat, type Format } from '../formats/format.ts'
import { conversionReport } from '../formats/loss.ts'
import { formats, tablesFormats } from '../formats/registry.ts'
import { factsOf } from '../formats/session-facts.ts'
import { type PlannedFile, planFiles } from './sample-plan.ts'
import { sampleForeignSession, sampleSession } from './sample-session.ts'
import { type SeededRandom, seededRandom } from './seeded-random.ts'
import { writeDamagedFiles } from './damaged-files.ts'
import { SAMPLE_PASSCODE, writeDesktopFolders } from './desktop-folders.ts'
import { writeFolder } from './write-folder.ts'
import { writeOddTables } from './odd-tables.ts'
import { writeWalFile } from './wal-file.ts'

export interface SampleOptions {
  /** Sessions of formats in turn; accounts of Telegram Desktop, files to repair and damaged ones come on top. */
  readonly sessions: number
  readonly seed: number
  /** Unix seconds that dates lie before; now when left out. */
  readonly nowSeconds?: number
  /** Told of each session that Telegram would know, with the name of its file. */
  readonly onSession?: (session: Session, name: string) => void
}

/** Opens what a library locks with the API hash of a program. Not a secret: it stands in the note. */
const SAMPLE_API_HASH = '5e551014dec00000a11de0000000da7a'

const NOTE = `Everything in this folder was made up by Session Deck to look around in: keys are bytes of a
number generator, names and ids are invented. No file here opens anything at Telegram.

Some of it is locked, to try that too:

    personal/old laptop/tdata    ${SAMPLE_PASSCODE}
    servers/dotnet               ${SAMPLE_API_HASH}

With --demo a Telegram of its own knows these sessions, on this machine alone. The passphrase of the demo, where one is
asked for, is the first of the words above.
`

/** What the form asks for that has no default. */
const SECRET_OPTIONS: ReadonlyMap<string, string> = new Map([['session-key', SAMPLE_API_HASH]])

/**
 * Fills `folder` (made when missing) with session files of every format and variant that can be written, in
 * sub-folders, with duplicates, one huge, one in WAL mode, one that others can read, and a few broken ones.
 * @throws the file system's error when the folder cannot be written
 */
export async function writeSampleLibrary(folder: string, options: SampleOptions): Promise<void> {
  const nowSeconds = options.nowSeconds ?? Math.floor(Date.now() / 1000)
  const onSession = options.onSession ?? (() => {})
  const random = seededRandom(options.seed)
  const sessions: Session[] = []
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFile(join(folder, 'SAMPLE DATA.txt'), NOTE)
  for (const file of planFiles(random, formats, options.sessions)) {
    const original = file.copyOf === null ? undefined : sessions[file.copyOf]
    const session = original && fits(original, file) ? original : fittingSession(random, file, nowSeconds)
    const written = await writeFitting(folder, file, session, nowSeconds, () => oldSession(random, file, nowSeconds))
    sessions.push(written)
    onSession(written, file.name)
  }
  await writeDesktopFolders(folder, random, nowSeconds, onSession)
  await writeOddTables(folder, tablesFormats, random, nowSeconds, onSession)
  await writeDamagedFiles(folder, random)
}

/** Some shapes have no room for today's long ids, or for a session that never logged in. */
function fittingSession(random: SeededRandom, file: PlannedFile, nowSeconds: number): Session {
  if (file.format.server === 'mtpylon') return sampleForeignSession(random, file)
  const session = sampleSession(random, file, nowSeconds)
  return fits(session, file) ? session : oldSession(random, file, nowSeconds)
}

function oldSession(random: SeededRandom, file: PlannedFile, nowSeconds: number): Session {
  return sampleSession(random, { ...file, loggedIn: true, isOldAccount: true }, nowSeconds)
}

/** Writes the session, or another where the shape has no room for it. Answers the one written. */
async function writeFitting(
  folder: string,
  file: PlannedFile,
  session: Session,
  nowSeconds: number,
  another: () => Session,
): Promise<Session> {
  try {
    await writeSession(folder, file, session, nowSeconds)
    return session
  } catch (error) {
    if (!isAppError(error) || error.code !== 'format.not-writable') throw error
  }
  const fitting = another()
  await writeSession(folder, file, fitting, nowSeconds)
  return fitting
}

function fits(session: Session, { format, variant }: PlannedFile): boolean {
  const report = conversionReport(factsOf(session, null), { format, variant, options: new Map() })
  return report.blocked === null && report.missing.length === 0
}

async function writeSession(folder: string, file: PlannedFile, session: Session, nowSeconds: number): Promise<void> {
  const options: EncodeOptions = { variant: file.variant.id, options: secretsFor(file.format), nowSeconds }
  const path = join(folder, ...`${file.place}${extensionOf(file.format)}`.split('/'))
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  if (file.format.medium === 'folder') {
    const files = await file.format.encode?.(session, { ...options, name: file.name })
    return writeFolder(path, files ?? new Map())
  }
  if (file.wal && file.format.medium === 'tables') {
    const { write } = file.format
    await writeWalFile(path, async (tables) => write?.(tables, file.name, session, options))
  } else {
    await writeFile(path, await encode(file.format, file.name, session, options))
  }
  // Not by `mode` of the write: the process's umask would have its say.
  if (process.platform !== 'win32') await chmod(path, file.mode)
}

function secretsFor(format: Format): ReadonlyMap<string, string> {
  const names = (format.options ?? []).map(({ name }) => name)
  return new Map([...SECRET_OPTIONS].filter(([name]) => names.includes(name)))
}

async function encode(
  format: Exclude<Format, FolderFormat>,
  name: string,
  session: Session,
  options: EncodeOptions,
): Promise<Uint8Array> {
  switch (format.medium) {
    case 'tables':
      return sqliteBytes(async (tables) => format.write?.(tables, name, session, options))
    case 'file':
      return (await format.encode?.(session, options)) ?? new Uint8Array()
    case 'text':
      return Buffer.from(`${(await format.encode?.(session, options)) ?? ''}\n`)
  }
}
