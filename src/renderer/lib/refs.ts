import type { Ref } from '../../shared/contract/common.ts'

/** One text per session, for sets and React keys. */
export function refKey(ref: Ref): string {
  return `${ref.sourceId}\u0000${ref.key}`
}

export function refOfKey(key: string): Ref {
  const at = key.indexOf('\u0000')
  return { sourceId: key.slice(0, at), key: key.slice(at + 1) }
}

export function sameRef(a: Ref | null, b: Ref | null): boolean {
  return a === b || (a !== null && b !== null && a.sourceId === b.sourceId && a.key === b.key)
}
