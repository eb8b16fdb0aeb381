/**
 * Opens or writes sessions with GramJS itself and says as JSON what is in them. Run beside its packages, in the folder
 * that holds a store. Keys are never printed: their ids are.
 *
 *     gramjs.cjs telegram|teleproto read|write string FILE | store NAME [MARKED ID…]
 */
const { createHash, randomBytes, randomInt } = require('node:crypto')
const { readFileSync, writeFileSync } = require('node:fs')

const [, , library, action, kind, place, ...ids] = process.argv
// The package is an argument: GramJS and its successor have the same classes.
const { Api } = require(library)
const { AuthKey } = require(`${library}/crypto/AuthKey`)
const { StoreSession, StringSession } = require(`${library}/sessions`)
const { returnBigInt: bigInt } = require(`${library}/Helpers`)

async function freshKey() {
  const key = new AuthKey()
  await key.setKey(randomBytes(256))
  return key
}

const bigRandom = () => bigInt(String(randomBytes(8).readBigInt64LE()))

/** Peers of every kind, as an answer of Telegram brings them. */
function entities() {
  const id = () => bigInt(randomInt(1, 2 ** 40))
  const photo = new Api.ChatPhotoEmpty()
  return new Api.contacts.ResolvedPeer({
    peer: new Api.PeerUser({ userId: bigInt(1) }),
    users: [1, 2, 3].map(
      (at) =>
        new Api.User({
          id: id(),
          accessHash: bigRandom(),
          firstName: `Ünï ${at}`,
          username: `Name_${at}x`,
          phone: `4915${at}`,
        }),
    ),
    chats: [
      new Api.Chat({
        id: bigInt(randomInt(1, 2 ** 30)),
        title: 'Group',
        photo,
        participantsCount: 1,
        date: 1,
        version: 1,
      }),
      new Api.Channel({
        id: id(),
        accessHash: bigRandom(),
        title: 'Channel',
        photo,
        date: 1,
        username: 'Channel_name',
      }),
    ],
  })
}

async function main() {
  const isString = kind === 'string'
  let rows = []
  let session
  if (action === 'write') {
    session = isString ? new StringSession('') : new StoreSession(place)
    session.setDC(4, '149.154.167.91', 443)
    session.authKey = await freshKey()
    if (isString) writeFileSync(place, session.save())
    else {
      const peers = entities()
      session.processEntities(peers)
      rows = [...peers.users, ...peers.chats].map((peer) => {
        const bare = String(peer.id)
        const marked = peer.className === 'User' ? bare : peer.className === 'Chat' ? `-${bare}` : `-100${bare}`
        return session.getEntityRowsById(marked)
      })
    }
  } else {
    session = isString ? new StringSession(readFileSync(place, 'utf8')) : new StoreSession(place)
    await session.load()
    rows = ids.map((id) => session.getEntityRowsById(id))
  }
  const key = session.authKey?.getKey()
  const report = {
    dc: session.dcId,
    address: session.serverAddress,
    port: session.port,
    keyId: key === undefined ? null : createHash('sha1').update(key).digest('hex').slice(24, 40),
    saved: isString && action === 'read' ? session.save() === readFileSync(place, 'utf8') : null,
    rows,
  }
  process.stdout.write(JSON.stringify(report))
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`)
  process.exitCode = 1
})
