import { dcOfAddress } from '../domain/data-centers.ts'
import type { Field } from '../domain/session.ts'
import { fieldLabels } from './field-labels.ts'
import type { DataCenterFacts, SessionFacts } from './facts.ts'
import { fieldPhrase, spellCount } from './field-phrases.ts'
import { carriesOf, homeFacts, isSameKey } from './session-facts.ts'

/** One value of a session in words. */
export interface FieldReport {
  readonly field: Field
  /** "Peers with their access hashes" */
  readonly label: string
  /** Number of rows, null for single values. */
  readonly count: number | null
  /** "48,210", "pts 293 225", '' where the label says all. Never a secret. */
  readonly text: string
  /** In a sentence: "48,210 peers", "the API id". */
  readonly phrase: string
}

/** Everything a session holds, field by field, in the order of the vocabulary. */
export function presentFields(facts: SessionFacts): readonly FieldReport[] {
  const carried = carriesOf(facts.format)
  const reports: FieldReport[] = []
  const one = (field: Field, text: string | null): void => {
    if (text !== null) reports.push(fieldReport(field, null, text))
  }
  const rows = (field: Field, count: number | null | undefined): void => {
    if (count) reports.push(fieldReport(field, count, spellCount(count)))
  }
  const home = homeFacts(facts)
  one('dc', home && home.id !== 0 ? `DC ${home.id}` : null)
  one('address', home?.address != null && home.implied !== true ? endpointText(home.address, home.port) : null)
  one('test-mode', facts.test === true ? 'test servers' : null)
  rows('dc-flags', facts.dataCenters.filter((dc) => dc.flags).length)
  one('auth-key', home?.hasKey === true ? '256 bytes' : null)
  one('temporary-key', facts.hasTemporaryKey ? '' : null)
  rows('salts', countIds(facts.dataCenters.filter((dc) => dc.hasSalt === true)))
  rows('time-offsets', countIds(facts.dataCenters.filter((dc) => dc.hasTimeOffset === true)))
  one('user-id', facts.account && String(facts.account.id))
  one('is-bot', facts.account?.isBot == null ? null : facts.account.isBot ? 'bot' : 'user')
  // Most formats know these from the peer row of the account, which counts as a peer.
  one(
    'account-username',
    carried.has('account-username') && facts.account?.username ? `@${facts.account.username}` : null,
  )
  rows('account-extra-usernames', facts.account?.extraUsernames?.length)
  one('account-phone', carried.has('account-phone') && facts.account?.phone ? '' : null)
  one('account-premium', facts.account?.isPremium === undefined ? null : facts.account.isPremium ? 'yes' : 'no')
  one('api-id', facts.apiId === null ? null : String(facts.apiId))
  updateStateReports(facts.updateState, one)
  rows('channel-states', facts.channelStates)
  if (facts.channelStates && carried.has('channel-state-dates')) one('channel-state-dates', '')
  rows('peers', facts.peers)
  if (facts.peers) {
    for (const field of peerParts) one(field, (facts.peerParts?.includes(field) ?? carried.has(field)) ? '' : null)
  }
  rows('min-contexts', facts.minContexts)
  rows('sent-files', facts.sentFiles)
  one('takeout-id', facts.hasTakeout === true ? '' : null)
  one('saved-at', facts.savedAt === null ? null : dateText(facts.savedAt))
  one('future-auth-token', facts.hasFutureAuthToken === true ? '' : null)
  const others = facts.dataCenters.filter((dc) => dc !== home)
  rows('other-data-centers', others.length)
  rows('other-keys', otherKeys(others, home))
  return reports
}

export function fieldReport(field: Field, count: number | null, text: string): FieldReport {
  return { field, label: fieldLabels[field], count, text, phrase: fieldPhrase(field, count) }
}

/** A DC that is known by several addresses has one salt and one clock. */
function countIds(dataCenters: readonly DataCenterFacts[]): number {
  return new Set(dataCenters.map(({ id }) => id)).size
}

/** How many keys are lost with the other entries: one that the home DC or an entry before has too is not. */
function otherKeys(others: readonly DataCenterFacts[], home: DataCenterFacts | null): number {
  const keys: DataCenterFacts[] = home === null ? [] : [home]
  for (const dc of others) if (dc.hasKey && !keys.some((key) => isSameKey(key, dc))) keys.push(dc)
  return keys.length - (home === null ? 0 : 1)
}

const peerParts = [
  'peer-types',
  'peer-names',
  'peer-usernames',
  'peer-extra-usernames',
  'peer-phones',
  'peer-dates',
  'peer-min-marks',
  'peer-objects',
] as const

function updateStateReports(
  state: SessionFacts['updateState'],
  one: (field: Field, text: string | null) => void,
): void {
  if (state === null) return
  one('update-state', state.pts === null ? 'no pts' : `pts ${spellDigits(state.pts)}`)
  // 0 is the libraries' own word for "none".
  const counters = [
    state.qts ? `qts ${spellDigits(state.qts)}` : null,
    state.seq ? `seq ${spellDigits(state.seq)}` : null,
  ]
  const known = counters.filter((text) => text !== null)
  one('update-state-qts-seq', known.length === 0 ? null : known.join(', '))
}

/** True when nothing is lost by not writing an address: it is the one the DC's id implies. */
export function isImpliedAddress(facts: SessionFacts): boolean {
  const home = homeFacts(facts)
  if (home?.address == null) return true
  const owner = dcOfAddress(home.address)
  return owner?.dcId === home.id && (facts.test === null || owner.test === facts.test)
}

function spellDigits(value: number): string {
  return value.toLocaleString('en-US').replaceAll(',', ' ')
}

function endpointText(address: string, port: number | null): string {
  const host = address.includes(':') ? `[${address}]` : address
  return port === null ? address : `${host}:${port}`
}

function dateText(seconds: number): string {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.valueOf()) ? '' : date.toISOString().slice(0, 10)
}
