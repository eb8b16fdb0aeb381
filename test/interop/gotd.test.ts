import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { normalizeIp } from '../../src/main/bytes/ip.ts'
import { keyIdOf } from '../../src/main/domain/key-id.ts'
import { homeOf } from '../../src/main/domain/session.ts'
import { saltNumber } from '../../src/main/formats/salt.ts'
import { attempt, temporaryFolder } from './support/run.ts'
import { type GoProgram, goProgram } from './support/go.ts'
import { drawSession, homeWithKey, keyIdOfHome, readTheirs, writeOurs } from './support/sessions.ts'
import { writeTdata } from './support/tdata.ts'

const { value: program, reason } = await attempt(goProgram)
const go: GoProgram = program ?? (() => Promise.reject(new Error(reason)))
const TESTS = 5

describe.skipIf(program === null)(`gotd and gogram${program === null ? ` (skipped: ${reason})` : ''}`, () => {
  test('gotd opens our files', async () => {
    const path = join(temporaryFolder(), 'session.json')
    for (let round = 0; round < TESTS; round += 1) {
      const session = drawSession()
      const home = homeWithKey(session)
      await writeOurs(path, session, 'gotd.json')
      const report = await go('read', 'gotd', path)
      expect(report).toMatchObject({
        keyId: keyIdOfHome(session),
        dc: home.id,
        addr: `${home.address}:${home.port}`,
        salt: String(saltNumber(home)),
        testMode: session.test,
      })
      // The key id in the file is that of the key: the client checks it.
      expect(report.extra).toBeUndefined()
      const others = session.dataCenters.filter((dc) => !dc.home)
      expect(report.options ?? []).toEqual(others.map(({ id, address, port }) => ({ id, ip: address, port, flags: 0 })))
    }
  })

  test('we open gotd’s files, and gotd what we make of them', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'session.json')
    const report = await go('write', 'gotd', path)
    const again = join(folder, 'again.json')
    await readTheirs(path, 'gotd.json', async ({ session, problems }) => {
      expect(problems).toEqual([])
      const home = homeWithKey(session)
      expect(keyIdOf(home.authKey)).toBe(report.keyId)
      expect([home.id, String(saltNumber(home)), session.test]).toEqual([report.dc, report.salt, false])
      expect(session.dataCenters.map(({ id, address, port, flags }) => ({ id, ip: address, port, flags }))).toEqual(
        report.options,
      )
      await writeOurs(again, session, 'gotd.json')
    })
    expect(await go('read', 'gotd', again)).toEqual(report)
  })

  test.each(['', 'ipv6'])('gotd imports our Telethon strings %s', async (option) => {
    const path = join(temporaryFolder(), 'string.txt')
    const session = drawSession()
    await writeOurs(path, session, 'telethon.string', '1', option === '' ? {} : { [option]: 'true' })
    const report = await go('read', 'telethon', path)
    expect(report).toMatchObject({ keyId: keyIdOfHome(session), dc: homeWithKey(session).id })
    expect(report.addr.startsWith('[')).toBe(option === 'ipv6')
    if (option === '') expect(report.addr).toBe(`${homeWithKey(session).address}:${homeWithKey(session).port}`)
  })

  describe('tdata folders of ours', () => {
    test.each(['', 'p4sscode – ünïcode'])('gotd opens one with the passcode “%s”', async (passcode) => {
      for (let round = 0; round < TESTS; round += 1) {
        const folder = temporaryFolder()
        const session = drawSession()
        const home = homeWithKey(session)
        await writeTdata(folder, session, passcode)
        const { accounts } = await go('read', 'tdata', folder, { env: { INTEROP_PASSCODE: passcode } })
        expect(accounts).toHaveLength(1)
        const [account] = accounts!
        expect(account).toMatchObject({
          keyId: keyIdOfHome(session),
          dc: home.id,
          userId: String(session.account!.id),
          testMode: session.test,
        })
        const keys = session.dataCenters.flatMap((dc) => (dc.authKey ? [[String(dc.id), keyIdOf(dc.authKey)]] : []))
        expect(account!.otherKeys).toEqual(Object.fromEntries(keys))
        // gotd takes the first ordinary address of the DC, without its port.
        expect(normalizeIp(account!.addr)).toBe(home.address)
      }
    })

    test('gotd refuses the wrong passcode', async () => {
      const folder = temporaryFolder()
      await writeTdata(folder, drawSession(), 'right')
      await expect(go('read', 'tdata', folder, { env: { INTEROP_PASSCODE: 'wrong' } })).rejects.toThrow(/msg_key/)
      await expect(go('read', 'tdata', folder)).rejects.toThrow(/msg_key/)
    })
  })

  test('gogram takes our strings', async () => {
    const path = join(temporaryFolder(), 'string.txt')
    for (let round = 0; round < TESTS; round += 1) {
      // It knows no address of test DC 3: it takes the one there is for DC 1.
      const session = drawSession((one) => !(one.test === true && homeOf(one)?.id === 3))
      await writeOurs(path, session, 'gogram.string')
      const home = homeWithKey(session)
      const report = await go('read', 'gogram-string', path)
      expect(report).toMatchObject({
        keyId: keyIdOfHome(session),
        dc: home.id,
        addr: `${home.address}:${home.port}`,
        apiId: session.apiId,
      })
      expect(report.extra).toBeUndefined()
    }
  })

  test.each(['', 'a key of 24 characters..'])('we open gogram’s file under the key “%s”', async (key) => {
    const path = join(temporaryFolder(), 'session.dat')
    const report = await go('write', 'gogram-file', path, { env: { INTEROP_PASSCODE: key } })
    await readTheirs(
      path,
      'gogram.file',
      ({ session, problems }) => {
        expect(problems).toEqual([])
        const home = homeWithKey(session)
        expect(keyIdOf(home.authKey)).toBe(report.keyId)
        expect([home.id, `${home.address}:${home.port}`, session.apiId]).toEqual([report.dc, report.addr, report.apiId])
      },
      key === '' ? null : key,
    )
  })
})
