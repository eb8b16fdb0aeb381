import { randomBytes } from 'node:crypto'
import type { LocalTelegram, LoginState, NewLogin } from '../../test/support/telegram-server/start.ts'
import { expect, type StoryApp } from '../support/test.ts'
import { choosePassphrase } from './passphrase.ts'

export const API_HASH = '0123456789abcdef0123456789abcdef'

/** Enters the API id and hash in the dialog that is open, and saves them. */
export async function enterApp(app: StoryApp, verb: string): Promise<void> {
  app.guardText(API_HASH)
  const dialog = app.page.getByRole('dialog', { name: /API id/ })
  await dialog.getByLabel('API id').fill('4711')
  await app.allowSecrets(async () => {
    await dialog.getByRole('textbox', { name: 'API hash' }).fill(API_HASH)
    await dialog.getByRole('button', { name: verb }).click()
    await choosePassphrase(app)
    await dialog.waitFor({ state: 'hidden' })
  })
}

/** Replaces Telegram's addresses by those of a local server, in the settings. */
export async function replaceAddresses(app: StoryApp, telegram: LocalTelegram): Promise<void> {
  const { page } = app
  const settings = await openTelegramSettings(app)
  await settings.getByRole('button', { name: 'Replace addresses of data centres' }).click()
  const dialog = page.getByRole('dialog', { name: 'Addresses of data centres' })
  for (const [index, [dcId, { host, port }]] of [...telegram.endpoints].entries()) {
    if (index > 0) await dialog.getByRole('button', { name: 'Add an address' }).click()
    const line = dialog.getByRole('listitem').nth(index)
    await line.getByLabel('DC', { exact: true }).fill(String(dcId))
    await line.getByLabel('IP address').fill(host)
    await line.getByLabel('Port').fill(String(port))
  }
  await dialog.getByLabel('Public keys of the server').fill(telegram.publicKeyPem)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.keyboard.press('Escape')
  await settings.waitFor({ state: 'hidden' })
}

export async function openTelegramSettings({ page }: StoryApp) {
  await openPalette(page)
  await page.getByRole('combobox').fill('Telegram settings')
  await page.keyboard.press('Enter')
  const settings = page.getByRole('dialog', { name: 'Settings', exact: true })
  await settings.getByText('Nothing is contacted until you check').waitFor()
  return settings
}

/**
 * It comes after the list: a window that has only just opened does not have it yet. What is typed before its field has
 * the focus goes elsewhere.
 */
export async function openPalette(page: StoryApp['page']): Promise<void> {
  const field = page.getByRole('combobox')
  await expect(async () => {
    if (!(await field.isVisible())) await page.keyboard.press('ControlOrMeta+k')
    await expect(field).toBeFocused({ timeout: 1000 })
  }).toPass()
}

/** Writes a Telethon session whose key is known to the local server, in the state told; answers its key id. */
export function addLogin(
  app: Pick<StoryApp, 'library' | 'guardKeys'>,
  telegram: LocalTelegram,
  name: string,
  {
    state = 'ok',
    dcId = 2,
    authKey = randomBytes(256),
    ...more
  }: { state?: LoginState; dcId?: number; authKey?: Buffer } & Pick<NewLogin, 'createdAt' | 'activeAt' | 'device'> = {},
): string {
  app.guardKeys([authKey])
  const address = dcId === 4 ? '149.154.167.91' : '149.154.167.51'
  const set = `UPDATE sessions SET dc_id = ${dcId}, server_address = '${address}', auth_key = X'${authKey.toString('hex')}'`
  app.library.addAltered('telethon/schema7.session', `${name}.session`, set)
  return telegram.addLogin({ ...more, dcId, authKey, accountId: 42, state }).keyId
}
