/**
 * Opens or writes sessions with mtcute itself and says as JSON what is in them. Run beside its packages. Keys are never
 * printed: their ids are. Nothing connects to Telegram: only the storages are used.
 *
 *     mtcute.mjs read-string FILE | write-string FILE | read-sqlite FILE PEERS.json | write-sqlite FILE
 */
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { BaseSqliteStorage, BaseSqliteStorageDriver, Long } from '@mtcute/core'
import { readStringSession, writeStringSession } from '@mtcute/core/utils.js'
import { TelegramClient } from '@mtcute/node'

const [, , action, path, list] = process.argv

/** The library's own storage over the database of Node, which needs nothing compiled. */
class Driver extends BaseSqliteStorageDriver {
  _createDatabase() {
    const db = new DatabaseSync(path)
    db.exec('PRAGMA journal_mode = WAL')
    db.transaction =
      (work) =>
      (...args) => {
        db.exec('BEGIN')
        const result = work(...args)
        db.exec('COMMIT')
        return result
      }
    return db
  }
}

const keyIdOf = (key) => createHash('sha1').update(key).digest('hex').slice(24)
const freshKey = () => Uint8Array.from(randomBytes(256))
const main = { id: 4, ipAddress: '149.154.167.91', port: 443 }
const media = { id: 4, ipAddress: '149.154.167.255', port: 443, mediaOnly: true }
const self = { userId: 5_234_567_890, isBot: false, isPremium: true, usernames: ['main_name', 'second_name'] }

function placeOf({ id, ipAddress, port, ipv6, mediaOnly, testMode }) {
  return { id, address: ipAddress, port, ipv6: ipv6 === true, media: mediaOnly === true, test: testMode === true }
}

function stringReport(text) {
  const { primaryDcs, self: account, authKey } = readStringSession(text)
  return {
    main: placeOf(primaryDcs.main),
    media: primaryDcs.media === primaryDcs.main ? null : placeOf(primaryDcs.media),
    keyId: keyIdOf(authKey),
    self: account && { id: String(account.userId), isBot: account.isBot },
    saved: writeStringSession({ version: 3, primaryDcs, self: account, authKey }) === text,
  }
}

/** @param {(client: import("@mtcute/node").TelegramClient) => Promise<unknown>} work */
async function withClient(work) {
  const storage = new BaseSqliteStorage(new Driver())
  const client = new TelegramClient({ apiId: 1, apiHash: 'none', storage, disableUpdates: true, logLevel: 0 })
  await client.prepare()
  try {
    return await work(client)
  } finally {
    await client.destroy()
  }
}

async function sqliteReport(client, { peers, channels }) {
  const { storage } = client
  const { dcs, salts, provider } = client._client.mt.storage
  const found = []
  for (const { id, username } of peers) {
    const row = await provider.peers.getById(id)
    const input = await storage.peers.getById(id)
    const byName = username === null ? null : await provider.peers.getByUsername(username)
    found.push({
      id,
      input: input && { kind: input._, hash: input.accessHash === undefined ? null : input.accessHash.toString() },
      usernames: row?.usernames ?? null,
      phone: row?.phone ?? null,
      isMin: row?.isMin ?? null,
      updated: row?.updated ?? null,
      byName: byName === null ? null : byName.id,
    })
  }
  const { main: home, media: own } = await dcs.fetch()
  return {
    exported: stringReport(await client.exportSession()),
    main: placeOf(home),
    media: own === home ? null : placeOf(own),
    keys: Object.fromEntries(
      [1, 2, 3, 4, 5].flatMap((dc) => {
        const key = provider.authKeys.get(dc)
        return key === null ? [] : [[dc, keyIdOf(key)]]
      }),
    ),
    salts: (await salts.fetch(home.id))?.map(({ salt }) => salt.toString()) ?? [],
    self: await storage.self.fetch(),
    state: await storage.updates.getState(),
    channels: Object.fromEntries(
      await Promise.all(channels.map(async (id) => [id, await storage.updates.getChannelPts(id)])),
    ),
    peers: found,
  }
}

/** As an answer of Telegram brings them. */
function users() {
  return [
    {
      _: 'user',
      id: 5_123_456_789,
      accessHash: Long.fromString('-9223372036854775807'),
      firstName: 'Ünï',
      lastName: 'Code',
      username: 'Ann_Interop',
      phone: '491234',
    },
    { _: 'user', id: 77, accessHash: Long.fromString('5'), firstName: 'Robot', bot: true, botInfoVersion: 1 },
    { _: 'user', id: 88, accessHash: Long.fromString('6'), firstName: 'Met once', min: true },
  ]
}

function chats() {
  const photo = { _: 'chatPhotoEmpty' }
  return [
    { _: 'chat', id: 777, title: 'Group', photo, participantsCount: 1, date: 1, version: 1 },
    {
      _: 'channel',
      id: 1_234_567_890,
      accessHash: Long.fromString('9223372036854775807'),
      title: 'News',
      photo,
      date: 1,
      megagroup: true,
      usernames: [
        { _: 'username', username: 'News_One', active: true },
        { _: 'username', username: 'news_two', active: true },
      ],
    },
  ]
}

async function fill(client) {
  const { storage } = client
  const { dcs, salts, provider } = client._client.mt.storage
  await dcs.store({ main, media })
  provider.authKeys.set(4, freshKey())
  provider.authKeys.set(2, freshKey())
  await storage.self.store({ ...self })
  for (const [name, value] of [
    ['Pts', 11],
    ['Qts', 12],
    ['Date', 1_700_000_000],
    ['Seq', 13],
  ]) {
    await storage.updates[`set${name}`](value)
  }
  await storage.updates.setManyChannelPts(new Map([[1_234_567_890, 21]]))
  const now = Math.floor(Date.now() / 1000)
  const salt = (hours, value) => {
    const since = now + hours * 3600
    return { _: 'mt_future_salt', validSince: since - 600, validUntil: since + 600, salt: Long.fromString(value) }
  }
  await salts.store(4, [salt(-1, '1'), salt(0, '-2'), salt(1, '3')])
  await storage.peers.updatePeersFrom({ users: users(), chats: chats() })
  await storage.refMsgs.store(88, -1_001_234_567_890, 595)
  await client._client.mt.storage.save()
}

let report
if (action === 'write-string') {
  writeFileSync(path, writeStringSession({ version: 3, primaryDcs: { main, media }, self, authKey: freshKey() }))
}
if (action.endsWith('-string')) report = stringReport(readFileSync(path, 'utf8'))
else {
  if (action === 'write-sqlite') await withClient(fill)
  const wanted =
    list === undefined
      ? { peers: [{ id: 88, username: null }], channels: [1_234_567_890] }
      : JSON.parse(readFileSync(list, 'utf8'))
  report = await withClient((client) => sqliteReport(client, wanted))
}
process.stdout.write(JSON.stringify(report))
