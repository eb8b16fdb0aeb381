import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildIfStale, projectRoot } from '../scripts/build-if-stale.ts'
import type { ScannedFile } from '../src/main/sources/scan-types.ts'
import { createPool } from '../src/main/sources/pool.ts'
import { createScanner } from '../src/main/sources/scanner.ts'
import { asRatio, inMs, median, report } from './row.ts'
import { longestStallMs } from './thread-stall.ts'

/** Ten thousand session files: read with nothing known, then again with everything known. */
const FILES = 10_000
const FOLDERS = 50
const ROUNDS = 5

// The worker threads run what is shipped: loading it from sources would take the time of compiling it.
await buildIfStale({ announce: true })
const folder = mkdtempSync(join(tmpdir(), 'deck-bench-scan-'))
const root = join(folder, 'root')
process.stderr.write(`writing ${FILES} files\n`)
const paths = writeFiles()
const trash = (): never => {
  throw new Error('nothing is deleted here')
}
let stallMs = 0
try {
  const reads: number[] = []
  const stats: number[] = []
  const colds: number[] = []
  const starts: number[] = []
  const seconds: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    reads.push(await timed(() => paths.forEach((path) => readFileSync(path))))
    stats.push(await timed(() => paths.forEach((path) => statSync(path))))
    const scanner = createScanner({
      pool: createPool(join(projectRoot, 'out/main')),
      scratch: join(folder, 'scratch'),
      trash,
    })
    const found: ScannedFile[] = []
    starts.push(await timed(() => scan(scanner, new Map(), [])))
    colds.push(await timed(() => scan(scanner, new Map(), found)))
    const sessions = found.flatMap((file) => file.summaries).filter((summary) => summary.format !== null)
    if (sessions.length !== FILES) throw new Error(`found ${sessions.length} sessions of ${FILES}`)
    const known = new Map(found.map((file) => [file.key, file.signature]))
    const changed: ScannedFile[] = []
    seconds.push(await timed(() => scan(scanner, known, changed)))
    if (changed.length > 0) throw new Error(`${changed.length} files seem to have changed`)
    // A scan of its own: watching the loop costs time.
    stallMs = Math.max(stallMs, await longestStallMs(() => scan(scanner, new Map(), [])))
    await scanner.close()
  }
  const versus = (name: string, values: number[], baselineName: string, baselines: number[], limit: number): void => {
    const ratio = median(values) / median(baselines)
    report({
      name,
      value: inMs(median(values)),
      baselineName,
      baseline: inMs(median(baselines)),
      ratio: asRatio(ratio),
      target: `≤ ${limit}×`,
      met: ratio <= limit,
    })
  }
  const read = 'reading the same bytes in one thread'
  versus(`scan of ${FILES} files, nothing known`, colds, read, reads, 4)
  versus('the same with the worker threads to be started', starts, read, reads, 4)
  versus('second scan, everything known', seconds, 'stat of the same files', stats, 2)
  report({
    name: 'longest stall of the process while scanning (its own processor time)',
    value: inMs(stallMs),
    target: '≤ 50 ms',
    met: stallMs <= 50,
  })
} finally {
  rmSync(folder, { recursive: true })
}

async function scan(
  scanner: ReturnType<typeof createScanner>,
  known: ReadonlyMap<string, string>,
  found: ScannedFile[],
): Promise<void> {
  await scanner.scan(root, {
    known,
    signal: new AbortController().signal,
    onFiles: (files) => found.push(...files),
    onUnchanged: () => undefined,
    onProgress: () => undefined,
  })
}

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** Copies of the golden Telethon and Pyrogram files, as they come: some with peers, some without. */
function writeFiles(): string[] {
  const golden = ['fixtures/telethon', 'fixtures/pyrogram/files'].flatMap((place) =>
    readdirSync(place)
      .filter((name) => /^(schema[5-8]|v3|kurigram)[^/]*\.session$/.test(name) && !name.includes('state-only'))
      .map((name) => readFileSync(join(place, name))),
  )
  return Array.from({ length: FILES }, (_, index) => {
    const place = join(root, `folder-${index % FOLDERS}`)
    if (index < FOLDERS) mkdirSync(place, { recursive: true })
    const path = join(place, `account-${index}.session`)
    writeFileSync(path, golden[index % golden.length] ?? '')
    return path
  })
}
