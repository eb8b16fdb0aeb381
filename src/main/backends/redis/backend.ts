import { AppError } from '../../domain/errors.ts'
import type { KeyValueWriter } from '../../formats/media.ts'
import type { StoreBackend, StoreConnection } from '../store.ts'
import { writeOnCluster } from './cluster-write.ts'
import { redisError } from './errors.ts'
import type { NodeLink, RedisLink } from './link.ts'
import { addressOf, DEFAULT_PORT, databaseOf, openLink, openListeners, openNode, type Target } from './open.ts'
import { redisReader, type WithLink } from './reader.ts'
import { writeOnNode } from './transaction.ts'
import { tellsChanges, watchKeys } from './watch.ts'

/** Redis and what speaks its protocol: one server, Sentinel or a cluster. */
export const redisBackend: StoreBackend = {
  kind: 'redis',
  label: 'Redis',
  defaultPort: DEFAULT_PORT,
  async connect(location, secrets, options) {
    const target: Target = { location, secrets, options }
    databaseOf(location)
    const first = await openLink(target)
    return connection(target, first.link, first.server)
  },
}

function connection(target: Target, first: RedisLink, server: string): StoreConnection {
  // Reads need no signal of the connecting: that is over.
  const later: Target = { ...target, options: { ...target.options, signal: new AbortController().signal } }
  const main = reconnecting(first, async () => (await openLink(later)).link)
  const writers = new Map<string, () => Promise<NodeLink>>()
  let closed = false

  const withLink: WithLink = async (work) => {
    if (closed) throw new AppError('source.unreachable', { reason: 'the connection is closed' })
    const link = await main.alive()
    try {
      return await work(link)
    } catch (error) {
      const known = redisError(error)
      // An answer that comes too late must not be waited for by what is asked next.
      if (known.code === 'source.unreachable' && isTimeout(error)) link.end()
      throw known
    }
  }
  const opened = new Set<RedisLink>()
  const writerTo = (name: string, open: () => Promise<NodeLink>): Promise<NodeLink> => {
    let alive = writers.get(name)
    if (alive === undefined) {
      let link: NodeLink | null = null
      alive = async () => {
        if (link === null || link.ended()) {
          if (link !== null) opened.delete(link)
          link = await open()
          opened.add(link)
        }
        return link
      }
      writers.set(name, alive)
    }
    return alive()
  }
  const nodeOf = async (slot: number): Promise<NodeLink> => {
    const owner = await withLink(async (link) => link.ownerOf(slot))
    if (owner === null) throw new AppError('source.unreachable', { reason: 'the cluster is not whole at the moment' })
    return writerTo(`${owner.host}:${owner.port}`, () => openNode(later, [owner]))
  }
  const single = (): Promise<NodeLink> => writerTo('', () => openNode(later, target.location.hosts.map(addressOf)))
  // A connection has one transaction at a time.
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work, work)
    turn = mine.catch(() => {})
    return mine
  }

  return {
    medium: 'keyvalue',
    server,
    reader: redisReader(withLink),
    write: <T>(work: (writer: KeyValueWriter) => Promise<T>) =>
      inTurn(async () => {
        if (closed) throw new AppError('source.unreachable', { reason: 'the connection is closed' })
        const { isCluster } = await main.alive()
        return isCluster ? writeOnCluster(withLink, nodeOf, work) : writeOnNode(await single(), work, single)
      }),
    async watch(prefix, onChange, onLost) {
      if (!(await withLink(tellsChanges))) return null
      const open = async () => {
        const link = await main.alive()
        return openListeners(later, link)
      }
      try {
        return await watchKeys({ open, database: databaseOf(target.location) }, prefix, onChange, onLost)
      } catch (error) {
        const known = redisError(error)
        if (known.code === 'source.denied') return null
        throw known
      }
    },
    async close() {
      closed = true
      main.end()
      for (const link of opened) link.end()
      opened.clear()
    },
  }
}

/** One link at a time: when it has ended, the next call makes another, and all that wait share the attempt. */
function reconnecting(first: RedisLink, open: () => Promise<RedisLink>): { alive(): Promise<RedisLink>; end(): void } {
  let current = first
  let opening: Promise<RedisLink> | null = null
  let ended = false
  return {
    async alive() {
      if (!current.ended() || ended) return current
      opening ??= open().finally(() => {
        opening = null
      })
      current = await opening
      if (ended) current.end()
      return current
    },
    end() {
      ended = true
      current.end()
    },
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && /timed out/.test(error.message)
}
