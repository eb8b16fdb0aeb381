import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Browser, chromium, type Page } from 'playwright'
import { startProgram } from '../bench/headless-program.ts'
import { writeDesktopFolders } from '../src/main/samples/desktop-folders.ts'
import { seededRandom } from '../src/main/samples/seeded-random.ts'
import { writeSampleLibrary } from '../src/main/samples/write-sample-library.ts'
import type { Client } from '../src/shared/contract/index.ts'
import type { SessionRow } from '../src/shared/contract/sessions.ts'
import { redisMissing, type RedisServer, startRedis } from '../test/support/servers/redis.ts'
import { buildIfStale, projectRoot } from './build-if-stale.ts'
import { CHROMIUM_MISSING, findChromium } from './chromium.ts'
import { startPictureTelegram } from './screenshot-logins.ts'

/**
 * `npm run screenshots`: makes docs/screenshots from the built app and a made-up library, the same each time.
 * `npm run screenshots -- 1600x1000 folder` makes them in another size, somewhere else.
 */
const VIEWPORT = sizeFrom(process.argv[2]) ?? { width: 1440, height: 900 }
const PASSPHRASE = 'made up for the pictures'
const SESSIONS = 200
const SEED = 20
const PICTURES = process.argv[3] ?? join(projectRoot, 'docs/screenshots')
const SCHEMES = ['light', 'dark'] as const

type Scheme = (typeof SCHEMES)[number]

await buildIfStale({ announce: true })
const executablePath = findChromium()
if (executablePath === null) throw new Error(CHROMIUM_MISSING)
mkdirSync(PICTURES, { recursive: true })
// Paths are in the pictures: always the same.
const folder = join(tmpdir(), 'session-deck-pictures')
const library = join(folder, 'sessions')
// Nobody's own programs show in the pictures.
const home = join(folder, 'home')
process.env['HOME'] = home
delete process.env['XDG_DATA_HOME']
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder)
const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
/** Ends what is still running, also when a picture failed. */
const running = new Set<() => Promise<void>>()
const browser = await chromium.launch({ executablePath, args: [...args, '--force-color-profile=srgb'] })
try {
  for (const scheme of SCHEMES) await takeEmpty(browser, scheme)
  for (const scheme of SCHEMES) await takeFull(browser, scheme)
  await takeStores(browser)
  await takeTelegram(browser)
} finally {
  for (const stop of running) await stop()
  await browser.close()
  rmSync(folder, { recursive: true, force: true })
}

function sizeFrom(text: string | undefined): { width: number; height: number } | null {
  const [width, height] = (text ?? '').split('x').map(Number)
  return width && height ? { width, height } : null
}

async function takeEmpty(inBrowser: Browser, scheme: Scheme): Promise<void> {
  const { page, stop } = await open(inBrowser, scheme, `empty-${scheme}`)
  await page.getByText('Add a folder').waitFor()
  await shoot(page, `welcome-${scheme}`)
  await stop()
}

async function takeFull(inBrowser: Browser, scheme: Scheme): Promise<void> {
  rmSync(library, { recursive: true, force: true })
  await writeSampleLibrary(library, { sessions: SESSIONS, seed: SEED })
  await fillHome()
  const { page, client, stop } = await open(inBrowser, scheme, `full-${scheme}`)
  await addLibrary(client)
  const rows = await allRows(client)
  await tag(client, rows)

  const onScreen = rows.slice(0, 18)
  const rich = onScreen
    .filter(({ updatedAt, test }) => updatedAt !== null && test !== true)
    .toSorted((a, b) => (b.peers ?? 0) - (a.peers ?? 0))
  const shown = rich.find(({ account, formatId }) => formatId === 'telethon.sqlite' && account?.username != null)
  await select(page, shown ?? rich[0])
  await shoot(page, `overview-${scheme}`)
  await takeFormats(page, scheme)
  await page.getByRole('navigation').getByText('All sessions').click()
  await sleep(600)
  await page.keyboard.press('Home')
  await select(page, shown ?? rich[0])

  await page.getByRole('tab', { name: 'Peers' }).click()
  await page.getByRole('complementary').getByRole('row').filter({ hasText: '@' }).nth(2).click()
  await shoot(page, `peers-${scheme}`)
  await page.getByRole('tab', { name: 'Overview' }).click()

  await page.getByRole('complementary').getByRole('button', { name: 'Export…' }).click()
  await page.getByRole('button', { name: 'Hold to show' }).waitFor()
  await shoot(page, `export-${scheme}`)
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await page.getByLabel('String sessions').fill(await strings())
  await page.getByRole('button', { name: 'Read', exact: true }).click()
  await page.getByText(/^Found/).waitFor()
  await shoot(page, `import-${scheme}`)
  await page.keyboard.press('Escape')

  await takeLocked(page, scheme)

  await page.getByRole('navigation').getByText('Needs attention').click()
  await page.getByRole('row', { name: /half_copied/ }).click()
  await page.getByRole('complementary').getByText('half_copied').first().waitFor()
  await shoot(page, `error-${scheme}`)

  await client.app.protect({ passphrase: PASSPHRASE })
  const old = rows.filter(({ status, sourceName }) => status === 'ok' && sourceName === 'archive').slice(0, 7)
  await client.sessions.delete({ refs: old.map(({ ref }) => ref) })
  await page.getByRole('navigation').getByText('Trash').click()
  await page.getByRole('button', { name: 'Restore' }).first().waitFor()
  if (scheme === 'light') await shoot(page, `trash-${scheme}`)

  await client.app.lock()
  await page.getByText('Session Deck is locked').waitFor()
  if (scheme === 'dark') await shoot(page, `lock-${scheme}`)
  await stop()
}

