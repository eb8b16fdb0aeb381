import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildIfStale, projectRoot } from './build-if-stale.ts'
import { CHROMIUM_MISSING, findChromium } from './chromium.ts'

/**
 * `npm test`: builds, then runs unit tests, the end-to-end stories, the tests against real database servers, and those
 * with the libraries themselves, as far as servers and toolchains are here. What was skipped is told with its reason; the last line sums all up.
 * `npm test -- unit e2e` runs the suites named.
 */
interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const results = join(projectRoot, 'test-results')
const wanted = process.argv.slice(2)
interface Suite {
  readonly name: string
  /** `held`: what it prints is shown when it has ended. */
  run(output: 'shown' | 'held'): Promise<Counts>
}

/** One group after the other. The last two wait for servers and builds most of their time: they run side by side. */
const groups: readonly (readonly Suite[])[] = [
  [{ name: 'unit', run: (output) => runVitest('unit', ['node', 'web'], output) }],
  [{ name: 'e2e', run: runEndToEnd }],
  [
    { name: 'integration', run: (output) => runVitest('integration', ['integration'], output) },
    { name: 'interop', run: (output) => runVitest('interop', ['interop'], output) },
  ],
]

process.exitCode = await main()

async function main(): Promise<number> {
  const suites = groups.flat()
  const unknown = wanted.filter((name) => !suites.some((known) => known.name === name))
  if (unknown.length > 0) {
    process.stderr.write(`There is no suite ${unknown.join(', ')}; there are unit, e2e, integration and interop.\n`)
    return 2
  }
  rmSync(results, { recursive: true, force: true })
  mkdirSync(results, { recursive: true })
  const lines: string[] = []
  let sum: Counts = { passed: 0, failed: 0, skipped: 0 }
  try {
    await buildIfStale({ announce: true })
    for (const group of groups) {
      const chosen = group.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
      const ended = await Promise.all(chosen.map((suite, index) => timed(suite, index === 0 ? 'shown' : 'held')))
      for (const { line, counts } of ended) {
        lines.push(line)
        sum = add(sum, counts)
      }
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    sum = add(sum, { passed: 0, failed: 1, skipped: 0 })
  }
  process.stdout.write(`\n${[...lines, inWords(sum)].join('\n')}\n`)
  return sum.failed === 0 ? 0 : 1
}

async function timed({ name, run }: Suite, output: 'shown' | 'held'): Promise<{ line: string; counts: Counts }> {
  const startedAt = performance.now()
  const counts = await run(output)
  return { counts, line: `${name}: ${inWords(counts)} in ${Math.round((performance.now() - startedAt) / 1000)} s` }
}

async function runVitest(name: string, projects: readonly string[], output: 'shown' | 'held'): Promise<Counts> {
  const file = join(results, `${name}.json`)
  const args = [
    'run',
    ...projects.map((project) => `--project=${project}`),
    '--reporter=default',
    '--reporter=json',
    '--reporter=./scripts/skipped-tests.ts',
    `--outputFile.json=${file}`,
  ]
  const code = await node('vitest/vitest.mjs', args, {}, output)
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
  tellSkippedStories(report)
  const { expected, unexpected, flaky, skipped } = report.stats
  return atLeastOneFailure(code, { passed: expected + flaky, failed: unexpected + report.errors.length, skipped })
}

function tellSkippedStories(report: PlaywrightReport): void {
  const reasons = new Map<string, number>()
  for (const { projectName, annotations } of report.suites.flatMap(testsIn)) {
    const skip = annotations.find(({ type }) => type === 'skip')
    if (skip === undefined) continue
    const reason = `${projectName}: ${skip.description ?? 'no reason given'}`
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }
  for (const [reason, count] of reasons) process.stdout.write(`Skipped ${count}, ${reason}\n`)
}

function testsIn(suite: PlaywrightSuite): readonly PlaywrightTest[] {
  return [...suite.specs.flatMap(({ tests }) => tests), ...(suite.suites ?? []).flatMap(testsIn)]
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
  readonly suites: readonly PlaywrightSuite[]
}

interface PlaywrightSuite {
  readonly specs: readonly { readonly tests: readonly PlaywrightTest[] }[]
  readonly suites?: readonly PlaywrightSuite[]
}

interface PlaywrightTest {
  readonly projectName: string
  readonly annotations: readonly { readonly type: string; readonly description?: string }[]
}

/** A suite that ended badly has failed, whatever its report says. */
function atLeastOneFailure(code: number, counts: Counts): Counts {
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}

function add(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }
}

function inWords({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}

function node(
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
  output: 'shown' | 'held' = 'shown',
): Promise<number> {
  const child = spawn(process.execPath, [join(projectRoot, 'node_modules', program), ...args], {
    cwd: projectRoot,
    stdio: output === 'shown' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  const held: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => held.push(chunk))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    // After the last of what it printed.
    child.on('close', (code) => {
      process.stdout.write(Buffer.concat(held))
      resolve(code ?? 1)
    })
  })
}
