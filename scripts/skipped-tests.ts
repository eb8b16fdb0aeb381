import type { Reporter, TestModule } from 'vitest/node'

/** Tells what was skipped and why, one line for each reason. Vitest takes a reporter from a default export alone. */
export default class SkippedTests implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = new Map<string, number>()
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const result = test.result()
        const note = result.state === 'skipped' ? result.note : undefined
        const reason = note || (/\(skipped: (.*?)\)(?: >|$)/s.exec(test.fullName)?.[1] ?? 'no reason given')
        const line = `${module.relativeModuleId}: ${reason.replaceAll(/\s+/g, ' ').slice(0, 300)}`
        counts.set(line, (counts.get(line) ?? 0) + 1)
      }
    }
    for (const [line, count] of counts) process.stdout.write(`Skipped ${count} in ${line}\n`)
  }
}
