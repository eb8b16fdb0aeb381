import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator } from '@playwright/test'
import { type Device, type LocalTelegram, startTelegram } from '../../test/support/telegram-server/start.ts'
import { addLibrary } from '../commands/add-source.ts'
import { choose } from '../commands/import-text.ts'
import { startNewSession } from '../commands/new-session.ts'
import { openSession, sessionRow } from '../commands/session.ts'
import { addLogin, enterApp, replaceAddresses } from '../commands/telegram.ts'
import { seriousFindings } from '../support/axe.ts'
import { expect, type StoryApp, test } from '../support/test.ts'

test.use({ files: [] })

const ADA = 42
/** Who the sessions say they are of, whatever the server says. */
const ACCOUNT_IN_FILES = '494642185'
const DAY_SECONDS = 86_400

let telegram: LocalTelegram

test.beforeEach(async () => {
  telegram = await startTelegram({ dcIds: [2, 4], allowHandshake: true })
  telegram.addAccount({
    id: ADA,
    isBot: false,
    firstName: 'Ada',
    lastName: 'Lovelace',
    username: 'ada',
    phone: '15550042',
  })
})
test.afterEach(() => telegram.close())

test.describe('the Devices list', () => {
  const iphone: Partial<Device> = {
    deviceModel: 'iPhone 15',
    platform: 'iOS',
    appName: 'Telegram iOS',
    officialApp: true,
  }

  /** Asks for it with one session and answers the dialog that shows it. */
  async function openDevices(app: StoryApp, name: RegExp): Promise<Locator> {
    const detail = await openSession(app, name)
    await detail.getByRole('button', { name: 'Devices…' }).click()
    const dialog = app.page.getByRole('dialog', { name: /Devices of/ })
    await expect(dialog).toContainText('this session’s own key')
    await dialog.getByRole('button', { name: 'Continue' }).click()
    await dialog.getByRole('list', { name: 'Devices' }).waitFor()
    return dialog
  }
  async function checkEverything({ page }: StoryApp): Promise<void> {
    await page.keyboard.press('ControlOrMeta+k')
    await page.getByRole('combobox').fill('check all')
    await page.keyboard.press('Enter')
    await page
      .getByRole('dialog', { name: /^Check/ })
      .getByRole('button', { name: /^Check/ })
      .click()
    await page.getByRole('dialog', { name: /^Checked/ }).waitFor({ timeout: 30_000 })
    await page.getByRole('button', { name: 'Done' }).click()
  }
  async function giveApp(app: StoryApp): Promise<void> {
    await app.page.keyboard.press('ControlOrMeta+k')
    await app.page.getByRole('combobox').fill('devices')
    await app.page.keyboard.press('Enter')
    await enterApp(app, 'Save and go on')
    await app.page
      .getByRole('dialog', { name: /Devices of/ })
      .getByRole('button', { name: 'Cancel' })
      .click()
  }

  test('another device is named and ended; its session answers as ended from then on', async ({ app }) => {
    const { page } = app
    addLogin(app, telegram, 'desk')
    const other = addLogin(app, telegram, 'pocket', { device: iphone })
    await addLibrary(app)
    await replaceAddresses(app, telegram)
    await openSession(app, /desk/)
    await giveApp(app)
    expect(telegram.stats.connections).toBe(0)

    const dialog = await openDevices(app, /desk/)
    const rows = dialog.getByRole('list', { name: 'Devices' }).getByRole('listitem')
    await expect(rows).toHaveCount(2)
    await expect(rows.first()).toContainText('This session')
    await expect(rows.nth(1)).toContainText('iPhone 15')
    await expect(rows.nth(1)).toContainText('Official app')
    await dialog.getByRole('button', { name: 'End iPhone 15' }).click()
    const question = page.getByRole('dialog', { name: 'End “iPhone 15”?' })
    await question.getByRole('button', { name: 'End it' }).click()
    await expect(dialog.getByRole('status').getByText('Ended “iPhone 15”.')).toBeVisible()
    await expect(rows).toHaveCount(1)
    await expect(dialog.getByRole('button', { name: 'Done' })).toBeFocused()
    expect(telegram.stateOf(other)).toBe('revoked')
    expect(telegram.stats.handshakes).toBe(0)

    await dialog.getByRole('button', { name: 'Done' }).click()
    await checkEverything(app)
    await expect(sessionRow(app, /pocket/)).toContainText('Ended elsewhere')
    await expect(sessionRow(app, /desk/)).toContainText('Signed in')
  })

  test('all others are ended once their own word is typed; the sessions known here are named and checked', async ({
    app,
  }) => {
    const { page } = app
    addLogin(app, telegram, 'desk')
    const known = addLogin(app, telegram, 'pocket', { device: iphone })
    const unknown = telegram.addLogin({
      authKey: randomBytes(256),
      accountId: ADA,
      device: { deviceModel: 'Elsewhere' },
    })
    await addLibrary(app)
    await replaceAddresses(app, telegram)
    await openSession(app, /desk/)
    await giveApp(app)
    await checkEverything(app)

    const dialog = await openDevices(app, /desk/)
    await dialog.getByRole('button', { name: 'End all other devices…' }).click()
    const question = page.getByRole('dialog', { name: 'End all other devices?' })
    await expect(question.getByRole('list', { name: 'Sessions that end' })).toContainText('pocket')
    const end = question.getByRole('button', { name: 'End all others' })
    await expect(end).toBeDisabled()
    await question.getByRole('textbox').fill(ACCOUNT_IN_FILES)
    await end.click()
    await expect(dialog.getByRole('status').getByText('All other devices were ended.')).toBeVisible()
    expect([telegram.stateOf(known), telegram.stateOf(unknown.keyId)]).toEqual(['revoked', 'revoked'])
    await dialog.getByRole('button', { name: 'Check this session…' }).click()
    await page
      .getByRole('dialog', { name: /^Check the/ })
      .getByRole('button', { name: /^Check/ })
      .click()
    await expect(page.getByRole('dialog', { name: /^Checked/ })).toContainText('Ended elsewhere', { timeout: 30_000 })
  })

  test('a login that is too young ends nothing, and the hour from which it may is told', async ({ app }) => {
    addLogin(app, telegram, 'young', { createdAt: Math.floor(Date.now() / 1000) - DAY_SECONDS / 2 })
    const other = addLogin(app, telegram, 'pocket', { device: iphone })
    await addLibrary(app)
    await replaceAddresses(app, telegram)
    await openSession(app, /young/)
    await giveApp(app)
    const dialog = await openDevices(app, /young/)
    await expect(dialog.getByText(/This login may end others from \d\d:\d\d to(day|morrow)\./).first()).toBeVisible()
    await dialog.getByRole('button', { name: 'End iPhone 15' }).click({ force: true })
    await expect(app.page.getByRole('dialog', { name: /^End/ })).toHaveCount(0)
    expect(telegram.stateOf(other)).toBe('ok')
  })
})

