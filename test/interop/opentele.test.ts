import { describe, expect, test } from 'vitest'
import { pythonLibrary } from './support/python.ts'
import { attempt, temporaryFolder } from './support/run.ts'
import { drawSession, homeWithKey, keyIdOfHome } from './support/sessions.ts'
import { writeTdata } from './support/tdata.ts'

const requirement = 'opentele==1.15.1'
const { value: python, reason } = await attempt(() => pythonLibrary(requirement))

interface Account {
  readonly keyId: string
  readonly dc: number
  readonly userId: string
}

describe.skipIf(python === null)(`${requirement}${python === null ? ` (skipped: ${reason})` : ''}`, () => {
  const read = (folder: string, passcode: string): Promise<readonly Account[]> =>
    python!<readonly Account[]>('opentele_tdata.py', [folder], { INTEROP_PASSCODE: passcode })

  test.each(['', 'p4sscode'])('opens our tdata folder with the passcode “%s”', async (passcode) => {
    for (let round = 0; round < 2; round += 1) {
      const folder = temporaryFolder()
      const session = drawSession()
      await writeTdata(folder, session, passcode)
      expect(await read(folder, passcode)).toEqual([
        { keyId: keyIdOfHome(session), dc: homeWithKey(session).id, userId: String(session.account!.id) },
      ])
    }
  })

  test('refuses it with another passcode', async () => {
    const folder = temporaryFolder()
    await writeTdata(folder, drawSession(), 'right')
    await expect(read(folder, 'wrong')).rejects.toThrow(/BadDecryptKey/)
  })
})
