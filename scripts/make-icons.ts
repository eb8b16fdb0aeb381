import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright'
import { projectRoot } from './build-if-stale.ts'
import { CHROMIUM_MISSING, findChromium } from './chromium.ts'

/** Draws resources/icon.svg in every size that is packaged: `node_modules/.bin/node scripts/make-icons.ts`. */
const SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024]

const executablePath = findChromium()
if (executablePath === null) throw new Error(CHROMIUM_MISSING)
const resources = join(projectRoot, 'resources')
const drawing = readFileSync(join(resources, 'icon.svg'), 'utf8')
const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })
const page = await browser.newPage()
for (const size of SIZES) {
  await page.setViewportSize({ width: size, height: size })
  await page.setContent(
    `<style>html,body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${drawing}`,
  )
  writeFileSync(join(resources, 'icons', `${size}x${size}.png`), await page.screenshot({ omitBackground: true }))
}
await browser.close()
