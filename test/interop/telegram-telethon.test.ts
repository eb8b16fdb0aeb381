import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import {
  type LocalTelegram,
  type LoginHandle,
  startTelegram,
  type TelegramOptions,
} from '../support/telegram-server/start.ts'
import { pythonLibrary } from './support/python.ts'
import { attempt } from './support/run.ts'

/**
 * The server of our own stands on one library's reading of the protocol; here another one, which shares no code with
 * it, makes keys with it and talks to it.
 */

/** Serialised answers that differ between the server's layer and this library's, hexadecimal. */
interface Answers {
  readonly me: string
  readonly botLogin: string
}

const REQUIREMENT = 'telethon==1.45.0'
const SCRIPT = 'telethon_client.py'
const ADA = { id: 1001, isBot: false, firstName: 'Ada', username: 'ada', phone: '9996621234' }
const ROBO = { id: 5001, isBot: true, firstName: 'Robo' }
const TOKEN = '5001:abcdefghijklmnopqrstuvwxyz'

const { value: python, reason } = await attempt(() => pythonLibrary(REQUIREMENT))

async function started(options: TelegramOptions = {}): Promise<LocalTelegram> {
  const telegram = await startTelegram(options)
  onTestFinished(() => telegram.close())
  telegram.addAccount(ADA)
  telegram.addAccount(ROBO)
  return telegram
}

function loggedIn(telegram: LocalTelegram, accountId = ADA.id): LoginHandle & { readonly authKey: Buffer } {
  const authKey = randomBytes(256)
  return { authKey, ...telegram.addLogin({ authKey, accountId, createdAt: 1_700_000_000 }) }
}

/** What the script says of one action; a key is handed over where there is one. */
function telethon<T>(telegram: LocalTelegram, action: string, authKey: Buffer | null, ...more: string[]): Promise<T> {
  const { host, port } = telegram.endpoints.get(2)!
  const env = {
    INTEROP_PUBLIC_KEY: telegram.publicKeyPem,
    INTEROP_TOKEN: TOKEN,
    ...(authKey !== null && { INTEROP_KEY: authKey.toString('hex') }),
  }
  return python!<T>(SCRIPT, [action, host, String(port), ...more], env)
}

describe.skipIf(python === null)(`${REQUIREMENT}${python === null ? ` (skipped: ${reason})` : ''}`, () => {
  let answers: Answers
  beforeAll(async () => {
    answers = await python!<Answers>(SCRIPT, ['answers'])
  })
  /** A user of the library's own layer: it asks whenever it connects. The rest is the same in both layers. */
  const speakTheirs = (telegram: LocalTelegram): void => {
    const me = { answerBytes: Buffer.from(answers.me, 'hex') }
    telegram.script({ method: 'users.getUsers' }, me, me)
  }

  test.each(['full', 'abridged', 'intermediate', 'obfuscated'])('reads “me” in %s framing', async (framing) => {
    const telegram = await started()
    const { authKey, keyId } = loggedIn(telegram)
    speakTheirs(telegram)
    const user = await telethon(telegram, 'me', authKey, framing)
    expect(user).toEqual({ id: 1001, bot: false, firstName: 'Ada', phone: '9996621234' })
    expect(telegram.calls[0]).toMatchObject({
      keyId,
      method: 'help.getConfig',
      init: { apiId: 1, deviceModel: 'Snake' },
    })
    expect(telegram.stats).toMatchObject({ handshakes: 0, unknownKeys: 0, badPackets: 0 })
    expect([...telegram.stats.framings.keys()]).toEqual([framing === 'obfuscated' ? 'obfuscated abridged' : framing])
    expect(telegram.problems).toEqual([])
  })

  test('lists devices', async () => {
    const telegram = await started()
    const other = loggedIn(telegram)
    const { authKey } = loggedIn(telegram)
    speakTheirs(telegram)
    expect(await telethon(telegram, 'devices', authKey)).toEqual([
      { hash: String(other.hash), current: false, device: 'Test device', apiId: 1, created: 1_700_000_000 },
      { hash: '0', current: true, device: 'Snake', apiId: 1, created: 1_700_000_000 },
    ])
  })

  test('logs out, and is told so afterwards', async () => {
    const telegram = await started()
    const { authKey, keyId } = loggedIn(telegram)
    const twin = loggedIn(telegram)
    speakTheirs(telegram)
    expect(await telethon(telegram, 'log-out', authKey)).toEqual({ done: true, sessionGone: true })
    expect([telegram.stateOf(keyId), telegram.stateOf(twin.keyId)]).toEqual(['unregistered', 'ok'])
    expect(telegram.calls.at(-1)).toMatchObject({ method: 'auth.logOut' })
    expect(await telethon(telegram, 'ask', authKey)).toEqual({ refusal: 'AuthKeyUnregisteredError' })
  })

  test('is refused as a script has it', async () => {
    const telegram = await started()
    const { authKey } = loggedIn(telegram)
    telegram.script({ method: 'users.getUsers' }, { error: { code: 406, text: 'AUTH_KEY_DUPLICATED' } })
    expect(await telethon(telegram, 'ask', authKey)).toEqual({ refusal: 'AuthKeyDuplicatedError' })
  })

  test('makes a key of its own and logs in with a bot token', async () => {
    const telegram = await started({ allowHandshake: true })
    telegram.addBotToken(TOKEN, ROBO.id)
    const login = { doThenAnswerBytes: Buffer.from(answers.botLogin, 'hex') }
    telegram.script({ method: 'auth.importBotAuthorization' }, login)
    const report = await telethon<{ keyId: string }>(telegram, 'bot-login', null)
    expect(report).toEqual({ id: 5001, bot: true, keyId: telegram.loginsOf(ROBO.id)[0]!.keyId })
    expect(telegram.stateOf(report.keyId)).toBe('ok')
    expect(telegram.stats.handshakes).toBe(1)
    expect(telegram.problems).toEqual([])
  })
})
