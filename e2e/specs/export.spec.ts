import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { addLibrary } from '../commands/add-source.ts'
import { openSession, openTab, sessionRow } from '../commands/session.ts'
import { expect, test } from '../support/test.ts'

const manifest = JSON.parse(
  readFileSync(new URL('../../fixtures/telethon/manifest.json', import.meta.url), 'utf8'),
) as {
  files: Record<string, { string_session: string }>
}
const shopString = manifest.files['schema7.session']?.string_session ?? ''

test('one string session is handed over behind a warning', async ({ app }) => {
  app.guardText(shopString)
  await addLibrary(app)
  const detail = await openSession(app, /shop/)
  await detail.getByRole('button', { name: 'Export…' }).click()
  const dialog = app.page.getByRole('dialog')
  await expect(dialog).toContainText('494642185')
  await expect(dialog).toContainText(/Whoever has this string is this account/)
  await expect(dialog).toContainText('Peers with their access hashes')
  await expect(dialog.getByText('40', { exact: true })).toBeVisible()

  const value = dialog.getByTestId('secret-value')
  await expect(value).toHaveText('')
  await app.allowSecrets(async () => {
    const hold = dialog.getByRole('button', { name: 'Hold to show' })
    await hold.focus()
    await app.page.keyboard.down('Space')
    await expect(value).toHaveText(shopString)
    await app.page.keyboard.up('Space')
    await expect(value).toHaveText('')
  })

  await app.allowSecrets(async () => {
    await dialog.getByRole('button', { name: /^Copy/ }).click()
    await expect(dialog.getByRole('button', { name: /^Copied/ })).toBeVisible()
    expect(await app.readClipboard()).toBe(shopString)
    await expect.poll(() => app.readClipboard(), { timeout: 15_000 }).not.toBe(shopString)
  })
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  const activity = await openTab(app, 'Activity')
  await expect(activity.getByText(/revealed|showed|shown/i).first()).toBeVisible()
  await expect(activity.getByText(/copied/i).first()).toBeVisible()
})

test('a Telethon file becomes a Pyrogram file with its peers, after asking for what it needs', async ({ app }) => {
  await addLibrary(app)
  const detail = await openSession(app, /shop/)
  await detail.getByRole('button', { name: 'Convert…' }).click()
  const dialog = app.page.getByRole('dialog')
  await dialog.getByRole('radiogroup', { name: 'Library' }).getByText('Pyrogram').click()
  await expect(dialog.getByText('Channel update states')).toBeVisible()
  await dialog.getByRole('radiogroup', { name: 'This account is a bot' }).getByText('No').click()
  await dialog.getByRole('button', { name: /^Save/ }).click()
  await dialog.getByLabel(/Encrypt with a passphrase/).uncheck()
  await dialog.getByLabel('File').fill(join(app.libraryDir, 'converted.session'))
  await dialog.getByLabel(/in plain all the same/).check()
  await dialog.getByRole('button', { name: 'Save plain, mode 0600' }).click()
  await expect(dialog.getByText('Saved 1 session')).toBeVisible()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(sessionRow(app, /converted/)).toContainText('Pyrogram')
  await expect(sessionRow(app, /converted/)).toContainText('40')
  if (process.platform !== 'win32') {
    expect(statSync(join(app.libraryDir, 'converted.session')).mode & 0o777).toBe(0o600)
  }
})

test('an encrypted export can be read by nobody without its passphrase', async ({ app }) => {
  app.guardText(shopString)
  await addLibrary(app)
  const detail = await openSession(app, /shop/)
  await detail.getByRole('button', { name: 'Export…' }).click()
  const dialog = app.page.getByRole('dialog')
  await dialog.getByText('353 characters').waitFor()
  await dialog.getByRole('button', { name: 'Save encrypted…' }).click()
  const path = join(app.libraryDir, 'shop.txt.age')
  await dialog.getByLabel('File').fill(path)
  await app.allowSecrets(async () => {
    await dialog.getByLabel('Passphrase', { exact: true }).fill('a long enough passphrase')
    await dialog.getByLabel(/again/i).fill('a long enough passphrase')
    await dialog.getByRole('button', { name: 'Save encrypted' }).click()
    await expect(dialog.getByText('Saved 1 session')).toBeVisible({ timeout: 30_000 })
  })
  const { Decrypter } = await import('age-encryption')
  const decrypter = new Decrypter()
  decrypter.addPassphrase('a long enough passphrase')
  expect((await decrypter.decrypt(readFileSync(path), 'text')).trim()).toBe(shopString)
  expect(readFileSync(path, 'latin1')).not.toContain(shopString.slice(20, 60))
})

test('a file that lies there is not overwritten unasked', async ({ app }) => {
  const path = join(app.libraryDir, 'taken.txt')
  writeFileSync(path, 'mine')
  await addLibrary(app)
  const detail = await openSession(app, /shop/)
  await detail.getByRole('button', { name: 'Export…' }).click()
  const dialog = app.page.getByRole('dialog')
  await dialog.getByText('353 characters').waitFor()
  await dialog.getByRole('button', { name: /^Save/ }).click()
  await dialog.getByLabel(/Encrypt with a passphrase/).uncheck()
  await dialog.getByLabel('File').fill(path)
  await dialog.getByLabel(/in plain all the same/).check()
  await dialog.getByRole('button', { name: 'Save plain, mode 0600' }).click()
  await expect(dialog.getByText(/already/i).first()).toBeVisible()
  expect(readFileSync(path, 'utf8')).toBe('mine')
})

test('many sessions are converted into a folder at once', async ({ app }) => {
  await addLibrary(app)
  await sessionRow(app, /shop/).click()
  await app.page.keyboard.press('ControlOrMeta+a')
  await app.page
    .getByRole('button', { name: /^Convert/ })
    .first()
    .click()
  const dialog = app.page.getByRole('dialog')
  await dialog.getByRole('radiogroup', { name: 'Library' }).getByText('Telethon').click()
  await expect(dialog.getByRole('button', { name: /^Save/ })).toBeEnabled()
  await dialog.getByRole('button', { name: /^Save/ }).click()
  const folder = join(app.dataDir, '..', 'converted')
  await dialog.getByLabel(/Encrypt with a passphrase/).uncheck()
  await dialog.getByLabel('Folder').fill(folder)
  await dialog.getByLabel(/in plain all the same/).check()
  await dialog.getByRole('button', { name: 'Save plain, mode 0600' }).click()
  await expect(dialog.getByText('Saved 2 sessions')).toBeVisible()
  expect(existsSync(join(folder, 'shop.session'))).toBe(true)
  expect(existsSync(join(folder, 'news.session'))).toBe(true)
})
