import { addLibrary } from '../commands/add-source.ts'
import { choosePassphrase, PASSPHRASE } from '../commands/passphrase.ts'
import { openSession, sessionRow } from '../commands/session.ts'
import { expect, test } from '../support/test.ts'

test('locking leaves nothing of the list behind', async ({ app }) => {
  await addLibrary(app)
  await openSession(app, /shop/)
  await app.page.getByRole('button', { name: 'Lock' }).click()
  await choosePassphrase(app)
  const { page } = app
  await expect(page.getByRole('button', { name: 'Unlock' })).toBeVisible()
  expect(await page.content()).not.toContain('0fd5c3')
  expect(await page.content()).not.toContain('shop')
  if (app.kind === 'headless') {
    await page.getByRole('textbox', { name: 'Passphrase' }).fill('not the passphrase')
    await page.getByRole('button', { name: 'Unlock' }).click()
    await expect(page.getByText('This is not the right passphrase.').first()).toBeVisible({ timeout: 20_000 })
    await page.getByRole('textbox', { name: 'Passphrase' }).fill(PASSPHRASE)
  }
  await page.getByRole('button', { name: 'Unlock' }).click()
  await expect(sessionRow(app, /shop/)).toBeVisible({ timeout: 20_000 })
})
