import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator } from '@playwright/test'
import { addLibrary } from '../commands/add-source.ts'
import { choose } from '../commands/import-text.ts'
import { openSession, sessionRow } from '../commands/session.ts'
import { expect, type StoryApp, test } from '../support/test.ts'

/** Opens the conversion of a session and answers its dialog. */
async function startConversion(app: StoryApp, name: RegExp): Promise<Locator> {
  const detail = await openSession(app, name)
  await detail.getByRole('button', { name: 'Convert…' }).click()
  const dialog = app.page.getByRole('dialog')
  await expect(dialog.getByRole('region', { name: /leaves behind/ })).toBeVisible()
  return dialog
}

async function savePlain(dialog: Locator, path: string, field: 'File' | 'Folder'): Promise<void> {
  await dialog.getByRole('button', { name: /^Save/ }).click()
  await dialog.getByLabel(/Encrypt with a passphrase/).uncheck()
  await dialog.getByLabel(field, { exact: true }).fill(path)
  await dialog.getByLabel(/in plain all the same/).check()
  await dialog.getByRole('button', { name: /^Save plain/ }).click()
  await expect(dialog.getByText('Saved 1 session')).toBeVisible()
  await dialog.getByRole('button', { name: 'Done' }).click()
}

test('a Telethon file becomes a ferogram file with its peers and update states', async ({ app }) => {
  await addLibrary(app)
  const dialog = await startConversion(app, /shop/)
  await dialog.getByRole('radiogroup', { name: 'Library' }).getByText('ferogram').click()
  await expect(
    dialog
      .getByText('Names of peers')
      .or(dialog.getByText(/User id of the account/))
      .first(),
  ).toBeVisible()
  const path = join(app.libraryDir, 'shop-ferogram.session')
  await savePlain(dialog, path, 'File')
  const row = sessionRow(app, /shop-ferogram/)
  await expect(row).toContainText('ferogram')
  await expect(row).toContainText('40')
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('a Telethon file becomes a tdata folder with a passcode, which is asked for to open it', async ({ app }) => {
  app.guardText('hunter22')
  await addLibrary(app)
  const dialog = await startConversion(app, /shop/)
  await dialog.getByRole('radiogroup', { name: 'Library' }).getByText('More…').click()
  await choose(app, dialog.getByRole('combobox', { name: 'Format' }), /tdata/)
  await dialog.getByText('Options', { exact: true }).click()
  await app.allowSecrets(async () => {
    await dialog.getByLabel('Local passcode', { exact: true }).fill('hunter22')
    await savePlain(dialog, join(app.libraryDir, 'tdata'), 'Folder')
  })
  const folder = join(app.libraryDir, 'tdata')
  expect(readdirSync(folder)).toContain('key_datas')
  if (process.platform !== 'win32') expect(statSync(folder).mode & 0o777).toBe(0o700)

  await sessionRow(app, /tdata/).first().click()
  const detail = app.page.getByRole('complementary', { name: 'Session' })
  await detail.getByRole('button', { name: 'Open it…' }).click()
  const asked = app.page.getByRole('dialog', { name: /Open/ })
  const field = asked.getByLabel('Local passcode', { exact: true })
  await app.allowSecrets(async () => {
    await field.fill('wrong')
    await asked.getByRole('button', { name: 'Open', exact: true }).click()
    await expect(asked.getByRole('alert')).toContainText(/passcode/i)
    await field.fill('hunter22')
    await asked.getByRole('button', { name: 'Open', exact: true }).click()
    await asked.waitFor({ state: 'hidden' })
  })
  await expect(app.page.getByRole('grid').getByRole('row', { name: /494642185/ })).toHaveCount(2)
})

test('a damaged file is examined and a clean copy written beside it', async ({ app }) => {
  app.library.add('telethon/migrated-from-json.session', 'migrated.session')
  await addLibrary(app)
  const detail = await openSession(app, /migrated/)
  await detail.getByRole('button', { name: 'Examine and repair…' }).click()
  const dialog = app.page.getByRole('dialog', { name: /Examine/ })
  await expect(dialog.getByRole('heading', { name: 'What is wrong' })).toBeVisible()
  await expect(dialog.getByText('goes away').first()).toBeVisible()
  await dialog.getByRole('button', { name: 'Write a repaired copy' }).click()
  await expect(app.page.getByRole('dialog', { name: /repaired copy is written/ })).toBeVisible()
  expect(existsSync(join(app.libraryDir, 'migrated repaired.session'))).toBe(true)
})
