import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { basename, join } from 'node:path'
import { type BenchRow, isBenchRow } from './row.ts'

/**
 * `npm run bench [name…]`: runs the measurements, each in a process of its own so that none warms up another, and prints
 * one table. A measurement is a file beside this one that prints one JSON row a line on standard output; what it says on
 * standard error (its progress) goes through.
 */
const NOT_MEASUREMENTS = new Set(['run', 'row'])

const known = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => basename(name, '.ts'))
  .filter((name) => !NOT_MEASUREMENTS.has(name) && !name.includes('-'))
const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  process.stderr.write(`There is no measurement ${unknown.join(', ')}. Known: ${known.join(', ')}\n`)
  process.exit(2)
}

const rows: BenchRow[] = []
const failed: string[] = []
for (const name of wanted.length > 0 ? wanted : known) {
  process.stderr.write(`— ${name}\n`)
  const file = join(import.meta.dirname, `${name}.ts`)
  const { status, stdout } = spawnSync(process.execPath, ['--expose-gc', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 16 * 1024 * 1024,
    encoding: 'utf8',
  })
  if (status !== 0) failed.push(name)
  rows.push(...rowsIn(stdout))
}
print(rows)
for (const name of failed) process.stderr.write(`${name} failed\n`)
process.exitCode = failed.length > 0 ? 1 : 0

function rowsIn(output: string): BenchRow[] {
  return output.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return []
    const row: unknown = JSON.parse(line)
    return isBenchRow(row) ? [row] : []
  })
}

function print(measured: readonly BenchRow[]): void {
  const gib = Math.round(totalmem() / 1024 ** 3)
  const lines = [
    `Node ${process.versions.node}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${gib} GiB, ${process.platform}`,
    '',
    '| measured | value | against | baseline | ratio | target | |',
    '|---|---:|---|---:|---:|---|---|',
    ...measured.map((row) => {
      const cells = [row.name, row.value, row.baselineName ?? '', row.baseline ?? '', row.ratio ?? '', row.target ?? '']
      return `| ${cells.join(' | ')} | ${row.met === undefined ? '' : row.met ? 'met' : '**missed**'} |`
    }),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}
