import { addLibrary } from '../commands/add-source.ts'
import { openSession, openTab, sessionRow } from '../commands/session.ts'
import { expect, test } from '../support/test.ts'

test.use({
  // Playwright takes a bare array for a value with its options.
  files: [
    [
      ['telethon/schema7.session', 'shop.session'],
      ['telethon/schema8.session', 'alpha.session'],
      ['telethon/schema8-resaved.session', 'beta.session', 0o644],
      ['pyrogram/files/v3-user.session', 'news.session'],
      ['pyrogram/files/v3-bot.session', 'quiz.session'],
      ['pyrogram/files/kurigram-v7-test.session', 'test.session'],
    ],
    { scope: 'test' },
  ],
})

test('the list sorts, filters and searches', async ({ app }) => {
  await addLibrary(app)
  const rows = app.page.getByRole('grid').getByRole('row')
  await expect(rows).toHaveCount(7)
  await expect(rows.nth(1)).toContainText('alpha')
  await app.page.getByRole('button', { name: 'Name', exact: true }).click()
  await expect(rows.nth(1)).toContainText('test')

  await app.page.getByRole('navigation').getByRole('button', { name: /^Bots/ }).click()
  await expect(rows).toHaveCount(2)
  await expect(rows.nth(1)).toContainText('quiz')
  await app.page.getByRole('navigation').getByText('All sessions').click()

  await app.page.getByRole('button', { name: 'Filter', exact: true }).click()
  await app.page.getByRole('checkbox', { name: /^Pyrogram/ }).check()
  await app.page.keyboard.press('Escape')
  await expect(rows).toHaveCount(3)
  await expect(rows.filter({ hasText: 'Telethon' })).toHaveCount(0)
  await app.page
    .getByRole('button', { name: /^Remove.*Pyrogram|Pyrogram/ })
    .first()
    .click()
  await expect(rows).toHaveCount(7)

  await app.page.getByRole('searchbox', { name: 'Filter the list' }).fill('494642185')
  await expect(rows).toHaveCount(2)
  await expect(rows.nth(1)).toContainText('shop')
})

test('the keyboard walks, selects and opens', async ({ app }) => {
  await addLibrary(app)
  const grid = app.page.getByRole('grid')
  await sessionRow(app, /alpha/).click()
  await app.page.keyboard.press('ArrowDown')
  await expect(app.page.getByRole('heading', { name: 'beta' })).toBeVisible()
  await app.page.keyboard.press('End')
  await expect(app.page.getByRole('heading', { name: 'test', exact: true })).toBeVisible()
  await app.page.keyboard.press('ControlOrMeta+a')
  await expect(grid.locator('[role=row][aria-selected=true]')).toHaveCount(6)
  await expect(app.page.getByText('6 selected').first()).toBeVisible()
  await app.page.keyboard.press('Escape')
  await expect(grid.locator('[role=row][aria-selected=true]')).not.toHaveCount(6)
})

test('one session tells its account, data centre, update state, files and rows', async ({ app }) => {
  await addLibrary(app)
  const detail = await openSession(app, /shop/)
  await expect(detail).toContainText('0fd5c35675f1e6b6')
  await expect(detail).toContainText('149.154.167.51')
  await expect(detail).toContainText('494642185')
  await expect(detail).toContainText('627')
  const updates = await openTab(app, 'Updates')
  await expect(updates).toContainText('420')
  const files = await openTab(app, 'Files')
  await expect(files.getByText(/2 (files|uploads)/)).toBeVisible()
  const raw = await openTab(app, 'Raw')
  await raw.getByRole('combobox').or(raw.getByRole('textbox')).first().click()
  await app.page.getByRole('option', { name: /^sessions/ }).click()
  await expect(raw).toContainText(/secret.*256 bytes/)
  await expect(raw).toContainText('149.154.167.51')
})

test('peers are found by name, username, phone and every form of id', async ({ app }) => {
  await addLibrary(app)
  await openSession(app, /shop/)
  const peers = await openTab(app, 'Peers')
  const field = peers.getByRole('searchbox')
  const rows = peers.getByRole('row')
  for (const [typed, shown] of [
    ['美咲', '美咲'],
    ['3802912179', 'News Daily 3'],
    ['-1003802912179', 'News Daily 3'],
    ['-2152134929', 'Göran'],
  ] as const) {
    await field.fill(typed)
    await expect(rows.filter({ hasText: shown }).first()).toBeVisible()
  }
  await field.fill('nobody by this name')
  await expect(peers.getByText(/No peer/i)).toBeVisible()
})

test('which of my sessions knows this peer', async ({ app }) => {
  await addLibrary(app)
  await openSession(app, /alpha/)
  await openTab(app, 'Peers')
  await app.page.getByRole('tabpanel').getByRole('row').nth(2).click()
  await app.page.getByRole('button', { name: /Who else knows/ }).click()
  const dialog = app.page.getByRole('dialog', { name: /Which session knows/ })
  await expect(dialog.getByText(/Searched 6 sessions/)).toBeVisible()
  await expect(dialog.getByRole('list', { name: 'Sessions that know it' })).toContainText('beta')
})

test('copies of one key are found and shown on each', async ({ app }) => {
  await addLibrary(app)
  await app.page.getByRole('navigation').getByText('Duplicates').click()
  await expect(app.page.getByRole('grid').getByRole('row')).toHaveCount(3)
  const detail = await openSession(app, /alpha/)
  await expect(detail.getByText(/same key/i)).toBeVisible()
  await detail
    .getByRole('button', { name: /beta/ })
    .or(detail.getByRole('link', { name: /beta/ }))
    .first()
    .click()
  await expect(app.page.getByRole('heading', { name: 'beta' })).toBeVisible()
})

test('a file that others can read is said so and made private', async ({ app }) => {
  await addLibrary(app)
  const detail = await openSession(app, /beta/)
  await expect(detail).toContainText('0644')
  await detail.getByRole('button', { name: 'make private' }).click()
  await expect(detail).not.toContainText('0644')
})

test('the palette reaches sessions and actions', async ({ app }) => {
  await addLibrary(app)
  await app.page.keyboard.press('ControlOrMeta+k')
  const field = app.page.getByRole('combobox')
  await field.fill('quiz')
  await app.page.getByRole('option', { name: /^quiz/ }).click()
  await expect(app.page.getByRole('heading', { name: 'quiz' })).toBeVisible()
  await app.page.keyboard.press('ControlOrMeta+k')
  await field.fill('add a source')
  await field.press('Enter')
  await expect(app.page.getByRole('dialog', { name: /Add a source/ })).toBeVisible()
})
