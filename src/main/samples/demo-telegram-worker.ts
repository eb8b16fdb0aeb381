import { randomBytes } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
// The one place where the program takes the server of its tests: a thread that nothing but `--demo` starts.
import {
  type Behaviour,
  type LocalTelegram,
  type LoginState,
  startTelegram,
} from '../../../test/support/telegram-server/start.ts'
import type { DemoLogin, DemoState } from './demo-logins.ts'
import { DEMO_BOTS, DEMO_CODE, DEMO_DEVICES, DEMO_PEOPLE } from './demo-people.ts'
import type { FromDemoTelegram } from './demo-telegram.ts'

/** Entry of the thread that stands for Telegram in `--demo`; `demo-telegram.ts` starts and ends it. */

const DC_IDS = [1, 2, 3, 4, 5]
const KEY_BYTE_LENGTH = 256
const DAY_SECONDS = 86_400
/** A person takes so long to scan a code. */
const SCAN_MS = 8000
const LOOK_MS = 500
/** As often as anybody will check in one run. */
const OFTEN = 1000

const SCRIPTED: ReadonlyMap<DemoState, { readonly code: number; readonly text: string }> = new Map([
  ['wait', { code: 420, text: 'FLOOD_WAIT_1800' }],
  ['trouble', { code: 500, text: 'INTERDC_2_CALL_ERROR' }],
])

async function serve(port: NonNullable<typeof parentPort>): Promise<void> {
  const telegram = await startTelegram({ dcIds: DC_IDS, allowHandshake: true, strictSingle: true })
  await addPeople(telegram)
  acceptCodes(telegram)
  const tell = (message: FromDemoTelegram): void => port.postMessage(message)
  port.on('message', (logins: readonly DemoLogin[]) => {
    for (const [index, login] of logins.entries()) addLogin(telegram, login, index)
    tell({ kind: 'known' })
  })
  const endpoints = [...telegram.endpoints].map(([dcId, place]) => ({ dcId, ...place }))
  tell({ kind: 'listening', endpoints, publicKeyPem: telegram.publicKeyPem })
}

async function addPeople(telegram: LocalTelegram): Promise<void> {
  for (const [index, person] of DEMO_PEOPLE.entries()) {
    telegram.addAccount({ isBot: false, ...person })
    telegram.setLoginCode(person.phone, DEMO_CODE)
    if ('password' in person) await telegram.setPassword(person.id, person.password)
    addDevices(telegram, person.id, index)
  }
  for (const { token, ...bot } of DEMO_BOTS) {
    telegram.addAccount({ isBot: true, ...bot })
    telegram.addBotToken(token, bot.id)
  }
}

function addLogin(telegram: LocalTelegram, { authKey, dcId, account, state }: DemoLogin, index: number): void {
  if (account !== null) {
    const { id, isBot, firstName, username, phone } = account
    telegram.addAccount({ id, isBot, firstName, ...(username && { username }), ...(phone && { phone }) })
    if (!isBot) addDevices(telegram, id, index)
  }
  const { keyId } = telegram.addLogin({
    authKey,
    dcId,
    accountId: account?.id ?? null,
    state: stateOf(state),
    // Some are too young to end others.
    createdAt: nowSeconds() - (index % 7 === 0 ? 3600 * 5 : DAY_SECONDS * (20 + (index % 300))),
  })
  const elsewhere = { code: 303, text: `USER_MIGRATE_${dcId === 4 ? 2 : 4}` }
  const error = state === 'moved' ? elsewhere : SCRIPTED.get(state)
  if (error) telegram.script({ keyId }, ...Array<Behaviour>(OFTEN).fill({ error }))
}

/** What else the account was used on: one to three rows of its Devices list. */
function addDevices(telegram: LocalTelegram, accountId: number, index: number): void {
  for (const [at, device] of DEMO_DEVICES.slice(0, 1 + (index % DEMO_DEVICES.length)).entries()) {
    telegram.addLogin({
      authKey: new Uint8Array(randomBytes(KEY_BYTE_LENGTH)),
      accountId,
      createdAt: nowSeconds() - DAY_SECONDS * (90 + at * 40),
      activeAt: nowSeconds() - 3600 * (1 + at * 30),
      device: { ...device, apiId: 10_001 + at },
    })
  }
}

function stateOf(state: DemoState): LoginState {
  return state === 'wait' || state === 'trouble' || state === 'moved' ? 'ok' : state
}

/** Stands for the person who scans a QR code: a while after it was asked for. */
function acceptCodes(telegram: LocalTelegram): void {
  const [person] = DEMO_PEOPLE
  let seen = 0
  setInterval(() => {
    const fresh = telegram.calls.slice(seen)
    seen = telegram.calls.length
    if (!fresh.some(({ method }) => method === 'auth.exportLoginToken')) return
    setTimeout(() => {
      try {
        telegram.acceptQr(person.id)
      } catch {
        // It was accepted, or given up, meanwhile.
      }
    }, SCAN_MS)
  }, LOOK_MS)
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}

if (parentPort !== null) await serve(parentPort)
