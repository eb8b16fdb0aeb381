import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { addLibrary } from '../commands/add-source.ts'
import { choosePassphrase } from '../commands/passphrase.ts'
import { openSession, sessionRow } from '../commands/session.ts'
import { expect, type StoryApp, test } from '../support/test.ts'

async function deleteSession(app: StoryApp, name: RegExp): Promise<void> {
  const detail = await openSession(app, name)
  await detail.getByRole('button', { name: 'Delete' }).click()
  const dialog = app.page.getByRole('dialog', { name: /Delete/ })
  await expect(dialog).toContainText('The login stays valid at Telegram')
  await dialog.getByRole('button', { name: 'Move to trash' }).click()
  await choosePassphrase(app)
  await expect(sessionRow(app, name)).toHaveCount(0)
}

test('a deleted file comes back as it was, by undo and from the trash', async ({ app }) => {
  await addLibrary(app)
  const path = join(app.libraryDir, 'news.session')
  const bytes = readFileSync(path)
  const { mode, mtimeMs } = statSync(path)

  await deleteSession(app, /news/)
  expect(existsSync(path)).toBe(false)
  await app.page.getByRole('button', { name: 'Undo' }).click()
  await expect(sessionRow(app, /news/)).toBeVisible()
  expect(readFileSync(path).equals(bytes)).toBe(true)
  expect(statSync(path).mode).toBe(mode)
  expect(Math.abs(statSync(path).mtimeMs - mtimeMs)).toBeLessThan(1)

  const detail = await openSession(app, /news/)
  await detail.getByRole('button', { name: 'Delete' }).click()
  await app.page.getByRole('button', { name: 'Move to trash' }).click()
  await expect(sessionRow(app, /news/)).toHaveCount(0)
  await app.page.getByRole('navigation').getByText('Trash').click()
  const trash = app.page.getByRole('region', { name: 'Trash' })
  await expect(trash.getByText('news', { exact: true })).toBeVisible()
  await trash
    .getByRole('button', { name: /Restore/ })
    .first()
    .click()
  await expect(trash.getByText('The trash is empty')).toBeVisible()
  expect(readFileSync(path).equals(bytes)).toBe(true)
})

test('the trash never writes over what lies there now', async ({ app }) => {
  await addLibrary(app)
  await deleteSession(app, /news/)
  app.library.add('telethon/schema6.session', 'news.session')
  const bytes = readFileSync(join(app.libraryDir, 'news.session'))
  await app.page.getByRole('navigation').getByText('Trash').click()
  await app.page
    .getByRole('region', { name: 'Trash' })
    .getByRole('button', { name: /Restore/ })
    .first()
    .click()
  await expect(
    app.page
      .getByRole('alert')
      .filter({ hasText: /already|lies there|exists/i })
      .first(),
  ).toBeVisible()
  expect(readFileSync(join(app.libraryDir, 'news.session')).equals(bytes)).toBe(true)
})
