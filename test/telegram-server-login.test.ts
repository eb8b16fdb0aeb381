import type { tl } from '@mtcute/core'
import { addPublicKey, NodeCryptoProvider, readStringSession } from '@mtcute/node/utils.js'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { clientWith, clientWithoutKey, refusalOf } from './support/telegram-client.ts'
import { type LocalTelegram, startTelegram } from './support/telegram-server/start.ts'

const ADA = { id: 1001, isBot: false, firstName: 'Ada', phone: '9996621234' }
const FAR = { id: 1002, isBot: false, firstName: 'Far', phone: '9996655555', dcId: 4 }
const ROBO = { id: 5001, isBot: true, firstName: 'Robo' }
const TOKEN = '5001:abcdefghijklmnopqrstuvwxyz'
const APPLICATION = { apiId: 1, apiHash: 'hash' }

const crypto = new NodeCryptoProvider()
beforeAll(() => crypto.initialize())

async function started(): Promise<LocalTelegram> {
  const telegram = await startTelegram({ dcIds: [2, 4], allowHandshake: true })
  onTestFinished(() => telegram.close())
  addPublicKey(crypto, telegram.publicKeyPem)
  for (const account of [ADA, FAR, ROBO]) telegram.addAccount(account)
  telegram.addBotToken(TOKEN, ROBO.id)
  return telegram
}

const sendCode = (phoneNumber: string): tl.auth.RawSendCodeRequest => ({
  _: 'auth.sendCode',
  phoneNumber,
  ...APPLICATION,
  settings: { _: 'codeSettings' },
})

describe('with a bot token', () => {
  test('one more login, by a key that both sides made', async () => {
    const telegram = await started()
    const client = clientWithoutKey(telegram)
    expect(await client.start({ botToken: TOKEN })).toMatchObject({ id: ROBO.id, isBot: true })
    const authKey = readStringSession(await client.exportSession()).authKey
    await client.destroy()
    const [login, ...others] = telegram.loginsOf(ROBO.id)
    expect(others).toEqual([])
    expect(telegram.stats).toMatchObject({ handshakes: 1, unknownKeys: 0 })
    const again = await clientWith(telegram, authKey)
    expect(await again.call({ _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] })).toMatchObject([{ id: ROBO.id }])
    expect(telegram.calls.at(-1)).toMatchObject({ keyId: login!.keyId, method: 'users.getUsers' })
    expect(telegram.stats.handshakes).toBe(1)
    expect(telegram.problems).toEqual([])
  })

  test('that is wrong, has expired, or comes from another application', async () => {
    const telegram = await started()
    const client = clientWithoutKey(telegram)
    const refusal = (botToken: string): Promise<string> => refusalOf(client.signInBot(botToken))
    expect(await refusal('5001:other')).toBe('400 ACCESS_TOKEN_INVALID')
    telegram.expireBotToken(TOKEN)
    expect(await refusal(TOKEN)).toBe('400 ACCESS_TOKEN_EXPIRED')
    telegram.knobs.application = { apiId: 2, apiHash: 'hash' }
    expect(await refusal(TOKEN)).toBe('400 API_ID_INVALID')
    telegram.knobs.application = APPLICATION
    telegram.addBotToken(TOKEN, ROBO.id)
    expect(await refusal(TOKEN)).toBe('no refusal')
  })
})

describe('with phone and code', () => {
  test('a login that is fresh', async () => {
    const telegram = await started()
    const client = clientWithoutKey(telegram)
    expect(await client.start({ phone: '+999 66 21234', code: '12345', codeSentCallback: () => {} })).toMatchObject({
      id: ADA.id,
    })
    const { authorizations } = await client.call({ _: 'account.getAuthorizations' })
    expect(authorizations).toMatchObject([{ current: true, deviceModel: 'Desk' }])
    expect(await refusalOf(client.call({ _: 'auth.resetAuthorizations' }))).toBe(
      '406 FRESH_RESET_AUTHORISATION_FORBIDDEN',
    )
  })

  test('numbers and codes that are refused', async () => {
    const telegram = await started()
    telegram.setLoginCode('+999 66 21234', '777')
    const client = clientWithoutKey(telegram)
    expect(await refusalOf(client.call(sendCode('12')))).toBe('406 PHONE_NUMBER_INVALID')
    const trial = async (phoneNumber: string, phoneCode: string): Promise<string> => {
      const { phoneCodeHash } = (await client.call(sendCode(phoneNumber))) as tl.auth.RawSentCode
      return refusalOf(client.call({ _: 'auth.signIn', phoneNumber, phoneCodeHash, phoneCode }))
    }
    expect(await trial(ADA.phone, '12345')).toBe('400 PHONE_CODE_INVALID')
    expect(await trial('9996600000', '12345')).toBe('400 PHONE_NUMBER_UNOCCUPIED')
    const stale: tl.auth.RawSignInRequest = {
      _: 'auth.signIn',
      phoneNumber: ADA.phone,
      phoneCodeHash: 'other',
      phoneCode: '777',
    }
    expect(await refusalOf(client.call(stale))).toBe('400 PHONE_CODE_EXPIRED')
    expect(await trial(ADA.phone, '777')).toBe('no refusal')
  })

  test('leads to the data centre of the account', async () => {
    const telegram = await started()
    const client = clientWithoutKey(telegram)
    expect(await client.start({ phone: FAR.phone, code: '12345', codeSentCallback: () => {} })).toMatchObject({
      id: FAR.id,
    })
    expect(telegram.calls.find(({ method }) => method === 'auth.signIn')).toMatchObject({ dcId: 4 })
    expect(telegram.loginsOf(FAR.id)).toHaveLength(1)
  })
})

