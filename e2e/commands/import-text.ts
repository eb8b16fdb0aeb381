import type { Locator } from '@playwright/test'
import type { StoryApp } from '../support/test.ts'

/** Pastes text into the import dialog and answers the dialog with what was found. */
export async function pasteStrings(app: StoryApp, text: string): Promise<Locator> {
  await app.page.getByRole('button', { name: 'Import', exact: true }).first().click()
  const dialog = app.page.getByRole('dialog', { name: /Import sessions/ })
  const field = dialog.getByLabel('String sessions')
  await app.allowSecrets(async () => {
    await field.fill(text)
    await dialog.getByRole('button', { name: 'Read' }).click()
    await dialog.getByRole('list', { name: 'Sessions found' }).waitFor()
  })
  return dialog
}

/** Chooses one of a select's options by its words. */
export async function choose(app: StoryApp, field: Locator, option: string | RegExp): Promise<void> {
  await field.click()
  await app.page.getByRole('option', { name: option }).first().click()
}
