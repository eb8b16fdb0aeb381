import type { Locator } from '@playwright/test'
import type { StoryApp } from '../support/test.ts'

/** The row of a session in the list, by its name. */
export function sessionRow({ page }: StoryApp, name: string | RegExp): Locator {
  return page.getByRole('grid').getByRole('row', { name })
}

/** Selects one session and answers its detail. */
export async function openSession(app: StoryApp, name: string | RegExp): Promise<Locator> {
  await sessionRow(app, name).click()
  const detail = app.page.getByRole('complementary', { name: 'Session' })
  await detail.getByRole('tab', { name: 'Overview' }).waitFor()
  return detail
}

/** One tab of the open detail. */
export async function openTab({ page }: StoryApp, name: string): Promise<Locator> {
  await page.getByRole('tab', { name }).click()
  return page.getByRole('tabpanel')
}
