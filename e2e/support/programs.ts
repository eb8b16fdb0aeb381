import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from '@playwright/test'
import { VIEWPORT } from './shell.ts'

export const projectRoot = join(import.meta.dirname, '../..')

const STOP_WITHIN_MS = 10_000

/** A page of its own context, as a fresh browser would be. */
export async function newPage(
  browser: Browser,
  prepare: (page: Page) => Promise<void>,
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport: VIEWPORT, reducedMotion: 'reduce', acceptDownloads: true })
  const page = await context.newPage()
  await prepare(page)
  return { context, page }
}

/** Asks a program to end. @throws Error when it does not, or ends with a code other than 0 */
export async function endProgram(child: ChildProcess, said: () => string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
    await exited
    clearTimeout(late)
  }
  if (child.exitCode !== 0) throw new Error(`the program ended with ${child.exitCode ?? child.signalCode}: ${said()}`)
}
