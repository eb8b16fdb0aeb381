import type { StoryApp } from '../support/test.ts'

export const PASSPHRASE = 'correct horse battery staple'

/** Answers the dialog that asks for the vault's first passphrase, where the shell has no keychain. */
export async function choosePassphrase(app: StoryApp): Promise<void> {
  if (app.kind !== 'headless') return
  const dialog = app.page.getByRole('dialog', { name: /Choose a passphrase/ })
  await app.allowSecrets(async () => {
    await dialog.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
    await dialog.getByLabel(/again/i).fill(PASSPHRASE)
    await dialog.getByRole('button', { name: 'Set passphrase' }).click()
    await dialog.waitFor({ state: 'hidden' })
  })
}

/** Opens the lock screen; with a keychain nothing needs to be typed. */
export async function unlock(app: StoryApp, passphrase = PASSPHRASE): Promise<void> {
  if (app.kind !== 'headless') return
  await app.allowSecrets(async () => {
    await app.page.getByRole('textbox', { name: 'Passphrase' }).fill(passphrase)
    await app.page.getByRole('button', { name: 'Unlock' }).click()
  })
}
