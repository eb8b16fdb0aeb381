import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { normalizeIp } from '../src/main/bytes/ip.ts'
import { toHex } from '../src/main/bytes/hex.ts'
import { keyIdOf } from '../src/main/domain/key-id.ts'
import { markedId, type Peer } from '../src/main/domain/peer.ts'
import { collect, homeOf } from '../src/main/domain/session.ts'
import { cleanText } from '../src/main/formats/clean-text.ts'
import { detectTables, detectText, unambiguous } from '../src/main/formats/detect.ts'
import { pyrogramSqlite } from '../src/main/formats/pyrogram/sqlite.ts'
import { telethonSqlite } from '../src/main/formats/telethon/sqlite.ts'
import { telethonString } from '../src/main/formats/telethon/string.ts'
import {
  type PyrogramEntry,
  pyrogramManifest,
  telethonManifest,
  telethonStrings,
  withFixture,
} from './support/formats/fixtures.ts'
import { pyrogramDigest, pyrogramVariant } from './support/formats/pyrogram.ts'
import { READABLE_ODD } from './support/formats/telethon.ts'

const noOptions = { options: new Map<string, string>(), nowSeconds: 1_700_000_000 }

function sha256(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}

function byId<T>(idOf: (item: T) => bigint): (a: T, b: T) => number {
  return (a, b) => (idOf(a) < idOf(b) ? -1 : 1)
}

describe('Telethon files', () => {
  const files = Object.entries(telethonManifest.files).filter(([, file]) => file.detect === 'telethon-v1-sqlite')

  test('there are vectors of every version', () => {
    expect(new Set(files.map(([, file]) => file.schema_version))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8]))
  })

  test.each(files)('%s reads as its manifest says', async (name, file) => {
    await withFixture(`telethon/${name}`, async (tables) => {
      const claims = detectTables(await tables.schema())
      expect(claims.map((claim) => [claim.format.id, claim.detection.certainty])).toEqual([
        ['telethon.sqlite', 'exact'],
      ])

      const [stored] = await telethonSqlite.list(tables)
      const { info, session, problems } = stored!.decoded
      expect(info).toMatchObject({
        formatId: 'telethon.sqlite',
        library: 'telethon',
        formatVersion: file.schema_version,
      })
      expect(info.variant).toBe(String(file.schema_version))

      expect(session.dataCenters).toHaveLength(file.sessions!.length)
      const row = file.sessions![0]!
      const home = homeOf(session)!
      expect(home.id).toBe(file.inferred_dc_id ?? row.dc_id)
      expect(home.address).toBe(row.server_address === null ? null : normalizeIp(row.server_address))
      expect(home.port).toBe(row.port)
      expect(home.authKey === null ? null : toHex(home.authKey.open())).toBe(row.auth_key_hex || null)
      expect(home.authKey === null ? null : keyIdOf(home.authKey)).toBe(row.auth_key_id_hex)
      expect(problems.some((problem) => problem.code === 'session.no-key')).toBe(row.auth_key_id_hex === null)

      const takeout = file.effective_takeout_id === undefined ? row.takeout_id : file.effective_takeout_id
      expect(session.takeoutId).toBe(typeof takeout === 'string' ? BigInt(takeout) : null)
      const temporary = session.temporaryKey
      expect(temporary === null ? null : toHex(temporary.open())).toBe(file.effective_tmp_auth_key_hex ?? null)

      expect(session.account?.id ?? null).toBe(file.self_user_id == null ? null : BigInt(file.self_user_id))

      const states = file.update_states ?? []
      const account = states.find((state) => state.id === '0')
      expect(session.updateState).toEqual(
        account ? { pts: account.pts, qts: account.qts, date: account.date, seq: account.seq } : null,
      )
      const channels = await collect(session.channelStates)
      expect(channels).toEqual(
        states
          .filter((state) => state.id !== '0')
          .map(({ id, pts, qts, date, seq }) => ({ channelId: BigInt(id), pts, qts, date, seq })),
      )
      expect(session.channelStates.count).toBe(channels.length)
      for (const state of states.filter((one) => one.date_storage === 'real')) expect(state.date % 1).not.toBe(0)

      const peers = await collect(session.peers)
      const marker = file.self_user_id == null ? 0 : 1
      expect(session.peers.count).toBe(file.entity_rows! - marker)
      expect(peers).toHaveLength(session.peers.count)
      expect(await telethonDigest(tables, peers)).toBe(file.entities_digest)

      // The layout of 0.16.1 has no remote files to carry.
      const files3 = (file.sent_files ?? []).filter((sent) => sent.id !== undefined)
      expect(
        (await collect(session.sentFiles)).map((sent) => ({
          md5_digest: toHex(sent.md5),
          file_size: Number(sent.size),
          type: sent.type === 'photo' ? 1 : 0,
          id: String(sent.id),
          hash: String(sent.accessHash),
        })),
      ).toEqual(files3)

      if (typeof file.string_session === 'string' && file.string_session !== '') {
        const text = telethonString.encode!(session, { ...noOptions, variant: '1' })
        // The library packs DC 0 as it stands; ours names the DC the address belongs to.
        if (row.dc_id !== 0) expect(text).toBe(file.string_session)
      }
    })
  })

  /** The manifest's digest, from the peers we read; the self marker is added from the account's row. */
  async function telethonDigest(
    tables: Parameters<typeof telethonSqlite.list>[0],
    peers: readonly Peer[],
  ): Promise<string> {
    const dated = (await tables.schema()).tables.get('entities')!.columns.some((column) => column.name === 'date')
    const lines = peers.map((peer) => ({
      id: markedId(peer.kind, peer.id),
      cells: [peer.accessHash, peer.usernames[0] ?? null, peer.phone, peer.name, ...(dated ? [peer.updatedAt] : [])],
    }))
    const columns = ['hash', 'username', 'phone', 'name', ...(dated ? ['date'] : [])]
    for (const row of await tables.scan({ table: 'entities', columns, whereKey: 0n })) {
      lines.push({
        id: 0n,
        cells: row.map((cell, index) => (index === 4 ? Number(cell) : cell)) as (typeof lines)[0]['cells'],
      })
    }
    return sha256(
      lines
        .sort(byId((line) => line.id))
        .map(({ id, cells }) =>
          JSON.stringify([String(id), ...cells.map((cell) => (typeof cell === 'bigint' ? String(cell) : cell))]),
        ),
    )
  }
})

