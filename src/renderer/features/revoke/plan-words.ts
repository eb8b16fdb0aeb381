import type { RevokeItem } from '../../../shared/contract/telegram.ts'
import { plural } from '../../lib/numbers.ts'
import { safeText } from '../../lib/safe-text.ts'

/** What a person types to log out several. */
export const WORD = 'log out'

export interface RevokeSummary {
  /** Can be logged out with the choices made. */
  ready: number
  /** In use, and left out for it unless the person insists. */
  inUse: number
  refused: number
  /** Sessions in other places that stop working with those that are ready. */
  copies: number
}

/** What would happen to the sessions of a plan. */
export function summaryOf(items: readonly RevokeItem[], includeInUse: boolean): RevokeSummary {
  const free = items.filter(({ refused }) => refused === null)
  const inUse = free.filter(isInUse)
  const ready = includeInUse ? free : free.filter((item) => !isInUse(item))
  return {
    ready: ready.length,
    inUse: inUse.length,
    refused: items.length - free.length,
    copies: ready.reduce((sum, { copies }) => sum + copies.length, 0),
  }
}

export function isInUse({ inUseBy }: RevokeItem): boolean {
  return inUseBy.length > 0
}

/** "@shop_bot", "5903412287", or the session's own name where nobody knows whose it is. */
export function whoOf({ account, name }: RevokeItem): string {
  if (account === null) return `“${safeText(name, 60)}”`
  return account.username === null ? account.id : `@${safeText(account.username, 64)}`
}

/** "bot · 5903412287" */
export function kindOf({ account }: RevokeItem): string {
  if (account === null) return 'Account not stored'
  const kind = account.isBot === null ? null : account.isBot ? 'bot' : 'user'
  return [kind, account.username === null ? null : account.id].filter((part) => part !== null).join(' · ')
}

/** What stops working, a whole sentence. */
export function breaks({ account, inUseBy }: Pick<RevokeItem, 'account' | 'inUseBy'>): string {
  const programs = inUseBy.map((name) => safeText(name, 60)).join(', ')
  if (inUseBy.length > 0) return `${programs} ${inUseBy.length === 1 ? 'uses' : 'use'} it now and will fail.`
  if (account?.isBot === true) return 'A bot that uses this session stops, here and on any other machine.'
  return 'Whatever uses this session stops, here and on any other machine.'
}

/** In the list of several: "in use by python3 · 2 copies" */
export function remarks(item: RevokeItem): string {
  if (item.refused !== null) return item.refused
  const use = isInUse(item) ? `in use by ${item.inUseBy.map((name) => safeText(name, 40)).join(', ')}` : ''
  const copies = item.copies.length > 0 ? plural(item.copies.length, 'other copy', 'other copies') : ''
  return [use, copies].filter((part) => part !== '').join(' · ')
}
