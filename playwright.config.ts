import { defineConfig } from '@playwright/test'
import type { ShellOptions } from './e2e/support/test.ts'

/** About the watchers of the stories, not about a shell. */
const WATCHERS = '**/watchers.spec.ts'

/** The same stories over every shell. */
export default defineConfig<ShellOptions>({
  testDir: 'e2e/specs',
  outputDir: 'test-results/e2e',
  timeout: 60_000,
  expect: { timeout: 10_000 },
  fullyParallel: true,
  workers: 2,
  forbidOnly: process.env['CI'] !== undefined,
  // A shared runner can stall for seconds; what passes at the second try is reported as flaky.
  retries: process.env['CI'] === undefined ? 0 : 1,
  reporter: [['list']],
  projects: [
    { name: 'headless', use: { shellKind: 'headless' } },
    { name: 'double', use: { shellKind: 'double' }, testIgnore: WATCHERS },
    { name: 'electron', use: { shellKind: 'electron' }, testIgnore: WATCHERS },
  ],
})