/** A shared store, where there is a Redis server to be started. Its port is another each time. */
async function takeStores(inBrowser: Browser): Promise<void> {
  if (redisMissing() !== null) return
  const redis = await startRedis({ password: PASSPHRASE.replaceAll(' ', '-') })
  running.add(redis.stop)
  await fillRedis(redis)
  for (const scheme of SCHEMES) {
    const { page, client, stop } = await open(inBrowser, scheme, `stores-${scheme}`)
    await client.app.protect({ passphrase: PASSPHRASE })
    await page.getByRole('button', { name: 'Add source' }).first().click()
    const dialog = page.getByRole('dialog', { name: /Add a source/ })
    await dialog.getByRole('radiogroup').getByText('Redis', { exact: true }).click()
    const address = `redis://:${PASSPHRASE.replaceAll(' ', '-')}@127.0.0.1:${redis.port}/0`
    await dialog.getByLabel('Address', { exact: true }).fill(address)
    await dialog.getByText('Filled in below').waitFor()
    await dialog.getByLabel('Name', { exact: true }).fill('bots on redis')
    await dialog.getByRole('button', { name: 'Test' }).click()
    await dialog.getByText(/Telethon sessions under/).waitFor()
    await shoot(page, `store-test-${scheme}`)
    await dialog.getByRole('button', { name: 'Add source' }).click()
    await page.getByText('24 sessions', { exact: true }).waitFor()
    await sleep(600)
    await page.getByRole('row', { name: /payments_porto/ }).click()
    await page.getByRole('complementary').getByText('Stored as').waitFor()
    await shoot(page, `store-${scheme}`)
    await stop()
  }
  running.delete(redis.stop)
  await redis.stop()
}

/** Checks, devices and new logins, with a Telegram on this machine. */
async function takeTelegram(inBrowser: Browser): Promise<void> {
  const logins = join(folder, 'bots')
  for (const scheme of SCHEMES) {
    const telegram = await startPictureTelegram(logins)
    running.add(telegram.close)
    const { page, client, stop } = await open(inBrowser, scheme, `telegram-${scheme}`)
    await client.app.protect({ passphrase: PASSPHRASE })
    await client.telegram.changeSettings({
      apiId: 4711,
      apiHash: createHash('md5').update(PASSPHRASE).digest('hex'),
      dcOverrides: [...telegram.endpoints].map(([dcId, place]) => ({ dcId, ...place })),
      serverKeys: [telegram.publicKeyPem],
    })
    await client.sources.add({ path: logins, name: 'bots' })
    await page.getByRole('row', { name: /shop_lisbon/ }).waitFor()
    await page.keyboard.press('ControlOrMeta+k')
    await page.getByRole('combobox').fill('check all')
    await page.keyboard.press('Enter')
    const asked = page.getByRole('dialog', { name: /^Check/ })
    await asked.getByText('What Telegram sees').waitFor()
    await shoot(page, `check-${scheme}`)
    await asked.getByRole('button', { name: /^Check/ }).click()
    await page.getByRole('dialog', { name: /^Checked/ }).waitFor({ timeout: 60_000 })
    await shoot(page, `check-results-${scheme}`)
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('row', { name: /news_lisbon/ }).click()
    await page.getByRole('complementary').getByRole('heading', { name: 'news_lisbon' }).waitFor()
    await shoot(page, `logins-${scheme}`)

    await page.getByRole('row', { name: /ada/ }).first().click()
    await page.getByRole('complementary').getByRole('button', { name: 'Devices…' }).click()
    const devices = page.getByRole('dialog', { name: /Devices of/ })
    await devices.getByRole('button', { name: 'Continue' }).click()
    await devices.getByText('iPhone 15 Pro').waitFor()
    await shoot(page, `devices-${scheme}`)
    await page.keyboard.press('Escape')

    await page
      .getByRole('complementary')
      .getByRole('button', { name: /^Log out/ })
      .click()
    await page.getByRole('dialog', { name: /Log out/ }).waitFor()
    await shoot(page, `log-out-${scheme}`)
    await page.keyboard.press('Escape')
    await stop()
    running.delete(telegram.close)
    await telegram.close()
  }
}

