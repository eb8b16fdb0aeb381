import { addLibrary } from '../commands/add-source.ts'
import { choosePassphrase } from '../commands/passphrase.ts'
import { openSession, sessionRow } from '../commands/session.ts'
import { expect, test } from '../support/test.ts'

test.describe('many libraries', () => {
  const shown = [
    ['ferogram/v8-full.session', 'rust-bot.session', 'ferogram'],
    ['ferogram/sqlite-0.6.5.db', 'rust-store.db', 'ferogram'],
    ['gramjs/store/store-basic', 'web-bot', 'GramJS'],
    ['grammers/sqlite-v1.session', 'grammers-me.session', 'grammers'],
    ['gotd/gotd-basic.json', 'go-me.json', 'gotd'],
    ['gotd/gogram-v1.dat', 'gogram-me.dat', 'gogram'],
    ['mtcute/files/db-basic.session', 'node-me.session', 'mtcute'],
    ['mtpylon/todo-list.db', 'own-server.db', 'mtpylon'],
    ['tdata/mtcute-multi', 'tdata', 'Telegram Desktop'],
  ] as const
  // Not the list alone: Playwright takes an array whose second part is an object for a value and its options.
  test.use({ files: [shown.map(([fixture, name]) => [fixture, name] as const), { scope: 'test' }] })

  test('the list names each session’s library, and its mark differs', async ({ app }) => {
    await addLibrary(app)
    const rows = app.page.getByRole('grid').getByRole('row')
    for (const [, , library] of shown) await expect(rows.filter({ hasText: library }).first()).toBeVisible()
    const letters = await rows.locator('.library-mark').allTextContents()
    expect(new Set(letters).size).toBe(new Set(shown.map(([, , library]) => library)).size)
    await openSession(app, /store-basic/)
    await expect(app.page.getByRole('complementary')).toContainText('GramJS')
  })

  test('a key of another server is never turned into a session of Telegram', async ({ app }) => {
    await addLibrary(app)
    await app.page
      .getByRole('grid')
      .getByRole('row', { name: /mtpylon/ })
      .first()
      .click()
    const detail = app.page.getByRole('complementary', { name: 'Session' })
    await detail.getByRole('button', { name: 'Convert…' }).click()
    const dialog = app.page.getByRole('dialog')
    await expect(dialog.getByRole('alert')).toContainText('made for an mtpylon server: Telegram does not know it')
    await expect(dialog.getByText('needs what the session does not hold')).toHaveCount(0)
    await expect(dialog.getByRole('button', { name: /^Save/ })).toBeDisabled()
  })
})

test.describe('a locked folder of Telegram Desktop on this machine', () => {
  test.skip(process.platform !== 'linux', 'the folder lies elsewhere on other systems')
  test.use({ homeFiles: [['tdata/mtcute-passcode', '.local/share/TelegramDesktop/tdata']] })

  test('is offered, opened with its passcode and sealed in the vault', async ({ app }) => {
    app.guardText('hunter2')
    await app.page.getByRole('button', { name: 'Import', exact: true }).first().click()
    const dialog = app.page.getByRole('dialog', { name: /Import sessions/ })
    await dialog
      .getByRole('region', { name: 'On this machine' })
      .getByRole('button', { name: /Telegram Desktop/ })
      .click()
    const found = dialog.getByRole('list', { name: 'Sessions found' })
    const field = found.getByLabel(/^Local passcode of/)
    await expect(field).toBeVisible()
    await app.allowSecrets(async () => {
      await field.fill('hunter3')
      await found.getByRole('button', { name: 'Open', exact: true }).click()
      await expect(found.getByText(/This is not the passcode of/)).toBeVisible()
      await field.fill('hunter2')
      await found.getByRole('button', { name: 'Open', exact: true }).click()
      await expect(found.getByRole('listitem').filter({ hasText: '6000000001' })).toHaveCount(1)
    })
    await dialog.getByRole('button', { name: 'Import 1 session' }).click()
    await choosePassphrase(app)
    await expect(dialog.getByText('Imported 1 session')).toBeVisible()
    await dialog.getByRole('button', { name: 'Done' }).click()
    await app.page.getByRole('navigation').getByText('Vault').click()
    await expect(sessionRow(app, /6000000001/)).toHaveCount(1)
  })

  test('is a source with one click', async ({ app }) => {
    await app.page.getByRole('button', { name: 'Add source' }).first().click()
    const dialog = app.page.getByRole('dialog', { name: /Add a source/ })
    await dialog.getByRole('button', { name: /Telegram Desktop/ }).click()
    await dialog.getByRole('button', { name: 'Add source' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await expect(sessionRow(app, /tdata/)).toHaveCount(1)
  })
})