describe('Telethon strings', () => {
  const valid = telethonStrings.valid.filter((one) => one.string !== '')

  test.each(valid.map((one) => [`DC ${one.input.dc_id} ${one.input.server_address}:${one.input.port}`, one] as const))(
    '%s',
    (_name, one) => {
      const claims = detectText(one.string)
      expect(claims.map((claim) => [claim.format.id, claim.detection.certainty])).toEqual([
        ['telethon.string', 'exact'],
      ])
      const { session, info } = telethonString.decode(one.string)
      expect(info).toEqual({ formatId: 'telethon.string', variant: '1', library: 'telethon', formatVersion: 1 })
      const home = homeOf(session)!
      expect(home.address).toBe(one.reloaded!.server_address)
      expect(home.port).toBe(one.reloaded!.port)
      expect(toHex(home.authKey!.open())).toBe(one.auth_key_hex)
      expect(keyIdOf(home.authKey!)).toBe(one.auth_key_id_hex)
      if (one.input.dc_id >= 1 && one.input.dc_id <= 5) {
        expect(home.id).toBe(one.input.dc_id)
        expect(telethonString.encode!(session, { ...noOptions, variant: '1' })).toBe(one.string)
      } else {
        // No DC has this id: the address tells which one made the key.
        expect(home.id).toBe(2)
      }
    },
  )

  /** What can be put right is put right; the rest names no format. */
  test.each(telethonStrings.odd.map((one) => [one.case, one] as const))('odd: %s', (name, one) => {
    const claim = unambiguous(detectText(cleanText(one.string).text))
    expect(claim?.format.id ?? null).toBe(READABLE_ODD.has(name) ? 'telethon.string' : null)
    if (claim && one.library.accepted) {
      const home = homeOf(claim.format.decode(cleanText(one.string).text).session)!
      expect([home.id, home.address, home.port]).toEqual([
        one.library.dc_id,
        one.library.server_address,
        one.library.port,
      ])
      expect(toHex(home.authKey!.open())).toBe(one.library.auth_key_hex)
    }
  })
})

