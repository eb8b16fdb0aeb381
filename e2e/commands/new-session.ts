import type { Locator } from '@playwright/test'
import type { StoryApp } from '../support/test.ts'
import { enterApp } from './telegram.ts'

type Method = 'QR code' | 'Phone' | 'Bot tokens'

/** Opens the dialog that signs in, gives the API id that it asks for first, and chooses the way. */
export async function startNewSession(app: StoryApp, method: Method): Promise<Locator> {
  await app.page.getByRole('button', { name: 'New session' }).click()
  await enterApp(app, 'Save and go on')
  const dialog = app.page.getByRole('dialog', { name: 'New session' })
  await dialog.getByRole('radiogroup', { name: 'How to sign in' }).getByText(method).click()
  return dialog
}
