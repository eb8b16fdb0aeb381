/**
 * Opens or writes a tdata folder with mtcute itself and says as JSON what is in it: `mtcute.mjs read|write PATH`. Run
 * beside its packages; the passcode comes from the environment.
 */
import { createHash, randomBytes } from 'node:crypto'
import { Tdata } from '@mtcute/convert'
import { Long } from '@mtcute/core'

const [, , action, path] = process.argv
const passcode = process.env['INTEROP_PASSCODE']
const options = { path, ...(passcode ? { passcode } : {}) }

if (action === 'write') {
  const tdata = await Tdata.create({ ...options, keyData: { count: 2, order: [0, 1], active: 1 } })
  for (const index of [0, 1]) {
    const authKeys = [2, 4].map((dcId) => ({ dcId, key: Uint8Array.from(randomBytes(256)) }))
    const userId = Long.fromString(String(5_000_000_000 + index))
    const doomed = [{ dcId: 5, key: Uint8Array.from(randomBytes(256)) }]
    await tdata.writeMtpAuthorization(
      { userId, mainDcId: 4, authKeys, authKeysToDestroy: index === 0 ? [] : doomed },
      index,
    )
    await tdata.writeEmptyMapFile(index)
  }
}

const tdata = await Tdata.open(options)
const accounts = []
for (const index of tdata.keyData.order) {
  const { userId, mainDcId, authKeys, authKeysToDestroy } = await tdata.readMtpAuthorization(index)
  const keys = Object.fromEntries(authKeys.map(({ dcId, key }) => [dcId, keyIdOf(key)]))
  accounts.push({
    userId: userId.toString(),
    dc: mainDcId,
    first: authKeys[0]?.dcId,
    keys,
    doomed: authKeysToDestroy.length,
  })
}
process.stdout.write(JSON.stringify({ version: tdata.keyData.version, active: tdata.keyData.active, accounts }))

/** @param {Uint8Array} key */
function keyIdOf(key) {
  return createHash('sha1').update(key).digest('hex').slice(24)
}
