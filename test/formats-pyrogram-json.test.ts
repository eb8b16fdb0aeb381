import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { toHex } from '../src/main/bytes/hex.ts'
import { keyIdOf } from '../src/main/domain/key-id.ts'
import { collect, homeOf } from '../src/main/domain/session.ts'
import { detectFile } from '../src/main/formats/detect.ts'
import { pyrogramJson } from '../src/main/formats/pyrogram/json.ts'
import { fixtureBytes, pyrogramManifest } from './support/formats/fixtures.ts'
import { pyrogramDigest } from './support/formats/pyrogram.ts'

const unlocked = { passcode: null }

describe('JSON sessions of Pyrogram', () => {
  const entries = pyrogramManifest.entries.filter((entry) => entry.format === 'pyrogram.json')

  test.each(entries.map((entry) => [entry.id, entry] as const))('%s', async (_id, entry) => {
    const bytes = fixtureBytes(`pyrogram/${entry.path}`)
    expect(detectFile(bytes).map((claim) => [claim.format.id, claim.detection.certainty])).toEqual([
      ['pyrogram.json', 'exact'],
    ])
    const { session, problems } = await pyrogramJson.decode(bytes, unlocked)
    expect(problems).toEqual([])
    const expected = entry.session!
    const home = homeOf(session)!
    expect([home.id, home.address, home.port]).toEqual([expected.dc_id, expected.address, expected.port])
    expect(session.test).toBe(expected.test_mode)
    expect(toHex(home.authKey!.open())).toBe(expected.auth_key_hex)
    expect(keyIdOf(home.authKey!)).toBe(expected.auth_key_id_hex)
    expect(session.account).toEqual({
      id: BigInt(expected.user_id!),
      isBot: expected.is_bot,
      username: null,
      phone: null,
    })
    expect(session.apiId).toBe(expected.api_id)
    expect(session.savedAt).toBe(expected.date)

    const peers = await collect(session.peers)
    expect(peers).toHaveLength(entry.peers!.count)
    expect(pyrogramDigest(peers, entry)).toBe(entry.peers!.digest)
  })

  const pieces = randomBytes(256)
    .toString('base64')
    .match(/.{1,43}/g)!
  const json = (changes: object): Uint8Array =>
    new TextEncoder().encode(JSON.stringify({ dc_id: 2, test_mode: false, auth_key: pieces, user_id: 5, ...changes }))

  test.each([
    ['no user', { user_id: null }, ['pyrogram.unfinished-login']],
    ['a key that lacks a piece', { auth_key: pieces.slice(1) }, ['session.damaged-key']],
    ['no key', { auth_key: [] }, ['session.no-key']],
  ])('%s is named', async (_name, changes, codes) => {
    const { problems } = await pyrogramJson.decode(json(changes), unlocked)
    expect(problems.map((problem) => problem.code)).toEqual(codes)
  })

  test.each([
    ['DC 77', { dc_id: 77 }],
    ['a key that is no base64', { auth_key: ['!!'] }],
    ['a key of numbers', { auth_key: [1] }],
    ['a bot flag of text', { is_bot: 'yes' }],
    ['a peer without id', { peers_by_id: { x: 1 } }],
    ['a hash that is none', { peers_by_id: { 5: 'x' } }],
    ['peers in a list', { peers_by_id: [1] }],
  ])('%s is refused', async (_name, changes) => {
    await expect(pyrogramJson.decode(json(changes), unlocked)).rejects.toMatchObject({ code: 'format.malformed' })
  })

  test('a group whose id begins like a channel’s has no hash', async () => {
    const { session } = await pyrogramJson.decode(json({ peers_by_id: { '-1001234': null, '-1001235': 9 } }), unlocked)
    const peers = await collect(session.peers)
    expect(peers.map(({ kind, id, accessHash }) => [kind, id, accessHash])).toEqual([
      ['chat', 1001234n, null],
      ['channel', 1235n, 9n],
    ])
  })
})
