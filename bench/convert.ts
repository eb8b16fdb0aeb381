import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { canWrite } from '../src/main/formats/format.ts'
import { formats } from '../src/main/formats/registry.ts'
import { writeTelethonFile } from './million-peers.ts'
import { asRatio, inMs, report } from './row.ts'

/**
 * A Telethon file of a million peers into every SQLite target, in processes of their own; against the `sqlite3` program
 * copying the rows of the result into another file with the same tables. Times are processor time of each process.
 */
const ROWS = 1_000_000
const FEW = 100_000
const MAX_GROWTH_MIB = 192

const folder = mkdtempSync(join(tmpdir(), 'deck-bench-convert-'))
try {
  const [million, few, warm] = [ROWS, FEW, 20_000].map((rows) => {
    const path = join(folder, `${rows}.session`)
    writeTelethonFile(path, rows)
    return path
  })
  for (const format of formats) {
    const variant = format.variants.findLast((one) => one.writable && one.carries.has('peers'))
    if (format.medium !== 'tables' || !canWrite(format) || !variant) continue
    process.stderr.write(`${format.label}\n`)
    const target = join(folder, 'target.db')
    const small = convert(few ?? '', format.id, variant.id, target, warm ?? '')
    rmSync(target)
    const large = convert(million ?? '', format.id, variant.id, target, warm ?? '')
    const baselineMs = copyWithSqlite3(target)
    rmSync(target)
    const rowsPerSecond = Math.round((ROWS / large.ms) * 1000)
    report({
      name: `a million peers into ${format.label} ${variant.id}: ${rowsPerSecond.toLocaleString('en-US')} rows/s`,
      value: inMs(large.ms),
      baselineName: 'sqlite3 copying the rows',
      baseline: inMs(baselineMs),
      ratio: asRatio(large.ms / baselineMs),
      target: '≤ 2×',
      met: large.ms <= 2 * baselineMs,
    })
    report({
      name: `growth of its memory meanwhile (with ${FEW.toLocaleString('en-US')} peers: ${inMib(small.growthKib)})`,
      value: inMib(large.growthKib),
      target: `≤ ${MAX_GROWTH_MIB} MiB`,
      met: large.growthKib <= MAX_GROWTH_MIB * 1024,
    })
  }
} finally {
  rmSync(folder, { recursive: true })
}

interface Measured {
  readonly ms: number
  readonly growthKib: number
}

function convert(from: string, formatId: string, variant: string, target: string, warm: string): Measured {
  const program = join(import.meta.dirname, 'convert-file.ts')
  const args = ['--expose-gc', program, from, formatId, variant, target, warm]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${formatId} failed: ${stderr}`)
  return JSON.parse(stdout) as Measured
}

/** Tables first, then rows, then indexes and triggers as they are in the file: what a person would do by hand. */
function copyWithSqlite3(from: string): number {
  const to = join(folder, 'copy.db')
  const ours = `name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY rowid`
  const db = new DatabaseSync(from, { readOnly: true })
  const ask = (sql: string): string[] =>
    db
      .prepare(sql)
      .all()
      .map(({ value }) => String(value))
  const schema = ask(`SELECT sql || ';' AS value FROM sqlite_master WHERE sql IS NOT NULL AND ${ours}`)
  const tables = ask(`SELECT name AS value FROM sqlite_master WHERE type = 'table' AND ${ours}`)
  db.close()
  const script = [
    '.timer on',
    'PRAGMA journal_mode = off;',
    'PRAGMA synchronous = off;',
    `ATTACH '${from}' AS source;`,
    'BEGIN;',
    ...schema,
    ...tables.map((name) => `INSERT INTO main."${name}" SELECT * FROM source."${name}";`),
    'COMMIT;',
  ].join('\n')
  const answer = sqlite3(to, script)
  rmSync(to)
  const seconds = [...answer.matchAll(/user ([\d.]+) sys ([\d.]+)/g)].map(
    ([, user, system]) => Number(user) + Number(system),
  )
  return 1000 * seconds.reduce((sum, one) => sum + one, 0)
}

function sqlite3(file: string, input: string): string {
  const { status, stdout, stderr } = spawnSync('sqlite3', [file], { input, encoding: 'utf8' })
  if (status !== 0) throw new Error(`sqlite3 failed: ${stderr}`)
  return stdout
}

function inMib(kib: number): string {
  return `${Math.max(0, Math.round(kib / 1024))} MiB`
}
