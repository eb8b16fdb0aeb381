import type { NewProxy, Proxy, TelegramChange, TelegramSettings } from '../../../shared/contract/telegram.ts'
import { quoted } from '../../../shared/error-texts.ts'
import { AppError } from '../../domain/errors.ts'
import { Secret } from '../../domain/secret.ts'
import type { Core } from '../core.ts'
import { ensureSealing } from '../protected.ts'
import { checkChange, checkProxy } from './check-change.ts'
import { type KeptProxy, type KeptSettings, readKept, writeKept } from './kept-settings.ts'

type Parts = Pick<Core, 'library' | 'hub'>

/** How Telegram is reached, and under which name, as the window sees it: of what is secret only that it is there. */
export function readTelegramSettings({ library }: Pick<Parts, 'library'>): TelegramSettings {
  const kept = readKept(library.settings)
  return {
    apiId: kept.apiId,
    hasApiHash: kept.apiHash !== null,
    moreApiIds: kept.moreApps.map(({ apiId }) => apiId),
    proxies: kept.proxies.map(proxyOf),
    proxyId: kept.proxyId,
    sourceProxies: { ...kept.sourceProxies },
    testNetwork: kept.testNetwork,
    dcOverrides: kept.dcOverrides.map((override) => ({ ...override })),
    serverKeys: [...kept.serverKeys],
    explained: kept.explained,
  }
}

/** @throws AppError request.invalid, protection.required when the hash cannot be sealed yet */
export async function changeTelegramSettings(parts: Parts, change: TelegramChange): Promise<TelegramSettings> {
  const { library } = parts
  checkChange(change, readKept(library.settings))
  const { apiHash, ...plain } = change
  const sealed = apiHash == null ? apiHash : await seal(library, apiHash.toLowerCase())
  // Read after the wait: a change that came meanwhile stays.
  const kept = readKept(library.settings)
  const given = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined))
  const changed: KeptSettings = { ...kept, ...(given as Partial<KeptSettings>) }
  if (sealed !== undefined) changed.apiHash = sealed
  // A hash belongs to one API id: under another it would only be refused.
  else if (changed.apiId !== kept.apiId) changed.apiHash = null
  keep(parts, changed, changeText(change))
  return readTelegramSettings(parts)
}

/** A further API id; the hash of one that is there is replaced. @throws AppError request.invalid, protection.required */
export async function addTelegramApp(
  parts: Parts,
  { apiId, apiHash }: { readonly apiId: number; readonly apiHash: string },
): Promise<TelegramSettings> {
  const { library } = parts
  if (readKept(library.settings).apiId === apiId) {
    throw new AppError('request.invalid', {
      field: 'apiId',
      reason: 'this is the API id that everything is asked under',
    })
  }
  const sealed = await seal(library, apiHash.toLowerCase())
  const kept = readKept(library.settings)
  const others = kept.moreApps.filter((app) => app.apiId !== apiId)
  const moreApps = [...others, { apiId, apiHash: sealed }].toSorted((a, b) => a.apiId - b.apiId)
  keep(parts, { ...kept, moreApps }, `Added the API id ${apiId}`)
  return readTelegramSettings(parts)
}

/** Sessions that store it are asked under the general one from then on. */
export function removeTelegramApp(parts: Parts, apiId: number): TelegramSettings {
  const kept = readKept(parts.library.settings)
  const moreApps = kept.moreApps.filter((app) => app.apiId !== apiId)
  if (moreApps.length < kept.moreApps.length) keep(parts, { ...kept, moreApps }, `Removed the API id ${apiId}`)
  return readTelegramSettings(parts)
}

/** @throws AppError request.invalid, protection.required */
export async function addTelegramProxy(parts: Parts, proxy: NewProxy): Promise<TelegramSettings> {
  checkProxy(proxy)
  const { library } = parts
  const secret = proxy.secret === null || proxy.secret === '' ? null : await seal(library, secretText(proxy))
  const kept = readKept(library.settings)
  if (kept.proxies.some(({ name }) => name === proxy.name)) {
    // Results name the way they were got by.
    throw new AppError('request.invalid', { field: 'name', reason: 'another proxy has this name' })
  }
  const { name, kind, host, port, user } = proxy
  const added: KeptProxy = { id: crypto.randomUUID(), name, kind, host, port, user, secret }
  keep(parts, { ...kept, proxies: [...kept.proxies, added] }, `Added the proxy ${quoted(name)}`)
  return readTelegramSettings(parts)
}

/**
 * Forgets a proxy with its password. One that something still goes through stays: without it, that would go out directly,
 * and show where the person is.
 * @throws AppError request.invalid
 */
export function removeTelegramProxy(parts: Parts, id: string): TelegramSettings {
  const { library } = parts
  const kept = readKept(library.settings)
  const proxy = kept.proxies.find((one) => one.id === id)
  if (!proxy) return readTelegramSettings(parts)
  const sourceIds = new Set(library.sources().map((source) => source.id))
  const living = Object.entries(kept.sourceProxies).filter(([sourceId]) => sourceIds.has(sourceId))
  if (kept.proxyId === id || living.some(([, proxyId]) => proxyId === id)) {
    throw new AppError('request.invalid', { field: 'id', reason: 'it is in use: choose another way out first' })
  }
  const sourceProxies = Object.fromEntries(living)
  const proxies = kept.proxies.filter((one) => one.id !== id)
  keep(parts, { ...kept, proxies, sourceProxies }, `Removed the proxy ${quoted(proxy.name)}`)
  return readTelegramSettings(parts)
}

function keep({ library, hub }: Parts, kept: KeptSettings, text: string | null): void {
  writeKept(library.settings, kept)
  if (text !== null) library.audit.add({ action: 'telegram-settings', text, ref: null, keyId: null })
  hub.publish({ type: 'telegram-settings' })
}

/** In base64. @throws AppError protection.required */
async function seal(library: Core['library'], text: string): Promise<string> {
  await ensureSealing(library.protection)
  return Buffer.from(library.protection.seal(Secret.fromText(text).open())).toString('base64')
}

function secretText({ kind, secret }: NewProxy): string {
  const text = secret ?? ''
  return kind === 'mtproxy' ? text.trim() : text
}

function proxyOf({ id, name, kind, host, port, user, secret }: KeptProxy): Proxy {
  return { id, name, kind, host, port, user, hasSecret: secret !== null }
}

const NAMES = {
  apiId: 'the API id',
  apiHash: 'the API hash',
  proxyId: 'the way out',
  sourceProxies: 'the ways out of sources',
  testNetwork: 'the network',
  dcOverrides: 'the addresses of data centres',
  serverKeys: 'the keys of servers',
} as const satisfies Partial<Record<keyof TelegramChange, string>>

/** What was changed, without a value; null for what nobody needs to look up later. */
function changeText(change: TelegramChange): string | null {
  const names = Object.entries(NAMES).flatMap(([member, name]) =>
    change[member as keyof typeof NAMES] === undefined ? [] : [name],
  )
  return names.length === 0 ? null : `Changed the Telegram settings: ${names.join(', ')}`
}
