import type { KeyValue, KeyValueWriter } from '../../formats/media.ts'
import type { Command } from './link.ts'

/** One change that a writer wants, in the order it asked for them. */
export type Change =
  | { readonly kind: 'put'; readonly key: string; readonly bytes: Uint8Array }
  | { readonly kind: 'fields'; readonly key: string; readonly fields: ReadonlyMap<string, Uint8Array> }
  | { readonly kind: 'add-member' | 'remove-member'; readonly key: string; readonly member: string }
  | { readonly kind: 'remove'; readonly key: string }

/** The half of a writer that only takes notes. */
export function collectChanges(): { readonly changes: readonly Change[] } & Pick<
  KeyValueWriter,
  'put' | 'putFields' | 'addMember' | 'removeMember' | 'remove'
> {
  const changes: Change[] = []
  return {
    changes,
    put: (key, bytes) => void changes.push({ kind: 'put', key, bytes }),
    putFields: (key, fields) => void changes.push({ kind: 'fields', key, fields }),
    addMember: (key, member) => void changes.push({ kind: 'add-member', key, member }),
    removeMember: (key, member) => void changes.push({ kind: 'remove-member', key, member }),
    remove: (key) => void changes.push({ kind: 'remove', key }),
  }
}

export function commandOf(change: Change): Command {
  switch (change.kind) {
    case 'put':
      return ['SET', change.key, change.bytes]
    case 'fields':
      return ['HSET', change.key, ...[...change.fields].flat()]
    case 'add-member':
      return ['SADD', change.key, change.member]
    case 'remove-member':
      return ['SREM', change.key, change.member]
    case 'remove':
      return ['DEL', change.key]
  }
}

/** What a key holds, as far as changes can tell. */
export interface KeyState {
  readonly value: KeyValue
  readonly members: ReadonlySet<string>
}

/** Whether a key looks as the changes leave it, whatever it was before. */
export function isDone(changes: readonly Change[], key: string, state: KeyState): boolean {
  const own = changes.filter((change) => change.key === key)
  const last = own.findLastIndex(({ kind }) => kind === 'put' || kind === 'remove')
  const base = own[last]
  const later = own.slice(last + 1)
  if (base?.kind === 'put') return state.value?.type === 'string' && sameBytes(state.value.bytes, base.bytes)
  if (base?.kind === 'remove' && later.length === 0) return state.value === null
  return later.every((change) => {
    if (change.kind === 'add-member') return state.members.has(change.member)
    if (change.kind === 'remove-member') return !state.members.has(change.member)
    if (change.kind !== 'fields') return true
    const { value } = state
    return (
      value?.type === 'hash' && [...change.fields].every(([name, bytes]) => sameBytes(value.fields.get(name), bytes))
    )
  })
}

function sameBytes(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one !== undefined && Buffer.compare(one, other) === 0
}

export function sameValue(one: KeyValue, other: KeyValue): boolean {
  if (one === null || other === null) return one === other
  if (one.type === 'string') return other.type === 'string' && sameBytes(one.bytes, other.bytes)
  if (one.type === 'other') return other.type === 'other' && one.name === other.name
  if (other.type !== 'hash' || one.fields.size !== other.fields.size) return false
  return [...one.fields].every(([name, bytes]) => sameBytes(other.fields.get(name), bytes))
}
