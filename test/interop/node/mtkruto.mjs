/**
 * Opens or writes sessions with MTKruto itself and says as JSON what is in them. Run beside its package. Keys are never
 * printed: their ids are. Nothing connects to Telegram: only the storages are used.
 *
 *     mtkruto.mjs read-string FILE | write-string FILE | write-storage FOLDER
 */
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const [, , action, path] = process.argv

// The package names no more than its front door.
const inside = (file) => import(pathToFileURL(`${process.cwd()}/node_modules/@mtkruto/node/esm/${file}`).href)
const { StorageOperations } = await inside('client/0_storage_operations.js')
const { StorageMemory } = await inside('storage/2_storage_memory.js')
const { StorageLocalStorage } = await inside('storage/2_storage_local_storage.node.js')

const isStorage = action === 'write-storage'
const storage = new StorageOperations(isStorage ? new StorageLocalStorage(path) : new StorageMemory())
await storage.initialize()

async function logIn() {
  await storage.setDc('2-test')
  await storage.setAuthKey(Uint8Array.from(randomBytes(256)))
  await storage.setAccountId(5_234_567_890)
  await storage.setAccountType('bot')
  await storage.setApiId(12_345)
}

async function fill() {
  await storage.setState({ _: 'updates.state', pts: 11, qts: 12, date: 1_700_000_000, seq: 13, unread_count: 0 })
  await storage.setChannelPts(1_234_567_890n, 21)
  await storage.setServerSalt(-5n)
  await storage.setIsPremium(true)
  await storage.setEntity({
    _: 'user',
    id: 5_123_456_789n,
    access_hash: -(2n ** 63n) + 1n,
    first_name: 'Ünï',
    last_name: 'Code',
    username: 'Ann_Interop',
    phone: '491234',
  })
  await storage.setEntity({
    _: 'channel',
    id: 1_234_567_890n,
    access_hash: 2n ** 63n - 1n,
    title: 'News\nof two lines',
    photo: { _: 'chatPhotoEmpty' },
    date: 1,
    megagroup: true,
  })
}

if (action === 'read-string') await storage.importAuthString(readFileSync(path, 'utf8'))
else await logIn()
if (isStorage) await fill()

const key = await storage.getAuthKey()
const report = {
  dc: await storage.getDc(),
  keyId: createHash('sha1').update(key).digest('hex').slice(24),
  userId: String(await storage.getAccountId()),
  type: await storage.getAccountType(),
  apiId: await storage.getApiId(),
  saved: null,
}
if (!isStorage) {
  const text = await storage.exportAuthString()
  if (action === 'write-string') writeFileSync(path, text)
  else report.saved = text === readFileSync(path, 'utf8')
}
process.stdout.write(JSON.stringify(report))
