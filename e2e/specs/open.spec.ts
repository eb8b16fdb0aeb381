import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '../support/test.ts'

test.describe('a path on the command line', () => {
  test.use({ startArgs: [['{library}'], { scope: 'test' }] })

  test('is offered for import', async ({ app }) => {
    const dialog = app.page.getByRole('dialog', { name: /Import sessions/ })
    await expect(dialog.getByText('Found 2 sessions')).toBeVisible()
    await expect(dialog.getByText('494642185')).toBeVisible()
  })
})

test('files dropped on the window are read and offered for import', async ({ app }) => {
  test.skip(app.kind !== 'headless', 'only a browser drops files without a path; the desktop shell asks for the path')
  await app.page.getByText('Add a folder').waitFor()
  const bytes = readFileSync(join(app.libraryDir, 'shop.session')).toString('base64')
  // What the browser gives a page when a person lets go of a file: an object without a path.
  await app.page.evaluate(
    `(() => {
      const bytes = Uint8Array.from(atob('${bytes}'), (char) => char.charCodeAt(0))
      const transfer = new DataTransfer()
      transfer.items.add(new File([bytes], 'dropped.session'))
      for (const type of ['dragenter', 'dragover', 'drop'])
        document.querySelector('main').dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }))
    })()`,
  )
  const dialog = app.page.getByRole('dialog', { name: /Import sessions/ })
  await expect(dialog.getByText('494642185')).toBeVisible()
})

test('the menu reaches what the window can do', async ({ app }) => {
  test.skip(app.kind === 'headless', 'a browser window has no menu of ours')
  await app.page.getByText('Add a folder').waitFor()
  await app.clickMenu('import')
  await expect(app.page.getByRole('dialog', { name: /Import sessions/ })).toBeVisible()
  await app.page.keyboard.press('Escape')
  await app.clickMenu('add-source')
  await expect(app.page.getByRole('dialog', { name: /Add a source/ })).toBeVisible()
})
