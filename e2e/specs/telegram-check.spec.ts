import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type LocalTelegram, startTelegram } from '../../test/support/telegram-server/start.ts'
import { addLibrary, addSource } from '../commands/add-source.ts'
import { sessionRow } from '../commands/session.ts'
import { addLogin, enterApp, openPalette, openTelegramSettings, replaceAddresses } from '../commands/telegram.ts'
import { seriousFindings } from '../support/axe.ts'
import { expect, test } from '../support/test.ts'

test.use({ files: [] })

let telegram: LocalTelegram

test.beforeEach(async () => {
  telegram = await startTelegram({ dcIds: [2, 4] })
  telegram.addAccount({ id: 42, isBot: false, firstName: 'Ada', lastName: 'Lovelace', username: 'ada' })
})
test.afterEach(() => telegram.close())

test('a selection is checked after all of it was said, and the dead ones are filtered', async ({ app }) => {
  const { page } = app
  addLogin(app, telegram, 'alive')
  addLogin(app, telegram, 'revoked', { state: 'revoked' })
  addLogin(app, telegram, 'banned', { state: 'banned', dcId: 4 })
  const asked = addLogin(app, telegram, 'signed-out', { state: 'unregistered' })
  await addLibrary(app)
  await expect(page.getByRole('contentinfo').getByText('Offline')).toBeVisible()
  await replaceAddresses(app, telegram)
  await expect(page.getByRole('contentinfo').getByText('Addresses replaced')).toBeVisible()

  await sessionRow(app, /alive/).click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.getByRole('toolbar', { name: 'Selected sessions' }).getByRole('button', { name: 'Check…' }).click()
  await enterApp(app, 'Save and go on')
  const dialog = page.getByRole('dialog', { name: /Check/ })
  await expect(dialog).toContainText('What Telegram sees')
  await expect(dialog).toContainText('4 of 4')
  await expect(dialog).toContainText('Data centres 2 and 4, directly')
  await expect(dialog).toContainText('Not Telegram’s own servers are asked')
  expect(telegram.stats.connections).toBe(0)
  await dialog.getByRole('button', { name: 'Check 4 logins' }).click()

  await expect(page.getByRole('dialog', { name: 'Checked 4 sessions' })).toBeVisible({ timeout: 30_000 })
  const results = page.getByRole('list', { name: 'Results of the check' })
  await expect(results.getByRole('listitem').filter({ hasText: 'revoked' })).toContainText('401 SESSION_REVOKED')
  await expect(results.getByRole('listitem').filter({ hasText: 'alive' })).toContainText('Signed in')
  expect(telegram.calls.filter(({ keyId }) => keyId === asked).map(({ method }) => method)).toEqual(['users.getUsers'])
  expect(telegram.stats.handshakes).toBe(0)

  await page.getByRole('button', { name: 'Show the dead ones' }).click()
  await expect(sessionRow(app, /revoked/)).toBeVisible()
  await expect(sessionRow(app, /banned/)).toContainText('Account banned')
  await expect(sessionRow(app, /alive/)).toBeHidden()
  await expect(page.getByRole('contentinfo').getByText('Offline')).toBeVisible()
})

test('a check goes on in the background, is paused and shown again from the foot of the window', async ({ app }) => {
  const { page } = app
  for (let index = 1; index <= 9; index += 1) addLogin(app, telegram, `bot-${index}`)
  await addLibrary(app)
  await replaceAddresses(app, telegram)
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('combobox').fill('check all')
  await page.keyboard.press('Enter')
  await enterApp(app, 'Save and go on')
  await page.getByRole('button', { name: 'Check 9 logins' }).click()
  await page.getByRole('button', { name: 'Go on in the background' }).click()
  const foot = page.getByRole('contentinfo')
  await foot.getByRole('button', { name: 'Pause: Checking 9 sessions' }).click()
  await foot.getByRole('button', { name: 'Checking 9 sessions', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'The check is paused' })
  await expect(dialog).toBeVisible()
  expect(await dialog.getByRole('listitem').count()).toBeLessThan(9)
  await dialog.getByRole('button', { name: 'Resume' }).click()
  await expect(page.getByRole('dialog', { name: 'Checked 9 sessions' })).toBeVisible({ timeout: 30_000 })
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(foot.getByText('Checking')).toBeHidden()
})

