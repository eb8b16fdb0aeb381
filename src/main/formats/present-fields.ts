import { dcOfAddress } from '../domain/data-centers.ts'
import type { Field } from '../domain/session.ts'
import { fieldLabels } from './field-labels.ts'
import { carriesOf, homeFacts, type SessionFacts } from './session-facts.ts'

/** One value of a session in words. */
export interface FieldReport {
  readonly field: Field
  /** "Peers with their access hashes" */
  readonly label: string
  /** Number of rows, null for single values. */
  readonly count: number | null
  /** "48,210", "pts 293 225", '' where the label says all. Never a secret. */
  readonly text: string
}

/** Everything a session holds, field by field, in the order of the vocabulary. */
export function presentFields(facts: SessionFacts): readonly FieldReport[] {
  const carried = carriesOf(facts.format)
  const reports: FieldReport[] = []
  const one = (field: Field, text: string | null): void => {
    if (text !== null) reports.push({ field, label: fieldLabels[field], count: null, text })
  }
  const rows = (field: Field, count: number | null): void => {
    if (count) reports.push({ field, label: fieldLabels[field], count, text: spellCount(count) })
  }
  const home = homeFacts(facts)
  one('dc', home && home.id !== 0 ? `DC ${home.id}` : null)
  one('address', home?.address != null && home.implied !== true ? endpointText(home.address, home.port) : null)
  one('test-mode', facts.test === true ? 'test servers' : null)
  one('auth-key', home?.hasKey === true ? '256 bytes' : null)
  one('temporary-key', facts.hasTemporaryKey ? '' : null)
  one('user-id', facts.account && String(facts.account.id))
  one('is-bot', facts.account?.isBot == null ? null : facts.account.isBot ? 'bot' : 'user')
  // Most formats know these from the peer row of the account, which counts as a peer.
  one(
    'account-username',
    carried.has('account-username') && facts.account?.username ? `@${facts.account.username}` : null,
  )
  one('account-phone', carried.has('account-phone') && facts.account?.phone ? '' : null)
  one('api-id', facts.apiId === null ? null : String(facts.apiId))
  updateStateReports(facts.updateState, one)
  rows('channel-states', facts.channelStates)
  if (facts.channelStates && carried.has('channel-state-dates')) one('channel-state-dates', '')
  rows('peers', facts.peers)
  if (facts.peers) for (const field of peerParts) one(field, carried.has(field) ? '' : null)
  rows('sent-files', facts.sentFiles)
  one('takeout-id', facts.hasTakeout === true ? '' : null)
  one('saved-at', facts.savedAt === null ? null : dateText(facts.savedAt))
  const others = facts.dataCenters.filter((dc) => dc !== home)
  rows('other-data-centers', others.length)
  rows('other-keys', others.filter((dc) => dc.hasKey).length)
  return reports
}

const peerParts = [
  'peer-types',
  'peer-names',
  'peer-usernames',
  'peer-extra-usernames',
  'peer-phones',
  'peer-dates',
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

export function spellCount(count: number): string {
  return count.toLocaleString('en-US')
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
