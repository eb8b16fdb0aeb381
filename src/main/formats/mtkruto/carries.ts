import type { Field } from '../../domain/session.ts'

/** What every storage of MTKruto holds, whatever it is kept in. */
export const CARRIES: readonly Field[] = [
  'dc',
  'test-mode',
  'auth-key',
  'salts',
  'user-id',
  'is-bot',
  'account-premium',
  'api-id',
  'update-state',
  'update-state-qts-seq',
  'channel-states',
  'peers',
  'peer-types',
  'peer-names',
  'peer-usernames',
  'peer-extra-usernames',
  'peer-phones',
]
