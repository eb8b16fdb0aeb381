import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { toHex } from '../src/main/bytes/hex.ts'
import { writeQtBytes, writeQtText } from '../src/main/bytes/qt-stream.ts'
import { byteWriter } from '../src/main/bytes/writer.ts'
import { isAppError } from '../src/main/domain/errors.ts'
import { keyIdOf } from '../src/main/domain/key-id.ts'
import { Secret } from '../src/main/domain/secret.ts'
import { emptySession, homeOf, type Session } from '../src/main/domain/session.ts'
import { detectFolder } from '../src/main/formats/detect.ts'
import { explainForeignBytes } from '../src/main/formats/foreign.ts'
import type { StoredSession } from '../src/main/formats/format.ts'
import { writeAuthorization } from '../src/main/formats/tdesktop/authorization.ts'
import { encryptBlock, legacyPasscodeKey } from '../src/main/formats/tdesktop/crypt.ts'
import { accountFolderOf } from '../src/main/formats/tdesktop/files.ts'
import { tdesktopTdata } from '../src/main/formats/tdesktop/tdata.ts'
import { encodeAccounts } from '../src/main/formats/tdesktop/write.ts'
import { memoryFolder, unlockWith } from './support/formats/media.ts'
import { buildFolder, framed, type TdataEntry, tdataEntries, tdataFiles } from './support/formats/tdesktop.ts'

const options = { variant: '2', options: new Map<string, string>(), nowSeconds: 1_700_000_000 }

async function listed(
  files: ReadonlyMap<string, Uint8Array>,
  passcode: string | null = null,
): Promise<readonly StoredSession[]> {
  return tdesktopTdata.list(memoryFolder('tdata', files), unlockWith(passcode))
}

/** The code, and for damage its reason. */
async function failure(files: ReadonlyMap<string, Uint8Array>, passcode: string | null = null): Promise<string> {
  return listed(files, passcode).then(
    () => 'read',
    (error: unknown) => {
      if (!isAppError(error)) throw error
      return isAppError(error, 'format.malformed') ? `${error.code}: ${error.details.reason}` : error.code
    },
  )
}

function codesOf({ decoded }: StoredSession): readonly string[] {
  return decoded.problems.map(({ code }) => code)
}

/** 3004000 is 3.4.0. */
function spelled(version: number): string {
  return String(version).replace(/^(\d+)(\d{3})(\d{3})$/, (_, ...parts: string[]) =>
    parts.slice(0, 3).map(Number).join('.'),
  )
}

