import type { Field } from '../../domain/session.ts'
import type { Variant } from '../format.ts'
import { type PyrogramVariant, shapes } from './schema.ts'

const releases: Readonly<Record<PyrogramVariant, string>> = {
  '1': '1 (Pyrogram 0.15)',
  '2': '2 (Pyrogram 0.16 to 1.4)',
  '3': '3 (Pyrogram 2.0, Hydrogram, Pyrofork 2.2)',
  K4: '4 (Kurigram 2.0.106)',
  K5: '5 (Kurigram 2.1.15)',
  K6: '6 (Kurigram 2.1.22, PyroTGFork)',
  K7: '7 (Kurigram 2.2)',
  W8: '8 (wzgram)',
  F3: '3 (Pyrofork 2.3.9 to 2.3.21)',
  F4: '4 (Pyrofork 2.3.22)',
  M4: '4 (PyrogramMod)',
}

function variant(id: PyrogramVariant): Variant {
  const shape = shapes[id]
  const carries: Field[] = [
    'dc',
    'test-mode',
    'auth-key',
    'user-id',
    'is-bot',
    'saved-at',
    'peers',
    'peer-types',
    'peer-usernames',
    'peer-phones',
    'peer-dates',
  ]
  if (shape.apiId) carries.push('api-id')
  if (shape.address) carries.push('address')
  if (shape.usernames !== 'peers') carries.push('peer-extra-usernames')
  if (shape.updateState) {
    carries.push('update-state', 'update-state-qts-seq', 'channel-states', 'channel-state-dates')
  }
  return {
    id,
    label: releases[id],
    library: shape.library,
    carries: new Set(carries),
    // The libraries throw a key away whose user or bot flag is NULL.
    requires: ['auth-key', 'dc', ...(shape.address ? (['address'] as const) : []), 'user-id', 'is-bot'],
    writable: true,
  }
}

export const pyrogramVariants: readonly Variant[] = (
  ['1', '2', '3', 'K4', 'K5', 'K6', 'K7', 'F3', 'F4', 'M4', 'W8'] as const
).map(variant)
