import { randomBytes } from 'node:crypto'
import type { Browser, Page } from '@playwright/test'
import { expect, test } from '../support/test.ts'
import { createWatchers } from '../support/watchers.ts'

// The watchers themselves, on a page of their own: every other story relies on them. The same over every shell, so
// they run in one project alone.

const SPELLINGS: Readonly<Record<string, (key: Buffer) => string>> = {
  hex: (key) => key.toString('hex'),
  'upper-case hex': (key) => key.toString('hex').toUpperCase(),
  base64: (key) => key.toString('base64'),
  'url-safe base64 behind other bytes': (key) => Buffer.concat([Buffer.alloc(7), key]).toString('base64url'),
  'a list of numbers': (key) => JSON.stringify([...key]),
  'the last half': (key) => key.subarray(128).toString('hex'),
}

for (const [name, spell] of Object.entries(SPELLINGS)) {
  test(`a key as ${name} does not go unseen`, async ({ window: browser }) => {
    const page = await pageOf(browser)
    const watchers = createWatchers()
    const key = randomBytes(256)
    watchers.guard([key])
    await watchers.prepare(page)
    await page.setContent(`<input value="${spell(key)}">`)
    await expect(watchers.finish(page)).rejects.toThrow('a secret in the page')
    await page.close()
  })
}

test('a key in the console does not go unseen; where it is allowed, it may show', async ({ window: browser }) => {
  const page = await pageOf(browser)
  const key = randomBytes(256)
  const [strict, lenient] = [createWatchers(), createWatchers()]
  for (const watchers of [strict, lenient]) {
    watchers.guard([key])
    await watchers.prepare(page)
  }
  const shown = page.waitForEvent('console')
  await lenient.allowSecrets(async () => {
    await page.evaluate((text: string) => globalThis.console.log(text), key.toString('base64'))
    await shown
  })
  await expect(strict.finish(page)).rejects.toThrow('a secret in the console')
  await lenient.finish(page)
  await page.close()
})

test('an error in the console fails a story, unless the story expects it', async ({ window: browser }) => {
  const page = await pageOf(browser)
  const [strict, lenient] = [createWatchers(), createWatchers()]
  lenient.allowConsole(/expected/)
  for (const watchers of [strict, lenient]) await watchers.prepare(page)
  const shown = page.waitForEvent('console')
  await page.evaluate(() => globalThis.console.error('expected'))
  await shown
  await expect(strict.finish(page)).rejects.toThrow('console: expected')
  await lenient.finish(page)
  await page.close()
})

function pageOf(browser: Browser | null): Promise<Page> {
  if (browser === null) throw new Error('no browser')
  return browser.newPage()
}
