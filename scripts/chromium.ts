import { existsSync } from 'node:fs'
import { chromium } from 'playwright'

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** A Chromium for the end-to-end tests: `CHROMIUM_PATH`, the system's, else the one that Playwright installed. */
export function findChromium(): string | null {
  const given = process.env['CHROMIUM_PATH']
  if (given) return existsSync(given) ? given : null
  const installed = [...USUAL_PLACES, chromium.executablePath()]
  return installed.find((path) => existsSync(path)) ?? null
}

export const CHROMIUM_MISSING =
  'Chromium is missing: the end-to-end tests cannot run. Install it (Debian: apt-get install chromium; elsewhere: ' +
  'npx playwright install chromium), or name one with CHROMIUM_PATH.'