describe('what real programs wrote', () => {
  const whole = tdataEntries.filter(({ expect: verdict }) => verdict !== 'error')

  test.each(whole.map((entry) => [entry.id, entry] as const))('%s', async (_id, entry) => {
    const files = tdataFiles(entry.dir)
    const isLegacy = entry.format === 'tdata-legacy'
    expect(tdesktopTdata.claims([...new Set([...files.keys()].map((path) => path.split('/')[0]!))])).toBe(true)
    const claims = await detectFolder(memoryFolder('tdata', files))
    expect(claims.map(({ format, detection }) => [format.id, detection.certainty, detection.variant])).toEqual([
      ['tdesktop.tdata', 'exact', isLegacy ? '1' : '2'],
    ])
    for (const path of files.keys()) {
      expect(tdesktopTdata.concerns!(path)).toBe(!/\/[0-9A-F]{16}s$/.test(path))
    }

    const { accounts, file_version: version } = entry.content!
    const stored = await listed(files, entry.passcode)
    expect(stored.map(({ key }) => key)).toEqual(
      isLegacy ? [''] : accounts.map(({ index }) => (index === 0 ? 'data' : `data#${index + 1}`)),
    )
    for (const [position, account] of accounts.entries()) {
      const { key, name, decoded } = stored[position]!
      if (!isLegacy) expect(accountFolderOf(key)).toBe(account.folder)
      const { session, info } = decoded
      expect(info).toEqual({
        formatId: 'tdesktop.tdata',
        variant: isLegacy ? '1' : '2',
        library: 'tdesktop',
        formatVersion: spelled(version),
      })
      const self = account.self ?? null
      expect(name).toBe(self === null ? null : `${self.first_name} ${self.last_name}`)
      expect(session.account).toEqual({
        id: BigInt(account.user_id),
        isBot: null,
        username: self?.username ?? null,
        phone: self?.phone ?? null,
      })
      expect(session.apiId).toBeNull()
      expect(session.updateState).toBeNull()
      expect(session.peers.count).toBe(0)
      const keys = session.dataCenters.filter(({ authKey }) => authKey !== null)
      const byId = new Map(keys.map(({ id, authKey }) => [id, authKey!]))
      expect(byId.size).toBe(keys.length)
      expect(byId.size).toBe(account.dcs.length)
      for (const dc of account.dcs) {
        expect(toHex(byId.get(dc.id)!.open())).toBe(dc.auth_key_hex)
        expect(keyIdOf(byId.get(dc.id)!)).toBe(dc.auth_key_id_hex)
      }
      const home = homeOf(session)!
      expect(home).toMatchObject({ id: account.home_dc, home: true })
      if (account.home_auth_key_id_hex !== undefined) expect(keyIdOf(home.authKey!)).toBe(account.home_auth_key_id_hex)
      const dialled = session.dataCenters.filter(({ address }) => address !== null)
      expect(dialled).toHaveLength(account.config_dc_options ?? 0)
      // The manifest says nothing of production, where the config does.
      expect(session.test).toBe(account.test_mode ?? (account.config_dc_options == null ? null : false))
      expect(codesOf(stored[position]!)).toEqual(problemsOf(entry))
    }
  })

  function problemsOf({ id }: TdataEntry): readonly string[] {
    if (id === 'opentele-fixed-key') return ['tdesktop.no-secrecy']
    return id.startsWith('opentele') ? ['tdesktop.config-ignored'] : []
  }

  test('addresses of the config, with their flags', async () => {
    const [first] = await listed(tdataFiles('derived-full'))
    const { dataCenters } = first!.decoded.session
    expect(dataCenters.map(({ id, address, port, flags }) => [id, address, port, flags])).toEqual([
      [1, '149.154.175.53', 443, 16],
      [2, '149.154.167.51', 443, 16],
      [3, '149.154.175.100', 443, 16],
      [4, '149.154.167.91', 443, 16],
      [5, '91.108.56.130', 443, 16],
      [1, '2001:b28:f23d:f001::a', 443, 17],
      [2, '2001:67c:4e8:f002::a', 443, 17],
      [3, '2001:b28:f23d:f003::a', 443, 17],
      [4, '2001:67c:4e8:f004::a', 443, 17],
      [5, '2001:b28:f23f:f005::a', 443, 17],
    ])
    expect(dataCenters.filter(({ authKey }) => authKey !== null).map(({ address }) => address)).toEqual([
      '149.154.175.53',
      '149.154.167.51',
      '149.154.167.91',
    ])
  })
})

describe('what real programs refuse', () => {
  test.each([
    ['bad-md5', null, 'format.malformed: the checksum of “key_datas” does not fit: it was changed or cut short'],
    ['bad-magic', null, 'format.malformed: “key_datas” does not begin as a file of Telegram Desktop does'],
    ['bad-passcode', 'wrong', 'passcode.wrong'],
    ['bad-passcode', null, 'passcode.required'],
    ['bad-passcode', '', 'passcode.required'],
    ['tdesktop-fresh', null, 'session.no-key'],
  ])('%s, passcode %s', async (directory, passcode, expected) => {
    expect(await failure(tdataFiles(directory), passcode)).toBe(expected)
  })

  test('every refused fixture is refused', async () => {
    for (const entry of tdataEntries.filter(({ expect: verdict }) => verdict === 'error')) {
      expect(await failure(tdataFiles(entry.dir), entry.passcode), entry.id).not.toBe('read')
    }
  })
})

