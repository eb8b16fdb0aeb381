import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { addLibrary } from '../commands/add-source.ts'
import { choose, pasteStrings } from '../commands/import-text.ts'
import { choosePassphrase, unlock } from '../commands/passphrase.ts'
import { openSession, sessionRow } from '../commands/session.ts'
import { pyrogramString, telethonStrings } from '../support/golden.ts'
import { expect, test } from '../support/test.ts'

const first = telethonStrings[0]?.string ?? ''
const second = telethonStrings[1]?.string ?? ''
const pyrogram = pyrogramString('s362-bot')

test('strings of several libraries are pasted at once and sealed in the vault', async ({ app }) => {
  for (const text of [first, second, pyrogram.string]) app.guardText(text)
  const dialog = await pasteStrings(
    app,
    `\n  "${first}"\n\n'${second.replaceAll('-', '+').replaceAll('_', '/')}',\n${pyrogram.string}=\nnot a session\n`,
  )
  const items = dialog.getByRole('list', { name: 'Sessions found' }).getByRole('listitem')
  await expect(items.filter({ hasText: 'Telethon' })).toHaveCount(2)
  await expect(items.filter({ hasText: pyrogram.userId })).toHaveCount(1)
  await dialog.getByRole('button', { name: 'Import 3 sessions' }).click()
  await choosePassphrase(app)
  await expect(dialog.getByText('Imported 3 sessions')).toBeVisible()
  await dialog.getByRole('button', { name: 'Done' }).click()

  await app.page.getByRole('navigation').getByText('Vault').click()
  await expect(app.page.getByRole('grid').getByRole('row')).toHaveCount(4)

  await app.restart()
  await unlock(app)
  await app.page.getByRole('navigation').getByText('Vault').click()
  await expect(app.page.getByRole('grid').getByRole('row')).toHaveCount(4)
})

test('a login that is there already is named', async ({ app }) => {
  await addLibrary(app)
  const dialog = await pasteStrings(app, first)
  await choose(app, dialog.getByRole('combobox', { name: 'Import into' }), /Memory/)
  await dialog.getByRole('button', { name: 'Import 1 session' }).click()
  await expect(dialog.getByText('Imported 1 session')).toBeVisible()
  await dialog.getByRole('button', { name: 'Import more' }).click()
  await app.allowSecrets(async () => {
    await dialog.getByLabel('String sessions').fill(first)
    await dialog.getByRole('button', { name: 'Read' }).click()
    await expect(dialog.getByText(/Already in/)).toBeVisible()
  })
})

test('a string becomes a file in a folder of mine', async ({ app }) => {
  await addLibrary(app)
  const dialog = await pasteStrings(app, first)
  await dialog.getByLabel(/^Name of/).fill('from-string')
  await choose(app, dialog.getByRole('combobox', { name: 'Import into' }), /My bots/)
  await choose(app, dialog.getByRole('combobox', { name: 'Format' }), /Telethon.*7/)
  await dialog.getByRole('button', { name: 'Import 1 session' }).click()
  await expect(dialog.getByText('Imported 1 session')).toBeVisible()
  await dialog.getByRole('button', { name: 'Done' }).click()
  const path = join(app.libraryDir, 'from-string.session')
  expect(readFileSync(path).subarray(0, 15).toString()).toBe('SQLite format 3')
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
  await openSession(app, /from-string/)
  await expect(sessionRow(app, /from-string/)).toContainText('SQLite 7')
})

test('rubbish is refused with a sentence', async ({ app }) => {
  await app.page.getByRole('button', { name: 'Import', exact: true }).first().click()
  const dialog = app.page.getByRole('dialog', { name: /Import sessions/ })
  await dialog.getByLabel('String sessions').fill(`${first.slice(0, 200)}\n`)
  await dialog.getByRole('button', { name: 'Read' }).click()
  await expect(
    dialog.getByText(/not a session|could not be read|No session was found|cut off|characters/i).first(),
  ).toBeVisible()
})
