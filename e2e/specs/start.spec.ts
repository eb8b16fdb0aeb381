import { expect, test } from '../support/test.ts'

test('the window opens on an empty deck', async ({ app }) => {
  await expect(app.page).toHaveTitle(/Session Deck/)
  await expect(app.page.getByRole('main')).toBeVisible()
})

test('the window opens again after a reload', async ({ app }) => {
  await expect(app.page.getByRole('main')).toBeVisible()
  await app.page.reload()
  await expect(app.page.getByRole('main')).toBeVisible()
})

test('the program starts again on its data', async ({ app }) => {
  await expect(app.page.getByRole('main')).toBeVisible()
  await app.restart()
  await expect(app.page.getByRole('main')).toBeVisible()
})
