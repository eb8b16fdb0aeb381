import type { Field } from '../../domain/session.ts'
import type { Variant } from '../format.ts'
import type { TelethonVersion } from './schema.ts'

const base: readonly Field[] = [
  'dc',
  'address',
  'test-mode',
  'auth-key',
  'peers',
  'peer-names',
  'peer-usernames',
  'peer-phones',
]
const state: readonly Field[] = ['update-state']
const files: readonly Field[] = ['sent-files']
const takeout: readonly Field[] = ['takeout-id']
const modern: readonly Field[] = [
  'user-id',
  'update-state-qts-seq',
  'channel-states',
  'channel-state-dates',
  'peer-dates',
]

function variant(id: TelethonVersion, releases: string, carries: readonly Field[]): Variant {
  return {
    id,
    label: `${id} (${releases})`,
    library: 'telethon',
    carries: new Set(carries),
    requires: ['auth-key', 'dc', 'address'],
    writable: true,
  }
}

export const telethonVariants: readonly Variant[] = [
  variant('1', '0.16', base),
  // Its cached uploads have other columns: neither id nor access hash of a remote file.
  variant('2', '0.16.1', base),
  variant('3', '0.16.2 to 0.18', [...base, ...files]),
  variant('4', '0.19 to 1.5', [...base, ...files, ...state]),
  variant('5', '1.6 to 1.10.1', [...base, ...files, ...state, ...takeout]),
  variant('6', '1.10.2 to 1.16', [...base, ...files, ...state, ...takeout]),
  variant('7', '1.17 to 1.42, opened by later ones too', [...base, ...files, ...state, ...takeout, ...modern]),
  variant('8', '1.43 and 1.44', [...base, ...files, ...state, ...takeout, ...modern]),
]
