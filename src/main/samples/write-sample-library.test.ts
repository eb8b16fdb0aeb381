import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSqliteBytes } from '../backends/sqlite.ts'
import type { TablesFormat } from '../formats/format.ts'
import { formats } from '../formats/registry.ts'
import { probeFile } from '../sources/probe.ts'
import type { SessionSummary } from '../sources/session-store.ts'
import { writeSampleLibrary } from './write-sample-library.ts'

const NOW_SECONDS = 1_775_000_000
const SESSIONS = 60
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

async function summariesOf(folder: string): Promise<SessionSummary[]> {
  const summaries: SessionSummary[] = []
  for (const path of filesOf(folder)) {
    if (path.endsWith('-wal')) continue
    const target = { path, key: path, sizeBytes: statSync(path).size, hasCompanions: true }
    summaries.push(...(await probeFile(target)))
  }
  return summaries
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
    expect(summaries.filter(({ format }) => format !== null)).toHaveLength(SESSIONS)
  })

  it('has what a real folder has: many peers, a write-ahead log, open permissions, broken files', () => {
    expect(Math.max(...summaries.map(({ peers }) => peers ?? 0))).toBe(50_000)
    const files = filesOf(folder)
    expect(files.filter((path) => path.endsWith('.session-wal'))).toHaveLength(1)
    if (process.platform !== 'win32') {
      expect(
        files.filter((path) => /session$|txt$/.test(path) && !path.includes('SAMPLE') && statSync(path).mode & 0o044),
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
    const settled = (entries: string[][]) => entries.filter(([name]) => !name?.endsWith('-wal'))
    expect(settled(digest(again))).toEqual(settled(digest(folder)))
  })
})
