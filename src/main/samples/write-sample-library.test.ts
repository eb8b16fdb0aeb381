import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSqliteBytes } from '../backends/sqlite.ts'
import { claimFolder } from '../formats/detect.ts'
import type { TablesFormat, Unlock } from '../formats/format.ts'
import { formats } from '../formats/registry.ts'
import { Secret } from '../domain/secret.ts'
import { probeFile } from '../sources/probe.ts'
import { probeFolder } from '../sources/probe-folder.ts'
import type { SessionSummary } from '../sources/session-store.ts'
import { writeSampleLibrary } from './write-sample-library.ts'

const NOW_SECONDS = 1_775_000_000
const SESSIONS = 100
const folders: string[] = []

async function library(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'samples-'))
  folders.push(folder)
  await writeSampleLibrary(folder, { sessions: SESSIONS, seed: 7, nowSeconds: NOW_SECONDS })
  return folder
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/** What the note in the library says of its locked places. */
function unlockOf(folder: string, path: string): Unlock {
  const note = readFileSync(join(folder, 'SAMPLE DATA.txt'), 'utf8')
  const place = path.includes('dotnet') ? 'servers/dotnet' : 'old laptop/tdata'
  const word = new RegExp(`${place} +(\\S.*)`).exec(note)?.[1] ?? ''
  return { passcode: Secret.fromText(word) }
}

async function summariesOf(folder: string): Promise<SessionSummary[]> {
  const summaries: SessionSummary[] = []
  const inFolders: string[] = []
  for (const path of foldersOf(folder)) {
    if (claimFolder(readdirSync(path)) === null) continue
    const found = await probeFolder({ path, key: path }, unlockOf(folder, path))
    if (found === null) continue
    summaries.push(...found)
    inFolders.push(`${path}/`)
  }
  for (const path of filesOf(folder)) {
    if (path.endsWith('-wal') || inFolders.some((one) => path.startsWith(one))) continue
    const target = { path, key: path, sizeBytes: statSync(path).size, hasCompanions: true }
    summaries.push(...(await probeFile({ ...target, unlock: unlockOf(folder, path) })))
  }
  return summaries
}

function foldersOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
}

describe('the sample library', () => {
  let folder = ''
  let summaries: SessionSummary[] = []
  beforeAll(async () => {
    folder = await library()
    summaries = await summariesOf(folder)
  })
  afterAll(() => {
    for (const made of folders) rmSync(made, { recursive: true, force: true })
  })

  it('holds every variant that can be written, each readable', () => {
    const written = new Set(summaries.map(({ format }) => format && `${format.formatId}@${format.variant}`))
    const expected = formats
      .filter(({ library }) => library !== 'session-deck')
      .flatMap((format) => format.variants.filter(({ writable }) => writable).map(({ id }) => `${format.id}@${id}`))
    expect(expected.filter((id) => !written.has(id))).toEqual([])
    // Beside these: four accounts of Telegram Desktop, and six files to repair.
    expect(summaries.filter(({ format }) => format !== null)).toHaveLength(SESSIONS + 10)
  })

  it('has files that can be read and should be repaired', () => {
    const odd = summaries.filter(({ format, path }) => format !== null && path?.includes('inbox'))
    const codes = odd.map(({ name, problems }) => [name, problems.map(({ code }) => code).join(' ')])
    expect(Object.fromEntries(codes)).toEqual({
      forum_fix_bot: 'telethon.swapped-columns',
      from_a_panel_bot: 'telethon.stray-table',
      half_upgraded_bot: 'pyrogram.missing-table',
      lost_a_table_bot: 'telethon.missing-table',
      patched_by_hand_bot: 'telethon.extra-column',
      wrong_number_bot: 'telethon.interrupted-upgrade',
    })
  })

  it('has what a real folder has: many peers, a write-ahead log, open permissions, broken files', () => {
    expect(Math.max(...summaries.map(({ peers }) => peers ?? 0))).toBe(50_000)
    const files = filesOf(folder)
    expect(files.filter((path) => path.endsWith('.session-wal'))).toHaveLength(1)
    if (process.platform !== 'win32') {
      expect(
        files.filter(
          (path) => /session$|txt$/.test(path) && !/SAMPLE|README/.test(path) && statSync(path).mode & 0o044,
        ),
      ).toHaveLength(1)
    }
    const unreadable = summaries.filter(({ format }) => format === null)
    expect(unreadable.map(({ name }) => name).sort()).toEqual(['empty', 'half_copied', 'noise', 'something_else'])
  })

  it('keeps the rows of the WAL-mode file in its log alone', async () => {
    const [wal] = filesOf(folder).filter((path) => path.endsWith('-wal'))
    const main = (wal ?? '').slice(0, -'-wal'.length)
    const alone = readSqliteBytes(readFileSync(main), main)
    const schema = await alone.schema()
    alone.close()
    const tables = formats.filter((format): format is TablesFormat => format.medium === 'tables')
    expect(tables.some((format) => format.detect(schema))).toBe(false)
    expect(summaries.find(({ path }) => path === main)?.format).not.toBeNull()
  })

  it('is the same for the same seed', async () => {
    const again = await library()
    const digest = (root: string) =>
      filesOf(root).map((path) => [path.slice(root.length), readFileSync(path).toString('base64')])
    // A log has a random salt, and what is encrypted too.
    const isSettled = ([name]: string[]) => !/-wal$|dotnet|tdata|\.dat$/.test(name ?? '')
    const changed = (one: string[][], other: string[][]) =>
      one.filter((file, index) => isSettled(file) && String(file) !== String(other[index])).map(([name]) => name)
    expect(filesOf(again).map((path) => path.slice(again.length))).toEqual(
      filesOf(folder).map((path) => path.slice(folder.length)),
    )
    expect(changed(digest(again), digest(folder))).toEqual([])
  })
})
