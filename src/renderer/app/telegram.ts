import { create } from 'zustand'
import type { TelegramChange, TelegramSettings } from '../../shared/contract/telegram.ts'
import type { ApiApp } from '../lib/api-app.ts'
import { api } from '../lib/client.ts'
import { useNetwork } from './network.ts'
import { askedForPassphrase } from './protected-call.ts'

/** How Telegram is reached, as far as the window may know it; null until loaded. */
export const useTelegram = create<{ settings: TelegramSettings | null }>()(() => ({ settings: null }))

/** The settings, and what is contacted at this moment. */
export async function loadTelegram(): Promise<void> {
  const [contacts] = await Promise.all([api().telegram.contacts(), loadTelegramSettings()])
  useNetwork.setState({ contacts })
}

async function loadTelegramSettings(): Promise<void> {
  useTelegram.setState({ settings: await api().telegram.settings() })
}

useNetwork.subscribe(({ settingsRevision }, before) => {
  if (settingsRevision !== before.settingsRevision) void loadTelegramSettings().catch(() => {})
})

/** @throws as `telegram.changeSettings` does */
export async function changeTelegram(change: TelegramChange): Promise<void> {
  useTelegram.setState({ settings: await api().telegram.changeSettings(change) })
}

/** Takes the settings that a call about proxies answers with. */
export function takeTelegram(settings: TelegramSettings): void {
  useTelegram.setState({ settings })
}

/**
 * Runs what may need a passphrase first. Answers false when that is asked for instead: `retry` runs once it is given.
 * @throws whatever else `what` throws
 */
export async function sealing(what: () => Promise<void>, retry: () => void): Promise<boolean> {
  try {
    await what()
    return true
  } catch (error) {
    if (!askedForPassphrase(error, retry)) throw error
    return false
  }
}

/** No API id and hash yet: nothing can be asked. False while that is not known. */
export function needsApp({ settings }: { settings: TelegramSettings | null }): boolean {
  return settings !== null && (settings.apiId === null || !settings.hasApiHash)
}

/** Keeps the API id, and the hash where one was typed. Answers false when a passphrase is asked for first. */
export function saveApp({ apiId, apiHash }: ApiApp, retry: () => void): Promise<boolean> {
  return sealing(() => changeTelegram({ apiId, ...(apiHash !== null && { apiHash }) }), retry)
}

/** Keeps a further API id with its hash. Answers false when a passphrase is asked for first. */
export function saveFurtherApp({ apiId, apiHash }: ApiApp, retry: () => void): Promise<boolean> {
  return sealing(async () => takeTelegram(await api().telegram.addApp({ apiId, apiHash: apiHash ?? '' })), retry)
}
