import type { PlanItem } from '../../../shared/contract/exports.ts'
import type { Format } from '../../../shared/contract/formats.ts'
import { needsStore } from './store-targets.ts'

export interface HolderWords {
  /** "Whoever has this string is this bot." */
  claim: string
  /** What that means, in a sentence or two. */
  meaning: string
}

export type Thing = 'string' | 'file' | 'folder' | 'entry'

/** What a session becomes, in a word; an entry is one of a shared store. */
export function thingOf(format: Format | undefined): Thing {
  if (format?.medium === 'text') return 'string'
  if (needsStore(format)) return 'entry'
  return format?.medium === 'folder' ? 'folder' : 'file'
}

/** What somebody can do who gets hold of what is exported: differs for people, bots and accounts not known. */
export function holderWords(thing: Thing, items: readonly Pick<PlanItem, 'account'>[]): HolderWords {
  const kinds = new Set(items.map(({ account }) => account?.isBot ?? null))
  const many = items.length > 1
  const holder =
    thing === 'entry'
      ? 'Whoever can read the store'
      : `Whoever has ${many ? `one of these ${thing}s` : `this ${thing}`}`
  if (kinds.size === 1 && kinds.has(true)) {
    return {
      claim: `${holder} is ${many ? 'that' : 'this'} bot.`,
      meaning:
        'They can read every message it gets and act in its name, without a password or code, until it is revoked. A bot using it elsewhere at the same time makes Telegram end the login for both.',
    }
  }
  if (kinds.size === 1 && kinds.has(false)) {
    return {
      claim: `${holder} is ${many ? 'that person' : 'this person'} on Telegram.`,
      meaning:
        'They can read every chat, write to every contact and change the account, without a password or code, until the login is ended. Using it in two places at the same time makes Telegram end it for both.',
    }
  }
  return {
    claim: `${holder} is ${many ? 'that' : 'this'} account.`,
    meaning:
      'They can read its messages and act in its name, without a password or code, until the login is ended. Using it in two places at the same time makes Telegram end it for both.',
  }
}

/** "@shop_bot_eu · bot · 5903412287" */
export function accountLine(account: PlanItem['account']): string {
  if (account === null) return 'The session does not say whose account it is'
  const kind = account.isBot === null ? [] : [account.isBot ? 'bot' : 'user']
  return [...(account.username === null ? [] : [`@${account.username}`]), ...kind, account.id].join(' · ')
}
