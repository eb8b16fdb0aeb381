import { AppError } from '../../domain/errors.ts'
import type { KeyValueWriter } from '../../formats/media.ts'
import { type Change, collectChanges, commandOf, isDone } from './changes.ts'
import { isLost, redisError } from './errors.ts'
import { type Command, type NodeLink, type RedisLink, textOf } from './link.ts'
import { membersOf, redisReader, valuesOf } from './reader.ts'

/**
 * WATCH, then what the work reads, then MULTI … EXEC: the server does all of it or nothing. When the connection goes while
 * it does, a new one is asked what became of it.
 * @throws AppError source.changed, source.read-only, source.unreachable
 */
export async function writeOnNode<T>(
  link: NodeLink,
  work: (writer: KeyValueWriter) => Promise<T>,
  reopen: () => Promise<NodeLink>,
): Promise<T> {
  const watched = new Set<string>()
  const watch = async (keys: readonly string[]): Promise<void> => {
    const fresh = keys.filter((key) => !watched.has(key))
    if (fresh.length === 0) return
    await guarded(() => link.send(['WATCH', ...fresh]))
    for (const key of fresh) watched.add(key)
  }
  const reader = redisReader((read) => guarded(() => read(link)))
  const notes = collectChanges()
  let result: T
  try {
    result = await work({
      ...notes,
      scan: reader.scan,
      get: async (keys) => {
        await watch(keys)
        return guarded(() => valuesOf(link, keys))
      },
      members: async (key) => {
        await watch([key])
        return reader.members(key)
      },
    })
  } catch (error) {
    await forget(link)
    throw error
  }
  if (notes.changes.length === 0) {
    await forget(link)
    return result
  }
  await refuseOtherKinds(link, notes.changes, watch)
  await commit(link, notes.changes, reopen)
  return result
}

/** The server runs the rest of a transaction although one command failed, so none may fail: kinds are looked at before. */
async function refuseOtherKinds(
  link: NodeLink,
  changes: readonly Change[],
  watch: (keys: readonly string[]) => Promise<void>,
): Promise<void> {
  const removed = new Set(changes.flatMap(({ kind, key }) => (kind === 'remove' ? [key] : [])))
  const wanted = new Map(
    changes.flatMap(({ kind, key }): [string, string][] =>
      kind === 'put' || kind === 'remove' || removed.has(key) ? [] : [[key, kind === 'fields' ? 'hash' : 'set']],
    ),
  )
  if (wanted.size === 0) return
  await watch([...wanted.keys()])
  const types = await guarded(() => link.sendAll([...wanted.keys()].map((key): Command => ['TYPE', key])))
  const kinds = [...wanted.values()]
  if (types.every((type, index) => ['none', kinds[index]].includes(textOf(type)))) return
  await forget(link)
  throw new AppError('source.unreachable', { reason: 'a key that is to be changed holds something of another kind' })
}

/** Watched keys of a work that failed are not the next one's. */
async function forget(link: NodeLink): Promise<void> {
  await link.send(['UNWATCH']).catch(() => link.end())
}

async function commit(link: NodeLink, changes: readonly Change[], reopen: () => Promise<NodeLink>): Promise<void> {
  let replies: Awaited<ReturnType<NodeLink['transaction']>>
  try {
    replies = await link.transaction(changes.map(commandOf))
  } catch (error) {
    const known = redisError(error)
    if (!isLost(known) || wasRefused(error)) {
      await forget(link)
      throw known
    }
    // What is on its way still could arrive; it must not after we asked what became of it.
    link.end()
    if (await wasWritten(changes, reopen, known)) return
    throw known
  }
  if (replies === null) throw new AppError('source.changed', {})
  if (replies.some((reply) => reply instanceof Error)) {
    throw new AppError('source.unreachable', {
      reason: 'the server made a part of the change only. Look at the session',
    })
  }
}

/** The server answered, and said no: nothing of the transaction was done. */
function wasRefused(error: unknown): boolean {
  return error instanceof Error && (error.name === 'ReplyError' || error.message.startsWith('EXECABORT'))
}

async function wasWritten(
  changes: readonly Change[],
  reopen: () => Promise<NodeLink>,
  lost: AppError,
): Promise<boolean> {
  try {
    return await isWritten(await reopen(), changes)
  } catch {
    const reason =
      'the connection was cut while a change was made, and it cannot be asked whether it was made. Look before you try again'
    throw new AppError('source.unreachable', { reason }, { cause: lost.cause })
  }
}

async function isWritten(link: RedisLink, changes: readonly Change[]): Promise<boolean> {
  const keys = [...new Set(changes.map(({ key }) => key))]
  for (let start = 0; start < keys.length; start += 256) {
    const some = keys.slice(start, start + 256)
    const values = await valuesOf(link, some)
    for (const [index, key] of some.entries()) {
      const members = new Set((await hasMembers(link, changes, key)) ?? [])
      if (!isDone(changes, key, { value: values[index] ?? null, members })) return false
    }
  }
  return true
}

async function hasMembers(link: RedisLink, changes: readonly Change[], key: string): Promise<readonly string[] | null> {
  const isSet = changes.some((change) => change.key === key && change.kind.endsWith('-member'))
  return isSet ? membersOf(link, key) : null
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw redisError(error)
  }
}