describe('passcodes', () => {
  test('one that is not needed does no harm', async () => {
    expect(await listed(tdataFiles('mtcute-simple'), 'of another folder')).toHaveLength(1)
  })

  test('one of the layout before 2.0', async () => {
    const files = await legacyFolder('secret')
    expect(await failure(files)).toBe('passcode.required')
    expect(await failure(files, 'wrong')).toBe('passcode.wrong')
    expect((await listed(files, 'secret'))[0]!.decoded.session.account?.id).toBe(77n)
  })

  async function legacyFolder(passcode: string): Promise<ReadonlyMap<string, Uint8Array>> {
    const salt = randomBytes(32)
    const localKey = randomBytes(256)
    const keyBlock = encryptBlock(localKey, await legacyPasscodeKey(new TextEncoder().encode(passcode), salt))
    const records = byteWriter().u32(1).i32(77).u32(2).u32(0).i32(2).bytes(randomBytes(256)).done()
    return new Map([
      ['D877F783D5D3EF8C/map1', framed(salt, keyBlock, encryptBlock(new Uint8Array(), localKey))],
      ['D877F783D5D3EF8C1', framed(encryptBlock(records, localKey))],
    ])
  }
})

const key = randomBytes(256)
const plain = writeAuthorization({ userId: 77n, mainDcId: 2, keys: [{ dcId: 2, key }] })

/** A record with everything, from its parts. */
function whole(parts: {
  userId?: bigint
  mainDcId?: number
  keys?: readonly (readonly [number, Uint8Array])[]
  toDestroy?: readonly (readonly [number, Uint8Array])[]
  isOld?: boolean
}): Uint8Array {
  const { userId = 77n, mainDcId = 2, keys = [[2, key]], toDestroy = [], isOld = false } = parts
  const body = byteWriter()
  if (isOld) body.i32(Number(userId)).i32(mainDcId)
  else
    body
      .u64(2n ** 64n - 1n)
      .u64(userId)
      .i32(mainDcId)
  for (const list of [keys, toDestroy]) {
    body.i32(list.length)
    for (const [dcId, bytes] of list) body.i32(dcId).bytes(bytes)
  }
  return writeQtBytes(byteWriter().u32(0x4b), body.done()).done()
}

async function only(authorization: Uint8Array, rest: object = {}): Promise<StoredSession> {
  const stored = await listed(await buildFolder({ authorizations: [authorization], ...rest }))
  expect(stored).toHaveLength(1)
  return stored[0]!
}

