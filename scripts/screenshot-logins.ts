import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Device,
  type LocalTelegram,
  type LoginState,
  startTelegram,
} from '../test/support/telegram-server/start.ts'

/** Three data centres whose published addresses stand in the strings. */
const ADDRESSES: readonly (readonly [dcId: number, ...address: number[]])[] = [
  [2, 149, 154, 167, 51],
  [4, 149, 154, 167, 91],
  [5, 91, 108, 56, 130],
]
const PEOPLE = ['ada', 'bea', 'carlos', 'dora'] as const
const BOTS = ['shop', 'news', 'mirror', 'alerts', 'support', 'payments', 'digest', 'scan'] as const
const TOWNS = ['lisbon', 'porto'] as const
/** By the order of the sessions; alive where none is named. */
const STATES: Readonly<Record<number, LoginState>> = {
  3: 'unregistered',
  5: 'revoked',
  8: 'banned',
  11: 'frozen',
  13: 'duplicated',
  16: 'expired',
  18: 'forgotten',
}
const PHONE: Partial<Device> = {
  deviceModel: 'iPhone 15 Pro',
  platform: 'iOS',
  systemVersion: '18.5',
  appName: 'Telegram iOS',
  appVersion: '11.9',
  country: 'Portugal',
  region: 'Lisbon',
  ip: '203.0.113.24',
  officialApp: true,
}
const DESKTOP: Partial<Device> = {
  ...PHONE,
  deviceModel: 'Desktop',
  platform: 'Linux',
  systemVersion: 'Debian 12',
  appName: 'Telegram Desktop',
  appVersion: '5.14',
}

/**
 * A Telegram of our own and a folder of Telethon strings that it knows: bots and people, most of them alive. The same
 * each time but for its ports.
 */
export async function startPictureTelegram(folder: string): Promise<LocalTelegram> {
  const telegram = await startTelegram({ dcIds: ADDRESSES.map(([dcId]) => dcId), allowHandshake: true })
  mkdirSync(folder, { recursive: true })
  const now = Math.floor(Date.now() / 1000)
  const names = [...PEOPLE, ...BOTS.flatMap((bot) => TOWNS.map((town) => `${bot}_${town}`))]
  for (const [index, name] of names.entries()) {
    const isBot = index >= PEOPLE.length
    const id = 5_903_412_287 + index * 1_000_003
    const username = isBot ? `${name}_bot` : name
    telegram.addAccount({
      id,
      isBot,
      firstName: name.replace('_', ' '),
      username,
      ...(isBot ? {} : { phone: `35191${index}000` }),
    })
    const [dcId = 2, ...address] = ADDRESSES[index % ADDRESSES.length] ?? []
    const authKey = createHash('shake256', { outputLength: 256 }).update(name).digest()
    telegram.addLogin({ authKey, accountId: id, dcId, state: STATES[index] ?? 'ok', createdAt: now - 40 * 86_400 })
    const bytes = Buffer.concat([Buffer.of(dcId, ...address, 1, 187), authKey])
    const text = `1${bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')}`
    writeFileSync(join(folder, `${name}.txt`), `${text}\n`, { mode: 0o600 })
    if (isBot) continue
    for (const [other, device] of [PHONE, DESKTOP].entries()) {
      const key = createHash('shake256', { outputLength: 256 }).update(`${name} ${other}`).digest()
      const createdAt = now - (90 + other * 200) * 86_400
      telegram.addLogin({ authKey: key, accountId: id, dcId, device, createdAt, activeAt: now - other * 7200 - 600 })
    }
  }
  return telegram
}
