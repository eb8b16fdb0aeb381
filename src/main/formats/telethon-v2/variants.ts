import type { Field } from '../../domain/session.ts'
import type { Variant } from '../format.ts'
import type { V2Variant } from './layout.ts'

const base: readonly Field[] = [
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
const development: readonly Field[] = [...base, 'peers', 'peer-types', 'takeout-id']

function readOnly(id: V2Variant, label: string, carries: readonly Field[]): Variant {
  return { id, label, library: 'telethon', carries: new Set(carries), requires: [], writable: false }
}

export const telethonV2Variants: readonly Variant[] = [
  {
    id: '10',
    label: '10 (2.0, since October 2023)',
    library: 'telethon',
    carries: new Set([...base, 'account-username']),
    // Without its row of `user` the client goes to DC 2, whatever keys there are.
    requires: ['auth-key', 'dc', 'address', 'user-id', 'is-bot'],
    writable: true,
  },
  readOnly('10-addr', '10 (first week of October 2023)', [...base, 'account-username']),
  readOnly('10-first', '10 (September 2023)', base),
  readOnly('8-dev', '8 (development line given up in 2022)', development),
  readOnly('8-dev-access-hash', '8 (development line, before February 2022)', development),
  readOnly('8-dev-ip', '8 (development line, September 2021)', development),
]