describe('Pyrogram files', () => {
  const files = pyrogramManifest.entries.filter((entry) => entry.format === 'pyrogram.sqlite')

  test.each(files.map((entry) => [entry.id, entry] as const))('%s reads as its manifest says', async (id, entry) => {
    await withFixture(`pyrogram/${entry.path}`, async (tables) => {
      const claims = detectTables(await tables.schema())
      expect(claims.map((claim) => [claim.format.id, claim.detection.certainty])).toEqual([
        ['pyrogram.sqlite', 'exact'],
      ])
      const [stored] = await pyrogramSqlite.list(tables)
      const { info, session, problems } = stored!.decoded
      expect(info.formatVersion).toBe(entry.schema_version)
      expect(info.variant).toBe(pyrogramVariant(entry))
      const same = new Map([['pyrotgfork', 'kurigram']])
      if (!id.startsWith('migrated')) expect(info.library).toBe(same.get(entry.library.name) ?? entry.library.name)
      expectSession(entry, session)
      expect(session.savedAt).toBe(entry.session!.date || null)
      expect(problems.some((problem) => problem.code === 'session.no-key')).toBe(entry.expect === 'no-key')
      if (entry.expect === 'ok') expect(problems).toEqual([])

      const states = entry.update_state ?? []
      const account = states.find((state) => state.id === '0')
      expect(session.updateState).toEqual(
        account ? { pts: account.pts, qts: account.qts, date: account.date, seq: account.seq } : null,
      )
      expect(
        (await collect(session.channelStates)).map(({ channelId, ...rest }) => ({
          id: String(markedId('channel', channelId)),
          ...rest,
        })),
      ).toEqual(states.filter((state) => state.id !== '0'))

      const peers = await collect(session.peers)
      expect(session.peers.count).toBe(entry.peers!.count)
      expect(pyrogramDigest(peers, entry)).toBe(entry.peers!.digest)
      for (const sample of entry.peers!.sample) {
        const peer = peers.find((one) => one.kind === sample.kind && String(one.id) === sample.bare_id)!
        expect(peer.type).toBe(sample.type)
        expect(peer.usernames).toEqual(sample.usernames)
        expect(peer.updatedAt).toBe(sample.last_update_on)
      }
    })
  })
})

describe('Pyrogram strings', () => {
  const strings = pyrogramManifest.entries.filter((entry) => entry.kind === 'string')

  test.each(strings.map((entry) => [entry.id, entry] as const))('%s', (_id, entry) => {
    const { text, corrections } = cleanText(entry.string!)
    const claims = detectText(text)
    if (entry.expect === 'error') {
      expect(claims).toEqual([])
      return
    }
    expect(claims.map((claim) => [claim.format.id, claim.detection.certainty])).toEqual([['pyrogram.string', 'exact']])
    const { format } = claims[0]!
    const { session, info } = format.decode(text)
    expect(info.variant).toBe(pyrogramVariant(entry))
    expectSession(entry, session)
    const canonical = corrections.length === 0 && !text.endsWith('=')
    if (canonical) expect(format.encode!(session, { ...noOptions, variant: info.variant })).toBe(entry.string)
  })
})

function expectSession(entry: PyrogramEntry, session: ReturnType<typeof telethonString.decode>['session']): void {
  const expected = entry.session!
  const home = homeOf(session)!
  expect(home.id).toBe(expected.dc_id)
  expect(home.address).toBe(expected.address)
  expect(home.port).toBe(expected.port)
  expect(session.test).toBe(expected.test_mode)
  expect(home.authKey === null ? null : toHex(home.authKey.open())).toBe(expected.auth_key_hex)
  expect(home.authKey === null ? null : keyIdOf(home.authKey)).toBe(expected.auth_key_id_hex)
  expect(session.account?.id ?? null).toBe(expected.user_id === null ? null : BigInt(expected.user_id))
  expect(session.account?.isBot ?? null).toBe(expected.is_bot)
  expect(session.apiId).toBe(expected.api_id)
}
