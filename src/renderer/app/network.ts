import { create } from 'zustand'
import type { Contact } from '../../shared/contract/telegram.ts'

/** What main contacts at this moment, and how often the settings about Telegram changed. */
export const useNetwork = create<{ contacts: readonly Contact[]; settingsRevision: number }>()(() => ({
  contacts: [],
  settingsRevision: 0,
}))
