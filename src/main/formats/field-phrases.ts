import type { Field } from '../domain/session.ts'

/** "1 peer", "4,812 peers". */
function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${spellCount(count)} ${count === 1 ? one : many}`
}

export function spellCount(count: number): string {
  return count.toLocaleString('en-US')
}

/** What stands in a sentence for a field of which there are rows. */
const ofRows: Partial<Record<Field, (count: number) => string>> = {
  'dc-flags': (count) => `flags of ${counted(count, 'data centre address', 'data centre addresses')}`,
  salts: (count) => `salts of ${counted(count, 'data centre')}`,
  'time-offsets': (count) => `clock offsets of ${counted(count, 'data centre')}`,
  'account-extra-usernames': (count) =>
    counted(count, 'further username of the account', 'further usernames of the account'),
  'channel-states': (count) => counted(count, 'channel state'),
  peers: (count) => counted(count, 'peer'),
  'min-contexts': (count) => counted(count, 'min context'),
  'sent-files': (count) => counted(count, 'cached upload'),
  'other-data-centers': (count) => counted(count, 'other data centre address', 'other data centre addresses'),
  'other-keys': (count) => counted(count, 'data centre key'),
}

const ofOne: Readonly<Record<Field, string>> = {
  dc: 'the data centre',
  address: 'the address of the data centre',
  'test-mode': 'the test server mark',
  'dc-flags': 'flags of data centre addresses',
  'auth-key': 'the auth key',
  'temporary-key': 'the temporary key',
  salts: 'server salts',
  'time-offsets': 'clock offsets',
  'user-id': 'the user id',
  'is-bot': 'whether the account is a bot',
  'account-username': 'the username of the account',
  'account-extra-usernames': 'further usernames of the account',
  'account-phone': 'the phone of the account',
  'account-premium': 'whether the account has Premium',
  'api-id': 'the API id',
  'update-state': 'the account update state',
  'update-state-qts-seq': 'its qts and seq',
  'channel-states': 'channel states',
  'channel-state-dates': 'dates of channel states',
  peers: 'peers',
  'peer-types': 'kinds of peers',
  'peer-names': 'names of peers',
  'peer-usernames': 'usernames of peers',
  'peer-extra-usernames': 'further usernames of peers',
  'peer-phones': 'phones of peers',
  'peer-dates': 'dates of peers',
  'peer-min-marks': 'marks of min peers',
  'peer-objects': 'whole peer objects',
  'min-contexts': 'min contexts',
  'sent-files': 'cached uploads',
  'takeout-id': 'the takeout id',
  'saved-at': 'the date of the last save',
  'future-auth-token': 'the token for signing in again',
  'other-data-centers': 'other data centre addresses',
  'other-keys': 'keys of other data centres',
}

/** A field in a sentence: "4,812 peers", "salts of 3 data centres", "the API id". */
export function fieldPhrase(field: Field, count: number | null): string {
  return count === null ? ofOne[field] : (ofRows[field]?.(count) ?? ofOne[field])
}

/** Fields that say nothing of their own once the rows they belong to are named. */
const partOf: Partial<Record<Field, Field>> = {
  'update-state-qts-seq': 'update-state',
  'channel-state-dates': 'channel-states',
  'peer-types': 'peers',
  'peer-names': 'peers',
  'peer-usernames': 'peers',
  'peer-extra-usernames': 'peers',
  'peer-phones': 'peers',
  'peer-dates': 'peers',
  'peer-min-marks': 'peers',
  'peer-objects': 'peers',
}

/** "4,812 peers, 37 channel states and 3 data centre keys will be left behind."; '' when nothing is. Rows come first. */
export function lossSentence(lost: readonly { readonly field: Field; readonly count: number | null }[]): string {
  const names = new Set(lost.map(({ field }) => field))
  const told = lost.filter(({ field }) => {
    const whole = partOf[field]
    return whole === undefined || !names.has(whole)
  })
  const phrases = [...told.filter(({ count }) => count !== null), ...told.filter(({ count }) => count === null)].map(
    ({ field, count }) => fieldPhrase(field, count),
  )
  if (phrases.length === 0) return ''
  const text = phrases.length === 1 ? phrases[0] : `${phrases.slice(0, -1).join(', ')} and ${phrases.at(-1)}`
  return `${text?.charAt(0).toUpperCase()}${text?.slice(1)} will be left behind.`
}
