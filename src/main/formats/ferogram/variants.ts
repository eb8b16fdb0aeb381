import type { Field } from '../../domain/session.ts'
import type { Variant } from '../format.ts'
import { type FerogramShape, shapeOf } from './stored.ts'

/** What every version keeps. The test servers are told by the address. */
const base: readonly Field[] = [
  'dc',
  'address',
  'test-mode',
  'auth-key',
  'salts',
  'time-offsets',
  'other-data-centers',
  'other-keys',
]
const states: readonly Field[] = ['update-state', 'update-state-qts-seq', 'channel-states', 'peers', 'peer-min-marks']

export function ferogramVariant(id: string, label: string, shape: FerogramShape, writable: boolean): Variant {
  return {
    id,
    label,
    library: 'ferogram',
    carries: new Set([
      ...base,
      ...(shape.states ? states : []),
      ...(shape.flags ? (['dc-flags'] as const) : []),
      ...(shape.minPeers ? (['min-contexts'] as const) : []),
      ...(shape.channelKinds ? (['peer-types'] as const) : []),
      ...(shape.token ? (['future-auth-token'] as const) : []),
    ]),
    requires: ['auth-key', 'dc', 'address'],
    writable,
  }
}

const RELEASES: readonly (readonly [version: number, releases: string, writable: boolean])[] = [
  // Newer releases misread version 1 for most home DCs, and nobody ever released a writer of version 4.
  [1, 'layer-client 0.1.2 to 0.3', false],
  [2, 'layer-client 0.4.0 to 0.4.7', true],
  [3, 'ferogram 0.1.0 to 0.2.0', true],
  [4, 'never released', false],
  [5, '0.3.0 to 0.5.1', true],
  [6, '0.5.2 to 0.6.3', true],
  [7, '0.6.4', true],
  [8, '0.6.5 and later', true],
]

/** Versions of the binary form; the native string has the same. */
export const binaryVariants: readonly Variant[] = RELEASES.map(([version, releases, writable]) =>
  ferogramVariant(String(version), `${version} (${releases})`, shapeOf(version), writable),
)