test('one session is logged out, and its twin in another place shows it too', async ({ app }) => {
  const { page } = app
  const authKey = randomBytes(256)
  const keyId = addLogin(app, telegram, 'bots/shop', { authKey })
  addLogin(app, telegram, 'bots/other')
  addLogin(app, telegram, 'backup/shop-copy', { authKey })
  await addSource(app, join(app.libraryDir, 'bots'), 'Bots')
  await addSource(app, join(app.libraryDir, 'backup'), 'Backup')
  await page.getByRole('navigation').getByText('All sessions').click()
  await replaceAddresses(app, telegram)
  await sessionRow(app, /shop(?!-copy)/).click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Log out at Telegram…' }).click()
  await enterApp(app, 'Save and go on')
  const dialog = page.getByRole('dialog', { name: /Log out .* at Telegram/ })
  await expect(dialog.getByRole('list', { name: 'Other copies of the key' })).toContainText('shop-copy in Backup')
  await expect(dialog).toContainText('This cannot be undone')
  await dialog.getByRole('button', { name: /^Log out/ }).click()
  await expect(page.getByRole('dialog', { name: 'Logged out 1 session' })).toBeVisible({ timeout: 30_000 })
  await page.getByRole('button', { name: 'Done' }).click()
  expect(telegram.stateOf(keyId)).toBe('unregistered')
  await page.getByRole('navigation').getByText('Backup', { exact: true }).click()
  await expect(sessionRow(app, /shop-copy/)).toContainText('Signed out')
  await page.getByRole('navigation').getByText('Bots', { exact: true }).last().click()
  await expect(sessionRow(app, /other/)).not.toContainText('Signed out')
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`asking Telegram keeps nobody out, ${colorScheme}`, async ({ app }) => {
    // Each of many states is looked at whole.
    test.slow()
    const { page } = app
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const check = async (where: string) => expect(await seriousFindings(page), where).toEqual([])
    addLogin(app, telegram, 'alive')
    addLogin(app, telegram, 'revoked', { state: 'revoked' })
    addLogin(app, telegram, 'unknown', { state: 'forgotten' })
    await addLibrary(app)
    await replaceAddresses(app, telegram)
    const settings = await openTelegramSettings(app)
    await check('settings')
    await expect(settings.getByRole('button', { name: 'Set the API id' })).toBeFocused()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'API id and hash' }).waitFor()
    await check('API id')
    await enterApp(app, 'Save')
    await settings.getByRole('button', { name: 'Add a proxy' }).click()
    await page.getByRole('dialog', { name: 'Add a proxy' }).waitFor()
    await check('proxy')
    await page.getByRole('button', { name: 'Cancel' }).click()
    await settings.getByRole('button', { name: 'Change addresses of data centres' }).click()
    await page.getByRole('dialog', { name: 'Addresses of data centres' }).waitFor()
    await check('addresses')
    await page.getByRole('button', { name: 'Cancel' }).click()
    await settings.getByRole('button', { name: 'Close' }).click()
    await settings.waitFor({ state: 'hidden' })
    // From here on by keyboard alone.
    await openPalette(page)
    await page.keyboard.type('check all')
    await page.keyboard.press('Enter')
    const plan = page.getByRole('button', { name: 'Check 3 logins' })
    await plan.waitFor()
    await check('plan')
    await plan.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('progressbar').waitFor()
    await check('running')
    await page.getByRole('dialog', { name: 'Checked 3 sessions' }).waitFor({ timeout: 30_000 })
    await check('results')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await check('list')
    await sessionRow(app, /alive/).click()
    await openPalette(page)
    await page.keyboard.type('log out at')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: /^Log out .* at Telegram/ }).waitFor()
    await check('log out one')
    // Enter alone ends nothing.
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    const several = page.getByRole('toolbar', { name: 'Selected sessions' })
    // The dialog that closed gives the focus back, which may be after the click.
    await expect(async () => {
      await sessionRow(app, /alive/).click()
      await page.keyboard.press('ControlOrMeta+a')
      await expect(several).toBeVisible({ timeout: 1000 })
    }).toPass()
    await several.getByRole('button', { name: 'Log out…' }).click()
    await page.getByRole('list', { name: 'Sessions to log out' }).waitFor()
    await check('log out several')
    expect(telegram.calls.filter(({ method }) => method === 'auth.logOut')).toEqual([])
  })
}