describe('logins of every age and state', () => {
  test('ids of 32 bits', async () => {
    const stored = await only(whole({ isOld: true, userId: 123_456n, mainDcId: 4, keys: [[4, key]] }))
    expect(stored.decoded.session.account?.id).toBe(123_456n)
    expect(homeOf(stored.decoded.session)).toMatchObject({ id: 4, home: true })
  })

  test('a key and a user of their own record, behind settings', async () => {
    const records = byteWriter()
    records.u32(0x28).i32(1)
    writeQtText(records.u32(0x53), 'apv3.stel.com')
    writeQtBytes(records.u32(0x4a), randomBytes(9))
    writeQtText(writeQtText(records.u32(0x02).u32(2), 'host'), '149.154.167.51').u32(443)
    writeQtText(records.u32(0x27).u32(2).i32(0), '149.154.167.51').u32(443)
    writeQtBytes(writeQtText(records.u32(0x33), '/home'), new Uint8Array())
    records.u32(0x01).i32(88).u32(2).u32(0x00).i32(2).bytes(key)
    const stored = await only(records.done())
    expect(stored.decoded.session.account?.id).toBe(88n)
    expect(codesOf(stored)).toEqual([])
  })

  test('a setting before the record with everything', async () => {
    const stored = await only(byteWriter().u32(0x28).i32(1).bytes(plain).done())
    expect(stored.decoded.session.account?.id).toBe(77n)
  })

  test('a record of an unknown kind is not guessed at', async () => {
    const files = await buildFolder({ authorizations: [byteWriter().u32(0x77).i32(1).bytes(plain).done()] })
    expect(await failure(files)).toMatch(/unknown kind \(119\)/)
  })

  test('keys that are to be destroyed are left out, and counted', async () => {
    const doomed = randomBytes(256)
    const stored = await only(
      whole({
        toDestroy: [
          [2, doomed],
          [4, randomBytes(256)],
        ],
      }),
    )
    expect(codesOf(stored)).toEqual(['tdesktop.keys-to-destroy'])
    expect(stored.decoded.problems[0]!.message).toMatch(/^2 keys of logins that are being ended are left out/)
    expect(stored.decoded.session.dataCenters).toHaveLength(1)
    expect(stored.decoded.session.dataCenters[0]!.authKey!.equals(new Secret(key))).toBe(true)
  })

  test('nobody is logged in', async () => {
    const stored = await only(whole({ userId: 0n }))
    expect(codesOf(stored)).toEqual(['tdesktop.nobody'])
    expect(stored.decoded.session.account).toBeNull()
  })

  test('no key at home', async () => {
    const stored = await only(whole({ keys: [[4, key]] }))
    expect(codesOf(stored)).toEqual(['session.no-key'])
    expect(homeOf(stored.decoded.session)).toMatchObject({ id: 2, authKey: null })
  })

  test('zeros, doubled keys and special connections', async () => {
    const stored = await only(
      whole({
        keys: [
          [2, key],
          [2, randomBytes(256)],
          [4, new Uint8Array(256)],
          [20_002, randomBytes(256)],
          [77, key],
        ],
      }),
    )
    expect(codesOf(stored)).toEqual(['tdesktop.keys-left-out'])
    expect(stored.decoded.problems[0]!.message).toMatch(/^4 of 5 keys are left out/)
    expect(stored.decoded.session.dataCenters.map(({ id }) => id)).toEqual([2])
  })

  test.each([
    ['a user id beyond all', whole({ userId: 2n ** 63n })],
    ['DC 0', whole({ mainDcId: 0 })],
    ['DC 77', whole({ mainDcId: 77 })],
    [
      'more keys than bytes',
      byteWriter()
        .u32(0x4b)
        .u32(24)
        .u64(2n ** 64n - 1n)
        .u64(1n)
        .i32(2)
        .i32(9)
        .done(),
    ],
    [
      'a negative count',
      byteWriter()
        .u32(0x4b)
        .u32(24)
        .u64(2n ** 64n - 1n)
        .u64(1n)
        .i32(2)
        .i32(-1)
        .done(),
    ],
    ['a length that lies', byteWriter().u32(0x4b).u32(0x7fff_ffff).done()],
    ['nothing', new Uint8Array()],
  ])('%s', async (_case, authorization) => {
    expect(await failure(await buildFolder({ authorizations: [authorization] }))).toMatch(/^format\.malformed: /)
  })
})

