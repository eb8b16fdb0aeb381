import { addLibrary } from '../commands/add-source.ts'
import { openSession, openTab, sessionRow } from '../commands/session.ts'
import { seriousFindings } from '../support/axe.ts'
import { expect, test } from '../support/test.ts'

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the connection of a store keeps nobody out, ${colorScheme}`, async ({ app }) => {
    const { page } = app
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const check = async (where: string) => expect(await seriousFindings(page), where).toEqual([])
    await page.getByRole('button', { name: 'Add source' }).first().click()
    const dialog = page.getByRole('dialog', { name: /Add a source/ })
    // Everything by keyboard: the kind by its arrow keys, the fields by Tab.
    await dialog.getByRole('radio', { name: 'Folder, file' }).focus()
    await page.keyboard.press('ArrowRight')
    await dialog.getByLabel('Host and port').waitFor()
    await check('store')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.type('127.0.0.1:1')
    await expect(dialog.getByLabel('Host and port')).toHaveValue('127.0.0.1:1')
    await dialog.getByRole('button', { name: 'Test' }).click()
    await dialog.getByRole('alert').waitFor()
    await check('a store out of reach')
    await dialog.getByLabel('Encryption').click()
    await page.getByRole('option', { name: /any certificate/ }).click()
    await check('encryption')
  })
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`nothing keeps anybody out, ${colorScheme}`, async ({ app }) => {
    const { page } = app
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const check = async (where: string) => expect(await seriousFindings(page), where).toEqual([])
    await page.getByText('Add a folder').waitFor()
    await check('welcome')
    await addLibrary(app)
    await check('list')
    const detail = await openSession(app, /shop/)
    for (const tab of ['Overview', 'Updates', 'Peers', 'Files', 'Raw', 'Activity']) {
      await openTab(app, tab)
      await check(tab)
    }
    await detail.getByRole('button', { name: 'Export…' }).click()
    await page.getByText('Whoever has this').waitFor()
    await check('export')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Import', exact: true }).first().click()
    await page.getByLabel('String sessions').waitFor()
    await check('import')
    await page.keyboard.press('Escape')
    await detail.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('button', { name: 'Move to trash' }).waitFor()
    await check('delete')
    await page.keyboard.press('Escape')
    await page.keyboard.press('ControlOrMeta+k')
    await page.getByRole('dialog').waitFor()
    await check('palette')
    await page.keyboard.press('Escape')
    await page.getByRole('navigation').getByText('Trash').click()
    await page.getByText('The trash is empty').waitFor()
    await check('trash')
  })
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`locked and damaged sessions, ${colorScheme}`, () => {
    test.use({
      files: [['tdata/mtcute-passcode', 'tdata']],
      homeFiles: [['tdata/opentele-passcode', '.local/share/TelegramDesktop/tdata']],
    })

    test('keep nobody out who may go in', async ({ app }) => {
      const { page } = app
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const check = async (where: string) => expect(await seriousFindings(page), where).toEqual([])
      await page.getByRole('button', { name: 'Add source' }).first().click()
      const adding = page.getByRole('dialog', { name: /Add a source/ })
      await adding.getByLabel('Folder or file').waitFor()
      if (process.platform === 'linux') await adding.getByText('Telegram Desktop').first().waitFor()
      await check('known places')
      await page.keyboard.press('Escape')
      app.library.addAltered('telethon/schema7.session', 'patched.session', 'ALTER TABLE entities ADD COLUMN note TEXT')
      await addLibrary(app)
      const detail = await openSession(app, /patched/)
      await detail.getByRole('button', { name: 'Examine and repair…' }).click()
      await page.getByRole('heading', { name: 'What is wrong' }).waitFor()
      await check('doctor')
      await page.keyboard.press('Escape')
      await sessionRow(app, /tdata/).click()
      await page.getByRole('complementary', { name: 'Session' }).getByRole('button', { name: 'Open it…' }).click()
      const asked = page.getByRole('dialog', { name: /Open/ })
      await asked.getByLabel('Local passcode', { exact: true }).fill('not this one')
      await check('passcode')
      await asked.getByRole('button', { name: 'Open', exact: true }).click()
      await asked.getByRole('alert').waitFor()
      await check('wrong passcode')
      await page.keyboard.press('Escape')
      if (process.platform !== 'linux') return
      await page.getByRole('button', { name: 'Import', exact: true }).first().click()
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /Telegram Desktop/ })
        .click()
      await page.getByLabel(/^Local passcode of/).waitFor()
      await check('import of a locked folder')
    })
  })
}
