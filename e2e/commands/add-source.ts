import type { StoryApp } from '../support/test.ts'

/** Adds a folder or a file as a source by its path, and waits until its sessions show. */
export async function addSource({ page }: StoryApp, path: string, name?: string): Promise<void> {
  await page.getByRole('button', { name: 'Add source' }).first().click()
  const dialog = page.getByRole('dialog', { name: /Add a source/ })
  await dialog.getByLabel('Folder or file').fill(path)
  if (name !== undefined) await dialog.getByLabel('Name').fill(name)
  await dialog.getByRole('button', { name: 'Add source' }).click()
  await dialog.waitFor({ state: 'hidden' })
}

/** Adds the folder that the story begins with. */
export async function addLibrary(app: StoryApp): Promise<void> {
  await addSource(app, app.libraryDir, 'My bots')
  await app.page.getByRole('row').nth(1).waitFor()
}