test('three bots are added by their tokens, one of them wrong', async ({ app }) => {
  const { page } = app
  const tokens = [43, 44, 45].map((id) => `${id}00000:${randomBytes(26).toString('base64url')}`)
  for (const [index, token] of tokens.entries()) {
    app.guardText(token)
    const id = 43 + index
    telegram.addAccount({ id, isBot: true, firstName: `Bot ${id}`, username: `shop_${id}_bot` })
    if (index !== 1) telegram.addBotToken(token, id)
  }
  await replaceAddresses(app, telegram)
  const dialog = await startNewSession(app, 'Bot tokens')
  await expect(dialog).toContainText('one more login beside those there are')
  const field = dialog.getByLabel('Tokens', { exact: true })
  await app.allowSecrets(async () => {
    await field.fill(`SHOP=${tokens[0]}\n"${tokens[1]}"\n${tokens[2]}\n`)
    await dialog.getByRole('button', { name: 'Sign in 3 bots' }).click()
    await page.getByRole('dialog', { name: /Sign(ing|ed) in/ }).waitFor()
  })
  const done = page.getByRole('dialog', { name: 'Signed in 2 of 3 bots' })
  await expect(done).toBeVisible({ timeout: 30_000 })
  const results = done.getByRole('list', { name: 'Results' }).getByRole('listitem')
  await expect(results.nth(0)).toContainText('Signed in as @shop_43_bot')
  await expect(results.nth(1)).toContainText('Telegram does not know this bot token.')
  await expect(results.nth(2)).toContainText('Signed in as @shop_45_bot')
  await done.getByRole('button', { name: 'Show in the list' }).click()
  await expect(sessionRow(app, /shop_43_bot/)).toBeVisible()
  await expect(sessionRow(app, /shop_45_bot/)).toBeVisible()
  const detail = await openSession(app, /shop_43_bot/)
  await detail.getByRole('button', { name: 'Devices…' }).click({ force: true })
  await expect(page.getByRole('alert').getByText('no list of devices for bots')).toBeVisible()
})

test('a login by QR code is confirmed on the phone and kept in the vault', async ({ app }) => {
  const { page } = app
  await replaceAddresses(app, telegram)
  const dialog = await startNewSession(app, 'QR code')
  await dialog.getByRole('button', { name: 'Show QR code' }).click()
  const code = page.getByRole('img', { name: /QR code/ })
  await expect(code).toBeVisible({ timeout: 30_000 })
  await expect(page.getByText(/New code in 0:\d\d/)).toBeVisible()
  telegram.acceptQr(ADA)
  const made = page.getByRole('dialog', { name: 'Signed in as @ada' })
  await expect(made).toContainText('Kept in the vault', { timeout: 30_000 })
  expect(telegram.loginsOf(ADA)).toHaveLength(1)
  await made.getByRole('button', { name: 'Show in the list' }).click()
  await expect(sessionRow(app, /ada/)).toBeVisible()
  await expect(page.getByRole('contentinfo').getByText('Offline')).toBeVisible()
})

