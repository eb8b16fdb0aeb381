import type { Field } from '../../domain/session.ts'

/** What a session of grammers holds whatever the release; those that keep SQLite files know peers, too. */
export const carriedByAll: readonly Field[] = [
  'dc',
  'address',
  'test-mode',
  'auth-key',
  'user-id',
  'is-bot',
  'update-state',
  'update-state-qts-seq',
  'channel-states',
  'other-data-centers',
  'other-keys',
]