describe('with two-step verification', () => {
  test('a wrong password is refused, the right one taken', async () => {
    const telegram = await started()
    await telegram.setPassword(ADA.id, 'pa55 – ünïcode')
    const client = clientWithoutKey(telegram)
    const answers = ['wrong', 'pa55 – ünïcode']
    const asked: string[] = []
    const password = async (): Promise<string> => {
      asked.push(telegram.stateOf(telegram.loginsOf(ADA.id)[0]!.keyId)!)
      return answers[asked.length - 1]!
    }
    const user = await client.start({
      phone: ADA.phone,
      code: '12345',
      codeSentCallback: () => {},
      password,
      invalidCodeCallback: () => {},
    })
    expect(user).toMatchObject({ id: ADA.id })
    expect(asked).toEqual(['password-pending', 'password-pending'])
    expect(telegram.stateOf(telegram.loginsOf(ADA.id)[0]!.keyId)).toBe('ok')
    expect(telegram.problems).toEqual([])
  })

  test('a proof for another question is refused', async () => {
    const telegram = await started()
    await telegram.setPassword(ADA.id, 'right')
    const client = clientWithoutKey(telegram)
    const { phoneCodeHash } = (await client.call(sendCode(ADA.phone))) as tl.auth.RawSentCode
    const signIn: tl.auth.RawSignInRequest = {
      _: 'auth.signIn',
      phoneNumber: ADA.phone,
      phoneCodeHash,
      phoneCode: '12345',
    }
    expect(await refusalOf(client.call(signIn))).toBe('401 SESSION_PASSWORD_NEEDED')
    const first = await client.computeSrpParams(await client.call({ _: 'account.getPassword' }), 'right')
    await client.call({ _: 'account.getPassword' })
    expect(await refusalOf(client.call({ _: 'auth.checkPassword', password: first }))).toBe('400 SRP_ID_INVALID')
    expect(await refusalOf(client.checkPassword({ password: 'wrong' }))).toBe('400 PASSWORD_HASH_INVALID')
    expect(await refusalOf(client.checkPassword({ password: 'right' }))).toBe('no refusal')
  })
})

describe('with a QR code', () => {
  test('once it is scanned, the client hears of it', async () => {
    const telegram = await started()
    const client = clientWithoutKey(telegram)
    const links: string[] = []
    const user = await client.signInQr({
      onUrlUpdated: (link) => {
        links.push(link)
        telegram.acceptQr(ADA.id)
      },
    })
    expect(user).toMatchObject({ id: ADA.id })
    expect(links).toEqual([expect.stringMatching(/^tg:\/\/login\?token=/)])
    expect(() => telegram.acceptQr(ADA.id)).toThrow('no open login token')
  })

  test('of an account with a password', async () => {
    const telegram = await started()
    await telegram.setPassword(ADA.id, 'right')
    const client = clientWithoutKey(telegram)
    const user = await client.signInQr({ onUrlUpdated: () => telegram.acceptQr(ADA.id), password: 'right' })
    expect(user).toMatchObject({ id: ADA.id })
  })

  test('of an account that lives elsewhere', async () => {
    const telegram = await started()
    const client = clientWithoutKey(telegram)
    const user = await client.signInQr({ onUrlUpdated: () => telegram.acceptQr(FAR.id) })
    expect(user).toMatchObject({ id: FAR.id })
    expect(telegram.calls.find(({ method }) => method === 'auth.importLoginToken')).toMatchObject({ dcId: 4 })
  })

  test('nobody can scan one that has expired', async () => {
    const telegram = await started()
    const client = clientWithoutKey(telegram)
    const ask: tl.auth.RawExportLoginTokenRequest = { _: 'auth.exportLoginToken', ...APPLICATION, exceptIds: [] }
    expect(await client.call(ask)).toMatchObject({ _: 'auth.loginToken' })
    telegram.knobs.loginTokenSeconds = -1
    await client.call(ask)
    telegram.acceptQr(ADA.id)
    expect(await client.call(ask)).toMatchObject({ _: 'auth.loginTokenSuccess' })
    await client.call({ _: 'auth.logOut' })
    await client.call(ask)
    expect(() => telegram.acceptQr(ADA.id)).toThrow('no open login token')
  })
})
