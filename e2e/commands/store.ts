import type { Locator } from '@playwright/test'
import { choosePassphrase } from './passphrase.ts'
import type { StoryApp } from '../support/test.ts'

/** Pastes as the keyboard does: the text is in the clipboard event alone, and the field decides what becomes of it. */
export async function paste(field: Locator, text: string): Promise<void> {
  await field.focus()
  await field.page().evaluate(`(() => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', ${JSON.stringify(text)})
    const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
    document.activeElement.dispatchEvent(event)
  })()`)
}

/** Opens the dialog for one kind of store. */
export async function startStore({ page }: StoryApp, kind: string): Promise<Locator> {
  await page.getByRole('button', { name: 'Add source' }).first().click()
  const dialog = page.getByRole('dialog', { name: /Add a source/ })
  await dialog.getByRole('radiogroup', { name: 'Kind of source' }).getByText(kind, { exact: true }).click()
  return dialog
}

/** Adds a store by its connection string, and sets a passphrase where its password needs one. */
export async function addStore(app: StoryApp, kind: string, address: string, name: string): Promise<void> {
  const dialog = await startStore(app, kind)
  await paste(dialog.getByLabel('Address', { exact: true }), address)
  await dialog.getByText('Filled in below').waitFor()
  await dialog.getByLabel('Name', { exact: true }).fill(name)
  await dialog.getByRole('button', { name: 'Add source' }).click()
  await choosePassphrase(app)
  await dialog.waitFor({ state: 'hidden' })
}

/** One entry of a source's menu in the sidebar. */
export async function sourceMenu({ page }: StoryApp, name: string, item: string): Promise<void> {
  await page.getByRole('navigation').getByText(name, { exact: true }).hover()
  await page.getByRole('button', { name: `Menu of ${name}` }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

/** Lets a store be written to, after what that means was read. */
export async function allowWriting(app: StoryApp, name: string): Promise<void> {
  await sourceMenu(app, name, 'Allow writing…')
  const dialog = app.page.getByRole('dialog', { name: /Allow writing/ })
  await dialog.getByLabel('I know which programs use it').check()
  await dialog.getByRole('button', { name: 'Allow writing' }).click()
  await dialog.waitFor({ state: 'hidden' })
}
