import type { Cell, TablesReader } from './media.ts'

/** Where a page began that was read before: its number in the list, and the id there. */
export interface Anchor {
  readonly offset: number
  readonly id: Cell
}

/** Other clients put rows before it meanwhile: then an anchor is off by as many, as the pages around it are. */
const GOOD_FOR_MS = 30_000
const MOST_LISTS = 16
const MOST_ANCHORS = 256

interface List {
  readonly untilMs: number
  readonly anchors: Map<number, Cell>
}

/**
 * A server walks over all rows before an offset, for each page again. What pages that were read tell of the order lets the
 * next one begin near its place, by the key. A list is a search with its filter and order, by id.
 */
const lists = new WeakMap<TablesReader, Map<string, List>>()

/** The nearest place before that offset; null when none is known. */
export function anchorBefore(tables: TablesReader, list: string, offset: number): Anchor | null {
  const known = lists.get(tables)?.get(list)
  if (known === undefined || performance.now() >= known.untilMs) return null
  let nearest: Anchor | null = null
  for (const [at, id] of known.anchors) {
    if (at <= offset && (nearest === null || at > nearest.offset)) nearest = { offset: at, id }
  }
  return nearest
}

/** @param ids of a page in their order, the first at `offset` */
export function rememberPage(tables: TablesReader, list: string, offset: number, ids: readonly Cell[]): void {
  const [first, last] = [ids[0], ids.at(-1)]
  if (first === undefined || last === undefined) return
  const all = lists.get(tables) ?? new Map<string, List>()
  lists.set(tables, all)
  let known = all.get(list)
  if (known === undefined || performance.now() >= known.untilMs || known.anchors.size >= MOST_ANCHORS) {
    known = { untilMs: performance.now() + GOOD_FOR_MS, anchors: new Map() }
    all.delete(list)
    all.set(list, known)
  }
  known.anchors.set(offset, first)
  known.anchors.set(offset + ids.length - 1, last)
  const [oldest] = all.keys()
  if (all.size > MOST_LISTS && oldest !== undefined) all.delete(oldest)
}
