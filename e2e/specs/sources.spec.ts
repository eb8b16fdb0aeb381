import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { addLibrary, addSource } from '../commands/add-source.ts'
import { openSession, sessionRow } from '../commands/session.ts'
import { expect, test } from '../support/test.ts'

test('a folder shows its sessions and follows what happens on disk', async ({ app }) => {
  await addLibrary(app)
  await expect(sessionRow(app, /shop/)).toContainText('Telethon')
  await expect(sessionRow(app, /news/)).toContainText('Pyrogram')
  await expect(app.page.getByText('notes')).toHaveCount(0)

  app.library.add('telethon/schema5.session', 'deeper/late.session')
  await expect(sessionRow(app, /late/)).toContainText('SQLite 5')
  app.library.add('pyrogram/files/kurigram-v7.session', 'deeper/late.session')
  await expect(sessionRow(app, /late/)).toContainText('Kurigram')
  rmSync(join(app.libraryDir, 'deeper/late.session'))
  await expect(sessionRow(app, /late/)).toHaveCount(0)
})

test('sources, names, notes and tags are kept between starts', async ({ app }) => {
  await addLibrary(app)
  const detail = await openSession(app, /shop/)
  await detail.getByRole('button', { name: 'Change the name' }).click()
  const rename = app.page.getByRole('dialog', { name: 'Name in the list' })
  await rename.getByRole('textbox', { name: 'Name' }).fill('Shop in Lisbon')
  await rename.getByRole('button', { name: 'Save' }).click()
  await expect(app.page.getByRole('heading', { name: 'Shop in Lisbon' })).toBeVisible()
  await detail.getByRole('textbox', { name: 'Note' }).fill('runs on the small server')
  await detail.getByRole('textbox', { name: 'Note' }).blur()
  await detail.getByRole('button', { name: 'Tag', exact: true }).click()
  const tags = app.page.getByRole('dialog', { name: 'Tags' })
  await tags.getByRole('textbox', { name: 'New tag' }).fill('production')
  await tags.getByRole('button', { name: 'Save' }).click()
  await expect(app.page.getByRole('navigation').getByText('production')).toBeVisible()

  await app.restart()
  await expect(app.page.getByRole('navigation').getByText('My bots')).toBeVisible()
  const again = await openSession(app, /Shop in Lisbon/)
  await expect(again.getByRole('textbox', { name: 'Note' })).toHaveValue('runs on the small server')
  await expect(again.getByText('production')).toBeVisible()
})

test('a single file can be a source', async ({ app }) => {
  const path = app.library.add('telethon/schema8.session', 'alone.session')
  await addSource(app, path)
  await expect(sessionRow(app, /alone/)).toContainText('SQLite 8')
  await expect(app.page.getByRole('grid').getByRole('row')).toHaveCount(2)
})

test('files that are no sessions each say what is wrong, and the scan goes on', async ({ app }) => {
  const { library, libraryDir } = app
  library.write('empty.session', '')
  library.write('random.session', randomBytes(4096))
  library.add('telethon/schema7.session', 'cut.session')
  truncateSync(join(libraryDir, 'cut.session'), 9000)
  library.write('old.session', Buffer.from('\x80\x03cposix\nsystem\n.', 'latin1'))
  mkdirSync(join(libraryDir, 'folder.session'))
  writeFileSync(join(libraryDir, 'huge.session'), '')
  truncateSync(join(libraryDir, 'huge.session'), 4 * 1024 ** 3)
  symlinkSync(libraryDir, join(libraryDir, 'loop'))
  await addLibrary(app)

  await app.page.getByRole('navigation').getByText('Needs attention').click()
  const problems: [string, RegExp][] = [
    ['empty', /it is empty/],
    ['random', /not a session/],
    ['cut', /it is cut short: 9000 bytes of 28672/],
    ['old', /pickle/],
    ['huge', /large|big|GB|not a session/i],
  ]
  for (const [name, sentence] of problems) {
    await sessionRow(app, new RegExp(`^Cannot be read ${name} `)).click()
    await expect(app.page.getByRole('heading', { name, exact: true })).toBeVisible()
    await expect(app.page.getByRole('tabpanel').getByRole('alert')).toContainText(sentence)
  }
  await app.page.getByRole('navigation').getByText('All sessions').click()
  await expect(sessionRow(app, /shop/)).toBeVisible()
})

test('hostile names are text, nothing more', async ({ app }) => {
  const names = [
    '<img src=x onerror=alert(1)>.session',
    'rtl-\u202Egnp.session',
    'two\nlines.session',
    `${'long'.repeat(55)}.session`,
    '"quotes\' & %41.session',
  ]
  for (const name of names) app.library.add('telethon/schema6.session', name)
  await addLibrary(app)
  await expect(app.page.getByRole('grid').getByRole('row')).toHaveCount(names.length + 3)
  await expect(app.page.locator('img[src=x]')).toHaveCount(0)
  for (const row of await app.page.getByRole('grid').getByRole('row').all()) {
    const box = await row.boundingBox()
    expect(box?.height).toBeLessThanOrEqual(36)
  }
  await openSession(app, /img src/)
  await expect(app.page.getByRole('heading', { name: /<img src=x/ })).toBeVisible()
})