test('a login by phone asks for the code and the password, and becomes a file', async ({ app }) => {
  const { page } = app
  const password = `horse ${randomBytes(6).toString('hex')}`
  app.guardText(password)
  await telegram.setPassword(ADA, password)
  await replaceAddresses(app, telegram)
  const dialog = await startNewSession(app, 'Phone')
  await dialog.getByLabel('Phone number', { exact: true }).fill('+1 555 0042')
  await choose(app, dialog.getByRole('combobox', { name: 'Keep it in' }), 'Another folder…')
  await dialog.getByLabel('Folder', { exact: true }).fill(app.libraryDir)
  const send = dialog.getByRole('button', { name: 'Send the code' })
  await expect(send).toBeDisabled()
  await choose(app, dialog.getByRole('combobox', { name: 'Format' }), /Telethon SQLite/)
  await send.click()

  const code = page.getByRole('dialog', { name: /the code/ })
  await expect(code).toContainText('in the Telegram app', { timeout: 30_000 })
  await code.getByLabel('Code').fill('99999')
  await page.keyboard.press('Enter')
  await expect(code).toContainText('This is not the code that Telegram sent.')
  await expect(code.getByLabel('Code')).toBeFocused()
  await page.keyboard.type('12345')
  await page.keyboard.press('Enter')

  const question = page.getByRole('dialog', { name: /the password/ })
  await question.waitFor()
  await app.allowSecrets(async () => {
    await question.getByRole('textbox', { name: 'Password' }).fill('wrong')
    await page.keyboard.press('Enter')
    await expect(question).toContainText('This is not the password of the account.')
    await question.getByRole('textbox', { name: 'Password' }).fill(password)
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Signed in as @ada' }).waitFor({ timeout: 30_000 })
  })
  await expect(page.getByRole('dialog')).toContainText(join(app.libraryDir, 'ada.session'))
  expect(readdirSync(app.libraryDir)).toContain('ada.session')
  expect(existsSync(join(app.libraryDir, 'ada.session-journal'))).toBe(false)
})

test('going back from a code ends the login', async ({ app }) => {
  const { page } = app
  await replaceAddresses(app, telegram)
  const dialog = await startNewSession(app, 'Phone')
  await dialog.getByLabel('Phone number', { exact: true }).fill('+1 555 0042')
  await dialog.getByRole('button', { name: 'Send the code' }).click()
  const code = page.getByRole('dialog', { name: /the code/ })
  await code.getByRole('button', { name: 'Back' }).click({ timeout: 30_000 })
  await expect(dialog.getByLabel('Phone number', { exact: true })).toHaveValue('+1 555 0042')
  await expect.poll(() => telegram.stats.open).toBe(0)
  expect(telegram.loginsOf(ADA)).toEqual([])
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByRole('button', { name: 'New session' })).toBeFocused()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`devices and new sessions keep nobody out, ${colorScheme}`, async ({ app }) => {
    // Each of many states is looked at whole.
    test.slow()
    const { page } = app
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const check = async (where: string) => expect(await seriousFindings(page), where).toEqual([])
    addLogin(app, telegram, 'desk')
    addLogin(app, telegram, 'pocket', { device: { deviceModel: 'iPhone 15', unconfirmed: true, officialApp: true } })
    await addLibrary(app)
    await replaceAddresses(app, telegram)

    const dialog = await startNewSession(app, 'QR code')
    await check('new session by QR code')
    await page.keyboard.press('ArrowRight')
    await dialog.getByLabel('Phone number', { exact: true }).fill('15550042')
    await dialog.getByText('Advanced').click()
    await check('new session by phone')
    await dialog.getByRole('button', { name: 'Send the code' }).click()
    const code = page.getByRole('dialog', { name: /the code/ })
    await code.getByLabel('Code').fill('1')
    await page.keyboard.press('Enter')
    await code.getByText('This is not the code').waitFor()
    await check('a wrong code')
    await code.getByRole('button', { name: 'Back' }).click()
    const ways = dialog.getByRole('radiogroup', { name: 'How to sign in' })
    await ways.getByText('QR code').click()
    await dialog.getByRole('button', { name: 'Show QR code' }).click()
    await page.getByRole('img', { name: /QR code/ }).waitFor()
    await check('the code to scan')
    await page.getByRole('button', { name: 'Back' }).click()
    await ways.getByText('Bot tokens').click()
    await dialog.getByLabel('Tokens', { exact: true }).fill('nothing of the kind')
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByText('There is no bot token in this line.').waitFor()
    await check('results of tokens')
    await page.getByRole('button', { name: 'Done' }).click()

    const detail = await openSession(app, /desk/)
    await detail.getByRole('button', { name: 'Devices…' }).click()
    await page.getByRole('button', { name: 'Continue' }).waitFor()
    await check('before the Devices list')
    await page.keyboard.press('Enter')
    await page.getByRole('list', { name: 'Devices' }).waitFor()
    await check('the Devices list')
    await page.getByRole('button', { name: 'End all other devices…' }).click()
    await page.getByRole('list', { name: 'Sessions that end' }).waitFor()
    await check('before all others are ended')
  })
}
