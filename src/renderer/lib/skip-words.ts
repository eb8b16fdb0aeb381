import type { SkipReason } from '../../shared/contract/telegram.ts'

/** Why sessions are left out, for several of them: "12 hold no key of Telegram’s". */
export const SKIP_WORDS: Readonly<Record<SkipReason, readonly [one: string, many: string]>> = {
  'no-key': ['holds no key of Telegram’s', 'hold no key of Telegram’s'],
  'in-use': ['is in use by a program', 'are in use by programs'],
  recent: ['was asked about less than ten minutes ago', 'were asked about less than ten minutes ago'],
  'no-dc': ['does not say where it can be asked', 'do not say where they can be asked'],
  unreadable: ['cannot be read now', 'cannot be read now'],
  'same-key': ['has the key of another, and shares its answer', 'have the key of another, and share its answer'],
  ended: ['has ended already', 'have ended already'],
}
