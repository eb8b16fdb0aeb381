import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildIfStale, projectRoot } from './build-if-stale.ts'
import { CHROMIUM_MISSING, findChromium } from './chromium.ts'

/**
 * `npm test`: builds, then runs unit and integration tests and the end-to-end stories. The last line sums them up.
 * `npm test -- unit` or `npm test -- e2e` runs one half.
 */
interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const results = join(projectRoot, 'test-results')
const wanted = process.argv.slice(2)
const suites: readonly [name: string, run: () => Promise<Counts>][] = [
  ['unit', runUnit],
  ['e2e', runEndToEnd],
]

process.exitCode = await main()

async function main(): Promise<number> {
  rmSync(results, { recursive: true, force: true })
  mkdirSync(results, { recursive: true })
  let sum: Counts = { passed: 0, failed: 0, skipped: 0 }
  try {
    await buildIfStale({ announce: true })
    for (const [name, run] of suites) if (wanted.length === 0 || wanted.includes(name)) sum = add(sum, await run())
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    sum = add(sum, { passed: 0, failed: 1, skipped: 0 })
  }
  process.stdout.write(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped\n`)
  return sum.failed === 0 ? 0 : 1
}

async function runUnit(): Promise<Counts> {
  const file = join(results, 'unit.json')
  const code = await node('vitest/vitest.mjs', [
    'run',
    '--project=node',
    '--project=web',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ])
  const report = readJson(file) as VitestReport | null
  if (report === null) return atLeastOneFailure(code, { passed: 0, failed: 1, skipped: 0 })
  // A file that could not even be loaded has no tests to count.
  const broken = report.testResults.filter((one) => one.status === 'failed' && one.assertionResults.length === 0).length
  return atLeastOneFailure(code, {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken,
    skipped: report.numPendingTests + report.numTodoTests,
  })
}

async function runEndToEnd(): Promise<Counts> {
  if (findChromium() === null) {
    process.stderr.write(`${CHROMIUM_MISSING}\n`)
    return { passed: 0, failed: 1, skipped: 0 }
  }
  const file = join(results, 'e2e.json')
  const code = await node('@playwright/test/cli.js', ['test', '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: file,
  })
  const report = readJson(file) as PlaywrightReport | null
  if (report === null) return atLeastOneFailure(code, { passed: 0, failed: 1, skipped: 0 })
  const { expected, unexpected, flaky, skipped } = report.stats
  return atLeastOneFailure(code, { passed: expected + flaky, failed: unexpected + report.errors.length, skipped })
}

interface VitestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[]
}

interface PlaywrightReport {
  readonly stats: { readonly [name in 'expected' | 'unexpected' | 'flaky' | 'skipped']: number }
  readonly errors: readonly unknown[]
}

/** A suite that ended badly has failed, whatever its report says. */
function atLeastOneFailure(code: number, counts: Counts): Counts {
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}

function add(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}

function node(program: string, args: readonly string[], env: Record<string, string> = {}): Promise<number> {
  const child = spawn(process.execPath, [join(projectRoot, 'node_modules', program), ...args], {
    cwd: projectRoot,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}
