import { randomBytes } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { postgresMissing, startPostgres } from '../../test/support/servers/postgres.ts'
import { redisMissing, type RedisServer, startRedis } from '../../test/support/servers/redis.ts'
import { addLibrary } from '../commands/add-source.ts'
import { choose } from '../commands/import-text.ts'
import { openSession, sessionRow } from '../commands/session.ts'
import { addStore, allowWriting, paste, sourceMenu, startStore } from '../commands/store.ts'
import { expect, type StoryApp, test } from '../support/test.ts'

/** A session as telethon-session-redis keeps it. */
async function putSession(app: StoryApp, redis: RedisServer, name: string, userId = 5_903_412_287): Promise<void> {
  const key = randomBytes(256)
  app.guardKeys([key])
  const session = { dc_id: 2, server_address: '149.154.167.51', port: 443, auth_key: key.toString('base64') }
  const self = { id: 0, hash: userId, username: null, phone: null, name: null }
  const peer = { id: userId, hash: 77, username: `${name}_bot`, phone: null, name }
  const base = `telethon:${name}`
  await redis
    .client()
    .mset(
      `${base}:entities:0`,
      JSON.stringify(self),
      `${base}:entities:${userId}`,
      JSON.stringify(peer),
      `${base}:sessions:2`,
      JSON.stringify(session),
    )
}

async function takeSession(redis: RedisServer, name: string): Promise<void> {
  const client = redis.client()
  await client.del(...(await client.keys(`telethon:${name}:*`)))
}

