import type { SkipReason } from '../../shared/contract/telegram.ts'

/** Why a session was left out: a whole sentence. */
export const skipWords: Readonly<Record<SkipReason, string>> = {
  'no-key': 'It has no auth key that Telegram made.',
  'in-use': 'A program has it open: Telegram may end a login that it sees in two places at once.',
  recent: 'Telegram was asked about it less than ten minutes ago.',
  'no-dc': 'It does not say in which data centre its key is.',
  unreadable: 'It cannot be read now.',
  'same-key': 'Another of the chosen sessions has the same key, and with it the same login.',
  ended: 'Its login has ended already.',
}

/** The same within a sentence. */
export const skipPhrases: Readonly<Record<SkipReason, string>> = {
  'no-key': 'it has no auth key that Telegram made',
  'in-use': 'a program has it open',
  recent: 'Telegram was asked about it less than ten minutes ago',
  'no-dc': 'it does not say in which data centre its key is',
  unreadable: 'it cannot be read now',
  'same-key': 'another of the chosen sessions has the same key',
  ended: 'its login has ended already',
}
