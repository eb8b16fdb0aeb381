import { Buffer } from 'node:buffer'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sqliteBytes } from '../backends/sqlite.ts'
import type { Session } from '../domain/session.ts'
import { type EncodeOptions, extensionOf, type Format } from '../formats/format.ts'
import { conversionReport } from '../formats/loss.ts'
import { formats } from '../formats/registry.ts'
import { factsOf } from '../formats/session-facts.ts'
import { type PlannedFile, planFiles } from './sample-plan.ts'
import { sampleSession } from './sample-session.ts'
import { type SeededRandom, seededRandom } from './seeded-random.ts'
import { writeDamagedFiles } from './damaged-files.ts'
import { writeWalFile } from './wal-file.ts'

export interface SampleOptions {
  /** Readable sessions; a handful of damaged files come on top. */
  readonly sessions: number
  readonly seed: number
  /** Unix seconds that dates lie before; now when left out. */
  readonly nowSeconds?: number
}

const NOTE = `Everything in this folder was made up by Session Deck to look around in: keys are bytes of a
number generator, names and ids are invented. No file here opens anything at Telegram.
`

/**
 * Fills `folder` (made when missing) with session files of every format and variant that can be written, in
 * sub-folders, with duplicates, one huge, one in WAL mode, one that others can read, and a few broken ones.
 * @throws the file system's error when the folder cannot be written
 */
export async function writeSampleLibrary(folder: string, options: SampleOptions): Promise<void> {
  const nowSeconds = options.nowSeconds ?? Math.floor(Date.now() / 1000)
  const random = seededRandom(options.seed)
  const sessions: Session[] = []
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFile(join(folder, 'SAMPLE DATA.txt'), NOTE)
  for (const file of planFiles(random, formats, options.sessions)) {
    const original = file.copyOf === null ? undefined : sessions[file.copyOf]
    const session = original && fits(original, file) ? original : fittingSession(random, file, nowSeconds)
    sessions.push(session)
    await writeSession(folder, file, session, nowSeconds)
  }
  await writeDamagedFiles(folder, random)
}

/** Some shapes have no room for today's long ids, or for a session that never logged in. */
function fittingSession(random: SeededRandom, file: PlannedFile, nowSeconds: number): Session {
  const session = sampleSession(random, file, nowSeconds)
  return fits(session, file)
    ? session
    : sampleSession(random, { ...file, loggedIn: true, isOldAccount: true }, nowSeconds)
}

function fits(session: Session, { format, variant }: PlannedFile): boolean {
  const report = conversionReport(factsOf(session, null), { format, variant, options: new Map() })
  return report.blocked === null && report.missing.length === 0
}

async function writeSession(folder: string, file: PlannedFile, session: Session, nowSeconds: number): Promise<void> {
  const options: EncodeOptions = { variant: file.variant.id, options: new Map(), nowSeconds }
  const path = join(folder, ...`${file.place}${extensionOf(file.format)}`.split('/'))
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  if (file.wal && file.format.medium === 'tables') {
    const { write } = file.format
    await writeWalFile(path, async (tables) => write?.(tables, '', session, options))
  } else {
    await writeFile(path, await encode(file.format, session, options))
  }
  // Not by `mode` of the write: the process's umask would have its say.
  if (process.platform !== 'win32') await chmod(path, file.mode)
}

async function encode(format: Format, session: Session, options: EncodeOptions): Promise<Uint8Array> {
  switch (format.medium) {
    case 'tables':
      return sqliteBytes(async (tables) => format.write?.(tables, '', session, options))
    case 'file':
      return (await format.encode?.(session, options)) ?? new Uint8Array()
    case 'text':
      return Buffer.from(`${format.encode?.(session, options) ?? ''}\n`)
    case 'folder':
      throw new Error('A folder is no single file.')
  }
}
