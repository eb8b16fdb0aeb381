import { AppError, isAppError } from '../../domain/errors.ts'
import type { KeyValue, KeyValueWriter } from '../../formats/media.ts'
import { type Change, collectChanges, commandOf, sameValue } from './changes.ts'
import { redisError } from './errors.ts'
import type { Command, NodeLink, Reply } from './link.ts'
import { redisReader, valuesOf, type WithLink } from './reader.ts'
import { slotOf } from './slots.ts'

/** What a key was before: the server's own dump of it and its time to live; null where it was not there. */
interface Before {
  readonly key: string
  readonly dump: Buffer | null
  readonly ttlMs: number
}

/**
 * A cluster has no transaction over several slots. Each slot is changed in one of its own, and when one fails, those before
 * it are undone from the server's own dumps.
 * @throws AppError source.changed, source.read-only, source.unreachable, which says so where undoing failed too
 */
export async function writeOnCluster<T>(
  withLink: WithLink,
  nodeOf: (slot: number) => Promise<NodeLink>,
  work: (writer: KeyValueWriter) => Promise<T>,
): Promise<T> {
  const reader = redisReader(withLink)
  const read = new Map<string, KeyValue>()
  const notes = collectChanges()
  const result = await work({
    ...notes,
    scan: reader.scan,
    members: reader.members,
    get: async (keys) => {
      const values = await reader.get(keys)
      for (const [index, key] of keys.entries()) if (!read.has(key)) read.set(key, values[index] ?? null)
      return values
    },
  })
  const slots = Map.groupBy(notes.changes, ({ key }) => slotOf(key))
  const onlyRead = [...read.keys()].filter((key) => !slots.has(slotOf(key)))
  await checkUnchanged(withLink, onlyRead, read)

  const undo: Before[][] = []
  try {
    for (const [slot, changes] of slots) {
      const node = await nodeOf(slot)
      const keys = [
        ...new Set([...changes.map(({ key }) => key), ...[...read.keys()].filter((key) => slotOf(key) === slot)]),
      ]
      undo.push(await changeSlot(node, keys, changes, read))
    }
    // What was only read can have changed while the rest was written.
    await checkUnchanged(withLink, onlyRead, read)
  } catch (error) {
    const known = redisError(error)
    await rollBack(undo, nodeOf, known)
    throw known
  }
  return result
}

async function changeSlot(
  node: NodeLink,
  keys: readonly string[],
  changes: readonly Change[],
  read: ReadonlyMap<string, KeyValue>,
): Promise<Before[]> {
  await node.send(['WATCH', ...keys])
  const replies = await node.sendAll(
    keys.flatMap((key): Command[] => [
      ['DUMP', key],
      ['PTTL', key],
    ]),
  )
  const failed = replies.find((reply) => reply instanceof Error)
  if (failed instanceof Error) throw failed
  const before = keys.map((key, index): Before => {
    const [dump, ttl] = [replies[index * 2], replies[index * 2 + 1]]
    return { key, dump: Buffer.isBuffer(dump) ? dump : null, ttlMs: typeof ttl === 'number' ? Math.max(ttl, 0) : 0 }
  })
  const known = keys.filter((key) => read.has(key))
  const now = await valuesOf(node, known)
  if (known.some((key, index) => !sameValue(read.get(key) ?? null, now[index] ?? null))) {
    await node.send(['UNWATCH'])
    throw new AppError('source.changed', {})
  }
  const done: readonly Reply[] | null = await node.transaction(changes.map(commandOf))
  if (done === null) throw new AppError('source.changed', {})
  const changed = new Set(changes.map(({ key }) => key))
  return before.filter(({ key }) => changed.has(key))
}

async function checkUnchanged(
  withLink: WithLink,
  keys: readonly string[],
  read: ReadonlyMap<string, KeyValue>,
): Promise<void> {
  const now = await redisReader(withLink).get(keys)
  if (keys.some((key, index) => !sameValue(read.get(key) ?? null, now[index] ?? null))) {
    throw new AppError('source.changed', {})
  }
}

async function rollBack(
  undo: readonly (readonly Before[])[],
  nodeOf: (slot: number) => Promise<NodeLink>,
  error: AppError,
): Promise<void> {
  for (const slot of undo.toReversed()) {
    const [first] = slot
    if (first === undefined) continue
    try {
      const node = await nodeOf(slotOf(first.key))
      const commands = slot.map(({ key, dump, ttlMs }): Command => {
        return dump === null ? ['DEL', key] : ['RESTORE', key, ttlMs, dump, 'REPLACE']
      })
      const replies = await node.transaction(commands)
      if (replies === null || replies.some((reply) => reply instanceof Error)) throw error
    } catch {
      const why = isAppError(error, 'source.unreachable') ? (error.details.reason ?? '') : 'a part was refused'
      const reason = `${why}; what was written before could not be undone. Look at the session before you use it`
      throw new AppError('source.unreachable', { reason }, { cause: error.cause })
    }
  }
}