test.describe('sessions in Redis', () => {
  test.skip(redisMissing() !== null, redisMissing() ?? '')
  let redis: RedisServer
  let password: string

  test.beforeEach(async () => {
    password = randomBytes(12).toString('hex')
    redis = await startRedis({ password, durable: true })
  })
  test.afterEach(() => redis.stop())

  const address = (): string => `redis://:${password}@127.0.0.1:${redis.port}/0`

  test('a pasted connection string is tested, added and forgotten; one session becomes a file', async ({ app }) => {
    app.guardText(password)
    await putSession(app, redis, 'shop')
    await putSession(app, redis, 'news', 5_903_412_288)
    const dialog = await startStore(app, 'Redis')
    const field = dialog.getByLabel('Address', { exact: true })
    await paste(field, `export REDIS_URL="${address()}"`)
    await expect(dialog.getByText('The password is kept out of sight')).toBeVisible()
    await expect(field).toHaveValue('')
    await expect(dialog.getByLabel('Host and port')).toHaveValue(`127.0.0.1:${redis.port}`)
    await expect(dialog.getByLabel('Password', { exact: true })).toHaveValue('')
    await dialog.getByRole('button', { name: 'Test' }).click()
    await expect(dialog.getByRole('status').getByText(/^Redis \d+\.\d+\.\d+ · 2 Telethon sessions$/)).toBeVisible()
    await dialog.getByRole('button', { name: 'Cancel' }).click()

    await addStore(app, 'Redis', address(), 'bots on redis')
    await expect(sessionRow(app, /shop/)).toContainText('Telethon')
    await expect(sessionRow(app, /news/)).toContainText('@news_bot')
    const detail = await openSession(app, /shop/)
    await expect(detail.getByText('telethon:shop', { exact: true })).toBeVisible()
    await expect(detail.getByText(`Redis · 127.0.0.1:${redis.port}`)).toBeVisible()
    await detail.getByRole('button', { name: 'Delete' }).click({ force: true })
    await expect(app.page.getByText(/Writing is off for this store/).first()).toBeVisible()

    await detail.getByRole('button', { name: 'Convert…' }).click()
    const conversion = app.page.getByRole('dialog')
    await expect(conversion.getByRole('region', { name: /leaves/ })).toBeVisible()
    await conversion.getByRole('radiogroup', { name: 'Library' }).getByText('Telethon').click()
    await choose(app, conversion.getByRole('combobox', { name: 'Format' }), /Telethon SQLite.*8/)
    await conversion.getByRole('button', { name: /^Save/ }).click()
    await conversion.getByLabel(/Encrypt with a passphrase/).uncheck()
    const path = join(app.libraryDir, 'from-redis.session')
    await conversion.getByLabel('File', { exact: true }).fill(path)
    await conversion.getByLabel(/in plain all the same/).check()
    await conversion.getByRole('button', { name: /^Save plain/ }).click()
    await expect(conversion.getByText('Saved 1 session')).toBeVisible()
    expect(existsSync(path)).toBe(true)
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('a session that a bot puts in shows, and leaves when it is taken out', async ({ app }) => {
    app.guardText(password)
    await putSession(app, redis, 'first')
    await addStore(app, 'Redis', address(), 'bots on redis')
    await expect(sessionRow(app, /first/)).toBeVisible()
    await putSession(app, redis, 'late', 5_903_412_289)
    await expect(sessionRow(app, /late/)).toBeVisible()
    await takeSession(redis, 'late')
    await expect(sessionRow(app, /late/)).toHaveCount(0)
    await expect(sessionRow(app, /first/)).toBeVisible()
  })

  test('a server that dies is said to be out of reach, and comes back by itself', async ({ app }) => {
    app.guardText(password)
    await putSession(app, redis, 'kept')
    await addStore(app, 'Redis', address(), 'bots on redis')
    await expect(sessionRow(app, /kept/)).toBeVisible()
    await redis.kill()
    await expect(app.page.getByRole('alert')).toContainText('The server cannot be reached')
    await expect(app.page.getByRole('navigation').getByText('Not reached, trying again')).toBeVisible()
    await expect(sessionRow(app, /kept/)).toBeVisible()
    await redis.restart()
    await app.page.getByRole('button', { name: 'Try again now' }).click()
    await expect(app.page.getByRole('alert')).toHaveCount(0)
    await putSession(app, redis, 'after', 5_903_412_290)
    await expect(sessionRow(app, /after/)).toBeVisible()
  })

  test('writing is a switch: on after a question, off at once', async ({ app }) => {
    app.guardText(password)
    await putSession(app, redis, 'old')
    await addStore(app, 'Redis', address(), 'bots on redis')
    await openSession(app, /old/)
    await allowWriting(app, 'bots on redis')
    const detail = app.page.getByRole('complementary', { name: 'Session' })
    await expect(detail.getByText('allowed for this source')).toBeVisible()
    await detail.getByRole('button', { name: 'Delete' }).click()
    const dialog = app.page.getByRole('dialog', { name: /Delete/ })
    await expect(dialog.getByText('Its keys are taken out of the store.')).toBeVisible()
    await dialog.getByRole('button', { name: 'Move to trash' }).click()
    await expect(sessionRow(app, /old/)).toHaveCount(0)
    expect(await redis.client().dbsize()).toBe(0)
    await app.page.getByRole('button', { name: 'Undo' }).click()
    await expect(sessionRow(app, /old/)).toBeVisible()
    await sourceMenu(app, 'bots on redis', 'Stop writing')
    await openSession(app, /old/)
    await expect(detail.getByRole('button', { name: 'allow…' })).toBeVisible()
  })

  test('what does not fit is said beside its field', async ({ app }) => {
    app.guardText(password)
    const dialog = await startStore(app, 'Redis')
    await paste(dialog.getByLabel('Address', { exact: true }), 'see the vault')
    await expect(dialog.getByText(/What was pasted is not kept/)).toBeVisible()
    await dialog.getByLabel('Host and port').fill(`127.0.0.1:${redis.port}`)
    await dialog.getByRole('button', { name: 'Test' }).click()
    await expect(dialog.getByRole('alert')).toContainText('nobody in without a password')
    await expect(dialog.getByLabel('Password', { exact: true })).toHaveAttribute('aria-invalid', 'true')
    await dialog.getByLabel('Host and port').fill('127.0.0.1:1')
    await dialog.getByRole('button', { name: 'Test' }).click()
    await expect(dialog.getByRole('alert')).toContainText('cannot be reached')
    await expect(dialog.getByLabel('Host and port')).toHaveAttribute('aria-invalid', 'true')
    await dialog.getByLabel('Host and port').fill('redis://127.0.0.1')
    await expect(dialog.getByText(/Write host:port/)).toBeVisible()
    await expect(dialog.getByRole('button', { name: 'Test' })).toBeDisabled()
  })
})

test('a session of a file goes into PostgreSQL once writing is allowed', async ({ app }) => {
  const missing = postgresMissing()
  test.skip(missing !== null, missing ?? '')
  const server = await startPostgres()
  try {
    app.guardText(server.password)
    await addLibrary(app)
    const login = `${server.user}:${server.password}`
    const address = `postgresql+psycopg2://${login}@127.0.0.1:${server.port}/${server.database}`
    await addStore(app, 'PostgreSQL', address, 'shared')
    await expect(app.page.getByText('No sessions in this store')).toBeVisible()

    await app.page.getByRole('navigation').getByText('All sessions').click()
    const detail = await openSession(app, /shop/)
    await detail.getByRole('button', { name: 'Convert…' }).click()
    const dialog = app.page.getByRole('dialog')
    await expect(dialog.getByRole('region', { name: /leaves/ })).toBeVisible()
    await dialog.getByRole('radiogroup', { name: 'Library' }).getByText('Telethon').click()
    await choose(app, dialog.getByRole('combobox', { name: 'Format' }), /SQLAlchemy/)
    await dialog.getByRole('button', { name: /^(Save|Choose)/ }).click()
    await dialog.getByRole('combobox', { name: 'Save to' }).click()
    await expect(app.page.getByRole('option', { name: /shared.*writing is off/ })).toBeVisible()
    await app.page.keyboard.press('Escape')
    await dialog.getByRole('button', { name: 'Cancel' }).click()

    await allowWriting(app, 'shared')
    await detail.getByRole('button', { name: 'Convert…' }).click()
    await expect(dialog.getByRole('region', { name: /leaves/ })).toBeVisible()
    await dialog.getByRole('radiogroup', { name: 'Library' }).getByText('Telethon').click()
    await choose(app, dialog.getByRole('combobox', { name: 'Format' }), /SQLAlchemy/)
    await dialog.getByRole('button', { name: /^(Save|Choose)/ }).click()
    await choose(app, dialog.getByRole('combobox', { name: 'Save to' }), /Source shared/)
    await dialog.getByLabel('Write it there all the same').check()
    await dialog.getByRole('button', { name: 'Write into “shared”' }).click()
    await expect(dialog.getByText('Saved 1 session')).toBeVisible()
    await dialog.getByRole('button', { name: 'Show session' }).click()

    await app.page.getByRole('navigation').getByText('shared', { exact: true }).click()
    await expect(sessionRow(app, /shop/)).toHaveCount(1)
    await expect(sessionRow(app, /shop/)).toContainText('Telethon')
    const client = await server.client()
    const { rows } = await client.query('SELECT session_id FROM sessions')
    await client.end()
    expect(rows).toEqual([{ session_id: 'shop' }])
  } finally {
    await server.stop()
  }
})