/** Sessions as telethon-session-redis keeps them, the same each time. */
async function fillRedis(redis: RedisServer): Promise<void> {
  const prefixes = ['telethon', 'bots:eu', 'bots:asia']
  const towns = ['lisbon', 'porto', 'faro']
  for (const [index, word] of ['shop', 'news', 'mirror', 'alerts', 'support', 'payments', 'digest', 'scan'].entries()) {
    for (const [place, town] of towns.entries()) {
      const base = `${prefixes[place]}:${word}_${town}`
      const id = 5_903_412_287 + index * 1_000_003 + place
      const key = createHash('shake256', { outputLength: 256 }).update(base).digest('base64')
      const session = {
        dc_id: place === 1 ? 4 : 2,
        server_address: place === 1 ? '149.154.167.91' : '149.154.167.51',
        port: 443,
        auth_key: key,
      }
      const peer = { id, hash: id, username: `${word}_${town}_bot`, phone: null, name: word }
      await redis
        .client()
        .mset(
          `${base}:sessions:${session.dc_id}`,
          JSON.stringify(session),
          `${base}:entities:0`,
          JSON.stringify({ ...peer, id: 0, hash: id }),
          `${base}:entities:${id}`,
          JSON.stringify(peer),
        )
    }
  }
}

/** What a conversion leaves behind, of the session that is shown; then sessions of many libraries. */
async function takeFormats(page: Page, scheme: Scheme): Promise<void> {
  const detail = page.getByRole('complementary')
  await detail.getByRole('button', { name: 'Convert…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radiogroup', { name: 'Library' }).getByText('Pyrogram').click()
  await dialog.getByRole('region', { name: /leaves behind/ }).waitFor()
  await shoot(page, `convert-${scheme}`)
  await page.keyboard.press('Escape')

  await page.getByRole('navigation').getByText('servers', { exact: true }).click()
  await page.getByRole('heading', { name: 'servers', exact: true }).waitFor()
  await sleep(600)
  await page.getByRole('button', { name: 'Updated', exact: true }).click()
  // The list stays at the session that is shown: from there to the first.
  await sleep(600)
  await page.locator('.session-row').first().click()
  await page.keyboard.press('Home')
  await sleep(600)
  await page
    .getByRole('row', { name: /ferogram|grammers|mtcute/ })
    .first()
    .click()
  await shoot(page, `formats-${scheme}`)
  await page.getByRole('button', { name: 'Name', exact: true }).click()
  await sleep(600)
}

/** A damaged session under examination, and folders of Telegram Desktop. */
async function takeLocked(page: Page, scheme: Scheme): Promise<void> {
  const detail = page.getByRole('complementary')
  await page.getByRole('navigation').getByText('Needs attention').click()
  await page.getByRole('row', { name: /forum_fix_bot/ }).click()
  await detail.getByRole('button', { name: 'Examine and repair…' }).click()
  await page.getByRole('heading', { name: 'What is wrong' }).waitFor()
  await shoot(page, `doctor-${scheme}`)
  await page.keyboard.press('Escape')

  await page.getByRole('navigation').getByText('personal', { exact: true }).click()
  // Rows of the view before would be taken for its own.
  await page.getByRole('heading', { name: 'personal', exact: true }).waitFor()
  await sleep(600)
  await page
    .getByRole('row', { name: /^Locked/ })
    .first()
    .click()
  await detail.getByRole('button', { name: 'Open it…' }).click()
  const asked = page.getByRole('dialog', { name: /Open/ })
  await asked.getByLabel('Local passcode', { exact: true }).fill('open sesam')
  await asked.getByRole('button', { name: 'Open', exact: true }).click()
  await asked.getByRole('alert').waitFor()
  await shoot(page, `passcode-${scheme}`)
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Import', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: /^Telegram Desktop/ }).waitFor()
  await shoot(page, `import-start-${scheme}`)
  await dialog.getByRole('button', { name: /^AyuGram/ }).click()
  await dialog.getByRole('list', { name: 'Sessions found' }).waitFor()
  await shoot(page, `import-tdata-${scheme}`)
  await page.keyboard.press('Escape')
}

/** Puts folders where Telegram Desktop and a fork of it keep theirs; one is locked. None is in the library. */
async function fillHome(): Promise<void> {
  rmSync(home, { recursive: true, force: true })
  const other = mkdtempSync(join(folder, 'other-'))
  await writeDesktopFolders(other, seededRandom(SEED + 2), Math.floor(Date.now() / 1000))
  for (const [origin, name] of [
    ['Telegram Desktop', 'TelegramDesktop'],
    ['old laptop', 'AyuGramDesktop'],
  ] as const) {
    cpSync(join(other, 'personal', origin, 'tdata'), join(home, '.local/share', name, 'tdata'), { recursive: true })
  }
}

async function open(inBrowser: Browser, colorScheme: Scheme, dataName: string) {
  const program = await startProgram(join(folder, dataName), join(folder, 'stall'))
  const context = await inBrowser.newContext({ viewport: VIEWPORT, colorScheme, reducedMotion: 'reduce' })
  const page = await context.newPage()
  await page.goto(program.link)
  const { client, close } = await program.connect()
  const stop = async () => {
    running.delete(stop)
    close()
    await context.close()
    await program.stop()
  }
  running.add(stop)
  return { page, client, stop }
}

/** Each folder of the library as a source of its own, and waits until all is read. */
async function addLibrary(client: Client): Promise<void> {
  for (const entry of readdirSync(library, { withFileTypes: true })) {
    if (entry.isDirectory()) await client.sources.add({ path: join(library, entry.name), name: entry.name })
  }
  while ((await client.sources.list()).some(({ state }) => state === 'scanning')) await sleep(50)
}

async function allRows(client: Client): Promise<readonly SessionRow[]> {
  const query = { view: { kind: 'all' as const }, search: '', filters: {}, offset: 0, limit: 500 }
  const { rows } = await client.sessions.list({ ...query, sort: { column: 'name', direction: 'asc' } })
  return rows
}

async function tag(client: Client, rows: readonly SessionRow[]): Promise<void> {
  for (const { ref, sourceName, name } of rows) {
    const tags = name.includes('staging') ? ['staging'] : sourceName === 'servers' ? ['production'] : []
    if (tags.length > 0) await client.sessions.annotate({ refs: [ref], addTags: tags })
  }
}

async function select(page: Page, row: SessionRow | undefined): Promise<void> {
  if (row === undefined) throw new Error('the sample library is empty')
  await page.getByRole('grid').getByText(row.name, { exact: true }).first().click()
  await page.getByRole('complementary').getByRole('heading', { name: row.name }).waitFor()
}

/** A few strings of the library, and one line that is none. */
async function strings(): Promise<string> {
  const files = readdirSync(join(library, 'strings')).slice(0, 3)
  const texts = files.map((name) => readFileSync(join(library, 'strings', name), 'utf8').trim())
  const other = mkdtempSync(join(folder, 'other-'))
  await writeSampleLibrary(other, { sessions: SESSIONS, seed: SEED + 1 })
  const unknown = readdirSync(join(other, 'strings')).slice(0, 4)
  const fresh = unknown.map((name) => readFileSync(join(other, 'strings', name), 'utf8').trim())
  return [...fresh.map((text) => `"${text}"`), ...texts.slice(0, 1), 'TELEGRAM_SESSION=see the vault'].join('\n')
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.mouse.move(VIEWPORT.width / 2, VIEWPORT.height - 4)
  await sleep(600)
  await page.screenshot({ path: join(PICTURES, `${name}.png`) })
  process.stdout.write(`${name}.png\n`)
}