describe('the folder', () => {
  test('a key file of another name', async () => {
    const files = await buildFolder({ authorizations: [plain, plain], accounts: [0, 3], name: 'work' })
    expect((await listed(files)).map((stored) => stored.key)).toEqual(['work', 'work#4'])
    expect((await detectFolder(memoryFolder('x', files)))[0]!.detection.certainty).toBe('exact')
  })

  test('two key files, one with another passcode', async () => {
    const open = await buildFolder({ authorizations: [plain] })
    const locked = await buildFolder({ authorizations: [plain], name: 'work', passcode: 'x' })
    const both = new Map([...locked, ...open])
    const stored = await listed(both)
    expect(stored.map((one) => one.key)).toEqual(['data'])
    expect(codesOf(stored[0]!)).toEqual(['tdesktop.key-file-closed'])
    expect((await listed(both, 'x')).map((one) => one.key)).toEqual(['data', 'work'])
  })

  test('no active account, as old releases wrote it', async () => {
    expect((await only(plain, { hasActive: false })).decoded.session.account?.id).toBe(77n)
  })

  test('without an index the program takes the account for logged out', async () => {
    expect(codesOf(await only(plain, { map: null }))).toEqual(['tdesktop.no-map'])
  })

  test('an index or a configuration that is damaged blocks nothing', async () => {
    expect(codesOf(await only(plain, { map: byteWriter().u32(0x99).done() }))).toEqual(['tdesktop.map-damaged'])
    for (const config of [new Uint8Array(), randomBytes(40), writeQtBytes(byteWriter(), randomBytes(300)).done()]) {
      const stored = await only(plain, { config })
      expect(codesOf(stored)).toEqual(['tdesktop.config-ignored'])
      expect(stored.decoded.session.test).toBeNull()
    }
  })

  test('one damaged account does not hide the others', async () => {
    const files = await buildFolder({ authorizations: [plain, plain] })
    const path = `${accountFolderOf('data#2')}s`
    files.set(path, files.get(path)!.slice(0, -1))
    const [first, second] = await listed(files)
    expect(codesOf(first!)).toEqual([])
    expect(codesOf(second!)).toEqual(['session.damaged-key'])
    expect(second!.decoded.session.dataCenters).toEqual([])
    // Where it is the only one, there is nothing to show.
    const alone = await buildFolder({ authorizations: [plain] })
    const own = `${accountFolderOf('data')}s`
    alone.set(own, alone.get(own)!.slice(0, -1))
    expect(await failure(alone)).toMatch(/checksum/)
  })

  test('the account of another folder', async () => {
    const files = await buildFolder({ authorizations: [plain] })
    const other = await buildFolder({ authorizations: [plain] })
    const path = `${accountFolderOf('data')}s`
    expect(await failure(new Map(files).set(path, other.get(path)!))).toMatch(/does not fit the folder's key/)
  })

  test('the older of two files where the newer is damaged', async () => {
    const files = tdataFiles('mtcute-simple')
    const keyFile = files.get('key_datas')!
    const rest = [...files].filter(([path]) => path !== 'key_datas')
    const two = new Map([...rest, ['key_data0', keyFile], ['key_data1', keyFile.slice(0, 30)]])
    for (const newer of ['key_data0', 'key_data1']) {
      const folder = memoryFolder('tdata', two)
      const entries = folder.entries.map((entry) => ({ ...entry, modifiedAtMs: entry.path === newer ? 2 : 1 }))
      expect(await tdesktopTdata.list({ ...folder, entries }, unlockWith(null))).toHaveLength(1)
    }
    // While there is a file of today's suffix, only that counts.
    expect(await failure(new Map([...two, ['key_datas', keyFile.slice(0, 30)]]))).toMatch(/checksum/)
  })

  test.each([
    ['no account', []],
    ['a negative index', [-1]],
    ['an index beyond all', [5000]],
  ])('a list with %s', async (_case, accounts) => {
    expect(await failure(await buildFolder({ authorizations: [plain], accounts }))).toMatch(/^format\.malformed: /)
  })

  test('more accounts than the program takes, as forks write them', async () => {
    const files = await buildFolder({ authorizations: Array.from({ length: 12 }, () => plain) })
    expect(await listed(files)).toHaveLength(12)
  })

  test('the key file is missing', async () => {
    const files = new Map([...tdataFiles('mtcute-simple')].filter(([path]) => path !== 'key_datas'))
    expect(await failure(files)).toMatch(/key file \(“key_datas”\) is missing/)
    expect(await failure(new Map())).toMatch(/^format\.malformed/)
  })

  test('one account’s own files', async () => {
    const folder = memoryFolder('tdata', tdataFiles('mtcute-multi'))
    expect(await tdesktopTdata.filesOf!(folder, 'data#2')).toEqual(['A7FDF864FBC10B77/maps', 'A7FDF864FBC10B77s'])
    expect(await tdesktopTdata.filesOf!(memoryFolder('tdata', tdataFiles('mtcute-simple')), 'data')).toBeNull()
  })

  test('a single file of it is named', () => {
    const error = explainForeignBytes(tdataFiles('mtcute-simple').get('key_datas')!)
    expect(error.details).toEqual({ reason: expect.stringMatching(/open the whole folder/) })
  })
})

describe('writing', () => {
  const session: Session = {
    ...emptySession(),
    test: false,
    account: { id: 5_000_000_001n, isBot: false, username: 'ada_test', phone: '15550100' },
    dataCenters: [
      { id: 4, address: null, port: null, authKey: new Secret(randomBytes(256)), home: false },
      { id: 2, address: '149.154.167.51', port: 443, authKey: new Secret(randomBytes(256)), home: true, flags: 16 },
    ],
  }

  test('with a passcode, and read back', async () => {
    const files = await tdesktopTdata.encode!(session, {
      ...options,
      name: 'any',
      options: new Map([['passcode', 'пароль']]),
    })
    expect([...files.keys()].toSorted()).toEqual([
      'D877F783D5D3EF8C/configs',
      'D877F783D5D3EF8C/maps',
      'D877F783D5D3EF8Cs',
      'key_datas',
    ])
    expect(await failure(files)).toBe('passcode.required')
    const [stored] = await listed(files, 'пароль')
    expect(stored).toMatchObject({ key: 'data', name: '@ada_test' })
    expect(codesOf(stored!)).toEqual([])
    expect(stored!.decoded.session.account).toEqual({ ...session.account, isBot: null })
    const home = homeOf(stored!.decoded.session)!
    expect(home).toMatchObject({ id: 2, address: '149.154.167.51', port: 443, flags: 16 })
    expect(home.authKey!.equals(session.dataCenters[1]!.authKey!)).toBe(true)
  })

  test('nothing is the same in two folders', async () => {
    const [one, other] = [await encodeAccounts([session], options), await encodeAccounts([session], options)]
    for (const [path, bytes] of one) expect(Buffer.from(bytes).equals(other.get(path)!), path).toBe(false)
  })

  test('every file carries a version that no program is older than', async () => {
    for (const bytes of (await encodeAccounts([session], options)).values()) {
      expect(Buffer.from(bytes).readInt32LE(4)).toBe(3_004_000)
    }
  })

  test('a test account without an address gets the published ones', async () => {
    const bare = { ...session, test: true, dataCenters: [{ ...session.dataCenters[1]!, address: null, port: null }] }
    const [stored] = await listed(await encodeAccounts([bare], options))
    expect(stored!.decoded.session.test).toBe(true)
    expect(stored!.decoded.session.dataCenters.map(({ id, address }) => [id, address])).toEqual([
      [1, '149.154.175.10'],
      [2, '149.154.167.40'],
      [3, '149.154.175.117'],
    ])
  })

  test('a way home over IPv4 is always there, and host names give way', async () => {
    for (const address of ['2001:67c:4e8:f002::a', 'venus.web.telegram.org']) {
      const odd = { ...session, dataCenters: [{ ...session.dataCenters[1]!, address, flags: 0 }] }
      const [stored] = await listed(await encodeAccounts([odd], options))
      expect(homeOf(stored!.decoded.session)).toMatchObject({ id: 2, address: '149.154.167.51' })
    }
  })

  test('several accounts', async () => {
    const sessions = Array.from({ length: 6 }, (_, index) => ({
      ...session,
      account: { ...session.account!, id: BigInt(index + 1) },
    }))
    const stored = await listed(await encodeAccounts(sessions, options))
    expect(stored.map(({ key: name, decoded }) => [name, decoded.session.account?.id])).toEqual([
      ['data', 1n],
      ['data#2', 2n],
      ['data#3', 3n],
      ['data#4', 4n],
      ['data#5', 5n],
      ['data#6', 6n],
    ])
    const refused = expect.objectContaining({ code: 'format.not-writable' })
    await expect(encodeAccounts([], options)).rejects.toEqual(refused)
    await expect(encodeAccounts([session, session], options)).rejects.toEqual(refused)
    await expect(encodeAccounts([...sessions, session], options)).rejects.toEqual(refused)
    await expect(
      encodeAccounts([{ ...session, account: { ...session.account!, id: 2n ** 48n } }], options),
    ).rejects.toEqual(refused)
  })

  test('keys of data centres that do not exist are told, not written', async () => {
    const dropped: unknown[] = []
    const odd = { ...session, dataCenters: [...session.dataCenters, { ...session.dataCenters[0]!, id: 77 }] }
    const files = await encodeAccounts([odd], { ...options, onDropped: (...row) => dropped.push(row) })
    expect(dropped).toEqual([['other-keys', 1, expect.any(String)]])
    const [stored] = await listed(files)
    expect(stored!.decoded.session.dataCenters.map(({ id }) => id)).toEqual([2, 4])
  })
})
