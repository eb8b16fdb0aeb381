import type { RevokeItem } from '../../../shared/contract/telegram.ts'
import { isOverStatus, type LoginStatus, loginStatusWords, shownLogin } from '../../../shared/login-statuses.ts'
import { plural } from '../../lib/numbers.ts'
import { refKey } from '../../lib/refs.ts'
import { safeText } from '../../lib/safe-text.ts'

/** What a person types to log out several. */
export const WORD = 'log out'

export interface RevokeSummary {
  /** Sessions that are logged out with the choices made. */
  ready: number
  /** Their logins that still live, as far as is known: sessions with one key have one. */
  logins: number
  /** Sessions whose login is known to have ended. */
  ended: number
  /** In use, and left out for it unless the person insists. */
  inUse: number
  refused: number
  /** Sessions that were not chosen and stop working with them. */
  copies: number
}

/** What would happen to the sessions of a plan. */
export function summaryOf(items: readonly RevokeItem[], includeInUse: boolean): RevokeSummary {
  const free = items.filter(({ refused }) => refused === null)
  const inUse = free.filter(isInUse)
  const ready = includeInUse ? free : free.filter((item) => !isInUse(item))
  const living = ready.filter((item) => endedAs(item) === null)
  const chosen = new Set(ready.map(({ ref }) => refKey(ref)))
  const copies = new Set(living.flatMap((item) => item.copies.map(({ ref }) => refKey(ref))))
  return {
    ready: ready.length,
    logins: new Set(living.map(({ keyId, ref }) => keyId ?? refKey(ref))).size,
    ended: ready.length - living.length,
    inUse: inUse.length,
    refused: items.length - free.length,
    copies: [...copies].filter((copy) => !chosen.has(copy)).length,
  }
}

/** How the login ended, where that is known; nothing is sent for it then. */
export function endedAs({ known }: RevokeItem): LoginStatus | null {
  const status = known === null ? null : shownLogin(known).status
  return status !== null && isOverStatus(status) ? status : null
}

function isInUse({ inUseBy }: RevokeItem): boolean {
  return inUseBy.length > 0
}

/** Whose login it is: what Telegram said, before what the session says. */
export function accountOf({ account, known }: RevokeItem): RevokeItem['account'] {
  return known?.latest.account ?? known?.final?.account ?? account
}

/** "@shop_bot", "5903412287", or the session's own name where nobody knows whose it is. */
export function whoOf(item: RevokeItem): string {
  const account = accountOf(item)
  const { name } = item
  if (account === null) return `“${safeText(name, 60)}”`
  return account.username === null ? account.id : `@${safeText(account.username, 64)}`
}

/** "bot · 5903412287" */
export function kindOf(item: RevokeItem): string {
  const account = accountOf(item)
  if (account === null) return 'Account not stored'
  const kind = account.isBot === null ? null : account.isBot ? 'bot' : 'user'
  return [kind, account.username === null ? null : account.id].filter((part) => part !== null).join(' · ')
}

/** What stops working, a whole sentence. */
export function breaks(item: RevokeItem): string {
  const { inUseBy } = item
  const programs = inUseBy.map((name) => safeText(name, 60)).join(', ')
  if (endedAs(item) !== null) return 'Nothing more: it has ended already, and nothing is sent.'
  if (inUseBy.length > 0) return `${programs} ${inUseBy.length === 1 ? 'uses' : 'use'} it now and will fail.`
  if (accountOf(item)?.isBot === true) return 'A bot that uses this session stops, here and on any other machine.'
  return 'Whatever uses this session stops, here and on any other machine.'
}

/** In the list of several: "in use by python3 · 2 copies" */
export function remarks(item: RevokeItem): string {
  if (item.refused !== null) return item.refused
  const ended = endedAs(item)
  const use = isInUse(item) ? `in use by ${item.inUseBy.map((name) => safeText(name, 40)).join(', ')}` : ''
  const copies = item.copies.length > 0 ? plural(item.copies.length, 'other copy', 'other copies') : ''
  return [ended === null ? '' : loginStatusWords[ended].label, use, copies].filter((part) => part !== '').join(' · ')
}
